import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { accountProgress, withoutPhases } from '../../src/core/by-account.ts'
import type { Context } from '../../src/core/context.ts'
import type { Event } from '../../src/core/events.ts'
import { advance, IDLE, liveText } from '../../src/ui/live.ts'

const READING = { verb: 'reading', past: 'read' }

function watched(pieces: readonly string[], labels?: ReadonlyMap<string, string>) {
  const events: Event[] = []
  return { events, progress: accountProgress({ emit: (event) => events.push(event) }, pieces, READING, labels) }
}

const shown = (events: readonly Event[]) => liveText(events.reduce(advance, IDLE), 80).split('\n  ')

describe('what is under way in several accounts', () => {
  test('is shown as a bar of all, and a line for each', async () => {
    const { events, progress } = watched(['1', '2', '3', '1'], new Map([['2', '2 (shop)']]))
    progress.start('1')
    progress.start('2')
    expect(shown(events)).toEqual([
      '[░░░░░░░░░░░░░░░░] 0 of 3 accounts read',
      'reading account 1',
      'reading account 2 (shop)',
    ])
    progress.through('1')
    progress.through('2', true)
    // Of its two pieces one is through.
    expect(shown(events)).toEqual(['[█████░░░░░░░░░░░] 1 of 3 accounts read, 1 failed', 'reading account 1'])
    progress.through('1')
    await expect(progress.during('3', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(shown(events)).toEqual(['[████████████████] 3 of 3 accounts read, 2 failed'])
    progress.end()
    expect(shown(events)).toEqual([''])
  })

  test('is told of every account, in whatever order they end, and leaves nothing under way', async () => {
    const pieces = fc.array(fc.record({ account: fc.constantFrom('a', 'b', 'c', 'd'), fails: fc.boolean() }), {
      minLength: 1,
    })
    await fc.assert(
      fc.asyncProperty(pieces, fc.scheduler(), async (all, scheduler) => {
        const { events, progress } = watched(all.map(({ account }) => account))
        const work = ({ fails }: { fails: boolean }) =>
          scheduler.schedule(Promise.resolve()).then(() => (fails ? Promise.reject(new Error('no')) : 1))
        const done = Promise.allSettled(all.map((piece) => progress.during(piece.account, () => work(piece))))
        await scheduler.waitFor(done)
        progress.end()
        const accounts = new Set(all.map(({ account }) => account))
        if (accounts.size === 1) return expect(events).toEqual([])
        const failed = new Set(all.flatMap(({ account, fails }) => (fails ? [account] : []))).size
        const last = events.findLast(({ type }) => type === 'resource-progress')
        expect(last).toMatchObject({
          note: failed > 0 ? `accounts read, ${failed} failed` : 'accounts read',
          done: accounts.size,
          total: accounts.size,
        })
        expect(shown(events)).toEqual([''])
      }),
    )
  })
})

test('phases are left out, and nothing else', () => {
  const events: Event[] = []
  const cx = withoutPhases({ emit: (event: Event) => events.push(event) } as unknown as Context)
  cx.emit({ type: 'phase', title: 'reading' })
  cx.emit({ type: 'phase-done' })
  cx.emit({ type: 'billed', unit: 'metrics', count: 1 })
  expect(events).toEqual([{ type: 'billed', unit: 'metrics', count: 1 }])
})
