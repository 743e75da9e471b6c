import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { failureOf } from '../../src/core/change-report.ts'
import type { Context } from '../../src/core/context.ts'
import { AppError } from '../../src/core/errors.ts'
import { planApply, planRemove } from '../../src/core/plan.ts'
import { type Resource, resourceId } from '../../src/core/resource.ts'
import { type Recovery, run } from '../../src/core/run.ts'

/** A world of named values, and resources that live in it. */
class World {
  readonly things = new Map<string, number>()
  readonly log: string[] = []
  readonly broken = new Set<string>()
  readonly abort = new AbortController()
  readonly cx: Context = {
    clock: { now: () => 0, sleep: async () => {} },
    signal: this.abort.signal,
    emit: () => {},
  }

  resource(name: string, needs: readonly string[] = []): Resource<number> {
    const fail = (verb: string) => {
      if (this.broken.has(name)) throw new AppError('aws', 'Broken', `${verb} ${name} failed`)
    }
    return {
      step: '1',
      type: 'thing',
      name,
      region: 'here',
      holdsData: name.startsWith('data'),
      needs: needs.map((need) => resourceId({ region: 'here', type: 'thing', name: need })),
      desired: () => 1,
      permissions: () => ({ read: [], write: [], remove: [] }),
      read: async () => {
        const state = this.things.get(name)
        return state === undefined ? undefined : { state, owner: async () => 'ours' as const }
      },
      write: async () => {
        this.log.push(`start ${name}`)
        await new Promise((resolve) => setImmediate(resolve))
        fail('write')
        this.things.set(name, 1)
        this.log.push(`end ${name}`)
      },
      remove: async () => {
        fail('remove')
        this.things.delete(name)
        this.log.push(`removed ${name}`)
      },
    }
  }
}

const recover = async (): Promise<Recovery> => 'skip'
const skip = { direction: 'apply', recover } as const
const removing = { direction: 'remove', recover } as const

