import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Context } from '../../src/core/context.ts'
import { equal } from '../../src/core/diff.ts'
import { AppError } from '../../src/core/errors.ts'
import { planApply, planRemove } from '../../src/core/plan.ts'
import type { Known, Resource } from '../../src/core/resource.ts'
import { type Recovery, run } from '../../src/core/run.ts'

interface State {
  ours: number
  theirs: string[]
  seen: number
}

/** Whether somebody has been asked about the plan, what he says to each failure, and how long he takes for it. */
interface Person {
  asked: boolean
  answers: Recovery[]
  takesMs: number
}

/** One thing in an account in which others are at work, and a clock that moves when told. */
class Account {
  now = 0
  standing: Known<State> | undefined
  reads = 0
  written: Known<State>[] = []
  failing = 0
  readonly cx: Context = {
    clock: { now: () => this.now, sleep: async () => {} },
    signal: new AbortController().signal,
    emit: () => {},
  }

  resource(): Resource<State> {
    return {
      step: '1',
      type: 'thing',
      name: 'it',
      region: 'here',
      holdsData: false,
      needs: [],
      known: ['seen'],
      desired: (have) => ({ ours: 1, theirs: have?.theirs ?? [], seen: have?.seen ?? 0 }),
      permissions: () => ({ read: [], write: [], remove: [] }),
      read: async () => {
        this.reads += 1
        const { standing } = this
        return standing && { state: standing.state, owner: async () => standing.owner }
      },
      write: async (_cx, have) => {
        this.standing = { state: this.resource().desired(have?.state), owner: 'ours' }
        this.written.push(this.standing)
        if (this.failing > 0) {
          this.failing -= 1
          throw new AppError('aws', 'Broken', 'its answer was lost')
        }
      },
      remove: async () => {
        this.standing = undefined
      },
    }
  }

  /** Plans, lets `meanwhile` happen, and carries out. */
  async go(direction: 'apply' | 'remove', meanwhile: () => void, person: Partial<Person> = {}) {
    const { asked, answers, takesMs }: Person = { asked: false, answers: [], takesMs: 60_000, ...person }
    const plan = direction === 'apply' ? planApply : planRemove
    const items = await plan(this.cx, [this.resource()])
    meanwhile()
    const left = [...answers]
    const recover = async () => {
      this.now += takesMs
      return left.shift() ?? 'skip'
    }
    return (await run(this.cx, items, { direction, asked, recover }))[0]
  }
}

const known = (state: Partial<State>, owner: Known<State>['owner'] = 'ours') => ({
  state: { ours: 0, theirs: [], seen: 0, ...state },
  owner,
})