describe('run', () => {
  test('removes while it applies what must not stand any more, once what it needs is through', async () => {
    const world = new World()
    world.things.set('retired', 1)
    const retired = { ...world.resource('retired', ['kept']), wanted: false, retires: true }
    const items = await planApply(world.cx, [retired, world.resource('kept')])
    const results = await run(world.cx, items, skip)
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done'])
    expect(world.log).toEqual(['start kept', 'end kept', 'removed retired'])
  })

  test('starts independent resources side by side and dependent ones after what they need', async () => {
    const world = new World()
    const resources = [world.resource('a'), world.resource('b'), world.resource('c', ['a', 'b'])]
    await run(world.cx, await planApply(world.cx, resources), skip)
    expect(world.log).toEqual(['start a', 'start b', 'end a', 'end b', 'start c', 'end c'])
  })

  test('does not run what depends on a failed resource, says so, and still runs the rest', async () => {
    const world = new World()
    world.broken.add('a')
    const resources = [world.resource('a'), world.resource('b', ['a']), world.resource('c', ['b']), world.resource('d')]
    const results = await run(world.cx, await planApply(world.cx, resources), skip)
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'not-run', 'not-run', 'done'])
    expect(results[1]?.error?.message).toBe('not run: step 1, thing a, did not succeed')
    expect(failureOf(results, 'setup')?.kind).toBe('partial')
  })

  test('how each ended is told in the order of the items, whichever is through first', async () => {
    const world = new World()
    const told: string[] = []
    const cx: Context = {
      ...world.cx,
      emit: (event) => {
        if (event.type === 'resource-done' || event.type === 'resource-end')
          told.push(`${event.type} ${event.id.at(-1)}`)
      },
    }
    await run(cx, await planApply(cx, [world.resource('a', ['b']), world.resource('b')]), skip)
    expect(told).toEqual(['resource-done b', 'resource-done a', 'resource-end a', 'resource-end b'])
  })

  test('what a person skips is called skipped, and what waits for it says so', async () => {
    const world = new World()
    world.broken.add('a')
    const items = await planApply(world.cx, [world.resource('a'), world.resource('b', ['a']), world.resource('c')])
    const results = await run(world.cx, items, { ...skip, asked: true })
    expect(results.map(({ outcome }) => outcome)).toEqual(['skipped', 'not-run', 'done'])
    expect(results[1]?.error?.message).toBe('not run: step 1, thing a, was skipped')
    expect(failureOf(results, 'setup')).toMatchObject({
      kind: 'partial',
      message: 'setup did 1 of 3 changes; skipped: thing a; not done: thing b',
    })
  })

  test('a run in which nothing succeeds fails as its first failure does', async () => {
    const world = new World()
    world.broken.add('a')
    const results = await run(world.cx, await planApply(world.cx, [world.resource('a')]), skip)
    expect(failureOf(results, 'setup')).toMatchObject({ kind: 'aws', code: 'Broken' })
  })

  test('a run that another alone will not mend says to do first what its failures advise', async () => {
    const world = new World()
    world.broken.add('a')
    const [result] = await run(world.cx, await planApply(world.cx, [world.resource('a')]), skip)
    const { kind = 'failed', code = '', message = '' } = result?.error ?? {}
    const advised = result && { ...result, error: new AppError(kind, code, message, { hint: 'name step 3, too' }) }
    expect([result, advised].map((one) => failureOf(one ? [one] : [], 'cleanup')?.hint)).toEqual([
      'run bedrock-monitor cleanup again: it continues where it stopped',
      'follow the advice above, then run bedrock-monitor cleanup again: it continues where it stopped',
    ])
  })

  test('removes what needs a resource before the resource', async () => {
    const world = new World()
    const resources = [world.resource('a'), world.resource('b', ['a']), world.resource('c', ['b'])]
    for (const name of ['a', 'b', 'c']) world.things.set(name, 1)
    await run(world.cx, await planRemove(world.cx, resources), removing)
    expect(world.log).toEqual(['removed c', 'removed b', 'removed a'])
  })

  test('tries again as often as it is told to', async () => {
    const world = new World()
    world.broken.add('a')
    let asked = 0
    const recover = async (): Promise<Recovery> => {
      asked += 1
      if (asked === 2) world.broken.clear()
      return 'retry'
    }
    const results = await run(world.cx, await planApply(world.cx, [world.resource('a')]), {
      direction: 'apply',
      recover,
    })
    expect(results[0]?.outcome).toBe('done')
    expect(asked).toBe(2)
  })

  test('after an abort nothing new is started', async () => {
    const world = new World()
    world.broken.add('a')
    const resources = [world.resource('a'), world.resource('b'), world.resource('c', ['b'])]
    const results = await run(world.cx, await planApply(world.cx, resources), {
      direction: 'apply',
      recover: async () => 'abort',
    })
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done', 'not-run'])
  })

  test('an interruption leaves what has not begun undone and is reported as such', async () => {
    const world = new World()
    const items = await planApply(world.cx, [world.resource('a'), world.resource('b')])
    world.abort.abort()
    const results = await run(world.cx, items, skip)
    expect(results.map(({ outcome }) => outcome)).toEqual(['not-run', 'not-run'])
    expect(failureOf(results, 'setup')?.kind).toBe('interrupted')
  })

  test('for any graph and any failures: a resource runs exactly when everything it needs succeeded', async () => {
    const graph = fc
      .integer({ min: 1, max: 8 })
      .chain((size) =>
        fc.tuple(
          fc.tuple(...Array.from({ length: size }, (_, index) => fc.subarray([...Array(index).keys()]))),
          fc.subarray([...Array(size).keys()]),
        ),
      )
    await fc.assert(
      fc.asyncProperty(graph, async ([needs, broken]) => {
        const world = new World()
        for (const index of broken) world.broken.add(`r${index}`)
        const resources = needs.map((list, index) =>
          world.resource(
            `r${index}`,
            list.map((need) => `r${need}`),
          ),
        )
        const results = await run(world.cx, await planApply(world.cx, resources), skip)
        const outcomes = results.map(({ outcome }) => outcome)
        needs.forEach((list, index) => {
          const ready = list.every((need) => outcomes[need] === 'done')
          expect(outcomes[index]).toBe(ready ? (broken.includes(index) ? 'failed' : 'done') : 'not-run')
        })
      }),
    )
  })
})