describe('a plan is a promise about what stood then', () => {
  test('what was read a moment ago is not read again', async () => {
    const account = new Account()
    account.standing = known({})
    await account.go('apply', () => {
      account.now += 10_000
    })
    expect([account.reads, account.standing?.state.ours]).toEqual([1, 1])
  })

  test('after a question it is read again, however soon the answer came', async () => {
    const account = new Account()
    account.standing = known({})
    const theirs = known({ theirs: ['deny'] })
    const change = () => {
      account.standing = theirs
    }
    const result = await account.go('apply', change, { asked: true })
    expect(result).toMatchObject({ outcome: 'skipped', error: { code: 'ChangedSincePlan' } })
    expect(account.standing).toBe(theirs)
  })

  test.each([
    ['apply', 0],
    ['apply', 60_000],
    ['remove', 0],
    ['remove', 60_000],
  ] as const)(
    '%s: what has changed is left as often as it is tried again (answers after %i ms)',
    async (direction, takesMs) => {
      const account = new Account()
      account.standing = known({})
      const theirs = known({ theirs: ['deny'] })
      const change = () => {
        account.now += 10_001
        account.standing = theirs
      }
      const answers: Recovery[] = ['retry', 'retry', 'skip']
      const result = await account.go(direction, change, { asked: true, answers, takesMs })
      expect(result).toMatchObject({ outcome: 'skipped', error: { code: 'ChangedSincePlan' } })
      expect(account.standing).toBe(theirs)
      expect(account.reads).toBe(4)
    },
  )

  test.each<[string, Known<State> | undefined, Known<State> | undefined]>([
    ['something has been added to it', known({}), known({ theirs: ['deny'] })],
    ['what we would change has been changed to something else', known({}), known({ ours: 7 })],
    ['it is gone', known({}), undefined],
    ['somebody has made it', undefined, known({ theirs: ['x'] }, 'unmarked')],
    ['a stack has taken it over', known({}), known({}, 'foreign')],
  ])('after ten seconds: %s, and it is left as it is', async (_, before, after) => {
    const account = new Account()
    account.standing = before
    const result = await account.go('apply', () => {
      account.now += 10_001
      account.standing = after
    })
    expect(result).toMatchObject({ outcome: 'failed', error: { kind: 'partial', code: 'ChangedSincePlan' } })
    expect(account.standing).toEqual(after)
    expect(account.written).toEqual([])
  })

  test.each<[string, Known<State> | undefined, Known<State> | undefined]>([
    ['nothing', known({}), known({})],
    ['what is only known', known({}), known({ seen: 9 })],
    ['another run has done the same', known({}), known({ ours: 1 })],
    ['another run has made the same', undefined, known({ ours: 1 })],
  ])('after ten seconds: %s has changed, and it goes on', async (_, before, after) => {
    const account = new Account()
    account.standing = before
    const result = await account.go('apply', () => {
      account.now += 10_001
      account.standing = after
    })
    expect(result?.outcome).toBe('done')
    expect(account.standing?.state.ours).toBe(1)
  })

  test('a retry after a question takes what an earlier try of ours has done for what it is', async () => {
    const account = new Account()
    account.standing = known({ theirs: ['kept'] })
    account.failing = 1
    expect((await account.go('apply', () => {}, { answers: ['retry'] }))?.outcome).toBe('done')
    expect(account.written.at(-1)?.state).toEqual({ ours: 1, theirs: ['kept'], seen: 0 })
  })

  test.each<[string, Known<State> | undefined, 'done' | 'failed']>([
    ['is as it was', known({}), 'done'],
    ['is gone', undefined, 'done'],
    ['has something of somebody in it', known({ theirs: ['x'] }), 'failed'],
    ['is not ours any more', known({}, 'unmarked'), 'failed'],
  ])('what is to be removed and %s by then: %s', async (_, after, outcome) => {
    const account = new Account()
    account.standing = known({})
    const result = await account.go('remove', () => {
      account.now += 10_001
      account.standing = after
    })
    expect(result?.outcome).toBe(outcome)
    expect(account.standing).toEqual(outcome === 'done' ? undefined : after)
  })

  const states = fc.option(
    fc.record({
      state: fc.record({
        ours: fc.integer({ min: 0, max: 2 }),
        theirs: fc.subarray(['a', 'b']),
        seen: fc.integer({ min: 0, max: 1 }),
      }),
      owner: fc.constantFrom<Known<State>['owner'][]>('ours', 'adopted', 'unmarked', 'foreign'),
    }),
    { nil: undefined },
  )

  test('whatever changes meanwhile, nothing of others is lost: it stands as they left it, or theirs is still in it', () =>
    fc.assert(
      fc.asyncProperty(
        states,
        states,
        fc.constantFrom('apply' as const, 'remove' as const),
        fc.constantFrom(0, 10_000, 10_001),
        fc.array(fc.constantFrom<Recovery[]>('retry', 'skip', 'abort'), { maxLength: 3 }),
        async (before, after, direction, takesMs, answers) => {
          const account = new Account()
          account.standing = before
          const change = () => {
            account.now += takesMs
            account.standing = after
          }
          const result = await account.go(direction, change, { asked: true, answers, takesMs })
          if (result?.outcome === 'done' && direction === 'apply') {
            expect(account.standing?.state.theirs).toEqual(after?.state.theirs ?? [])
          } else if (result?.outcome === 'done') {
            const theirs = before?.state.theirs ?? []
            expect(after === undefined || after.state.theirs.every((one) => theirs.includes(one))).toBe(true)
          } else expect(equal(account.standing, after)).toBe(true)
        },
      ),
      { numRuns: 500 },
    ))
})
