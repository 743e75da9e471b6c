import { describe, expect, test } from '@jest/globals'
import type { Event } from '../../src/core/events.ts'
import { advance, IDLE, liveText } from '../../src/ui/live.ts'

const start = (id: string, verb: 'create' | 'update' | 'remove' = 'remove'): Event => ({
  type: 'resource-start',
  id,
  step: '2',
  label: `bucket ${id}`,
  verb,
})
const progress = (id: string, more: { done?: number; total?: number } = {}): Event => ({
  type: 'resource-progress',
  id,
  note: 'deleting',
  ...more,
})
const shown = (events: readonly Event[], { width = 80 } = {}) => liveText(events.reduce(advance, IDLE), width)

describe('what is going on', () => {
  test('is the phase, then what is under way', () => {
    expect(shown([{ type: 'phase', title: 'reading' }, start('a'), start('b', 'create')])).toBe(
      'reading ...\n  removing bucket a\n  creating bucket b',
    )
  })

  test('has a bar once it is known how far it is, a longer one where there is room', () => {
    const events = [start('a'), progress('a', { done: 5, total: 10 })]
    const bar = (width: number) =>
      shown(events, { width }).replace('bucket a ', '').replace('deleting', '').trim().length
    expect(shown(events)).toContain('deleting')
    expect(bar(120)).toBeGreaterThan(bar(80))
  })

  test('tells bytes with their speed and the time that is left, whatever the length of the label', () => {
    const reading: Event = {
      type: 'resource-start',
      id: 'f',
      step: '6',
      label: `/logs/${'long/'.repeat(20)}f.gz`,
      verb: 'reading',
    }
    const told = (more: object) =>
      shown([
        reading,
        { type: 'resource-progress', id: 'f', note: 'bytes', done: 3 * 2 ** 30, total: 2 ** 33, ...more },
      ])
    expect(told({})).toMatch(/^\/logs\S+...\S+f\.gz \[█{6}░{10}] 3 GB of 8 GB$/)
    expect(told({ perSecond: 2 ** 28 })).toMatch(
      /^\/logs\S+...\S+f\.gz \[█{6}░{10}] 3 GB of 8 GB, 256 MB\/s, 20 s left$/,
    )
    expect(told({ perSecond: 2 ** 22 })).toMatch(/, 4 MB\/s, 21 min left$/)
    expect(told({ done: 2 ** 33, perSecond: 2 ** 28 })).toMatch(/8 GB of 8 GB, 256 MB\/s$/)
    expect(told({ total: undefined, perSecond: 2 ** 28 })).toMatch(/ 3 GB, 256 MB\/s$/)
    for (const line of [told({}), told({ perSecond: 1 })]) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('tells the time that is left of what is counted otherwise, too', () => {
    const objects: Event = { type: 'resource-progress', id: 'a', note: 'objects', done: 5, total: 65, perSecond: 2 }
    expect(shown([start('a'), objects])).toMatch(/5 of 65 objects, 30 s left$/)
  })

  test('names what is waited for where there is nothing to count', () => {
    expect(shown([start('a'), progress('a')])).toBe('removing bucket a: deleting')
  })

  test('knows nothing of what has not begun, or has ended', () => {
    expect(shown([progress('a', { done: 1 })])).toBe('')
    expect(shown([start('a'), { type: 'resource-end', id: 'a', outcome: 'done' } as Event])).toBe('')
  })

  test('is never more than a few lines', () => {
    const lines = shown(Array.from({ length: 30 }, (_, index) => start(String(index)))).split('\n')
    expect(lines).toHaveLength(9)
    expect(lines.at(-1)?.trim()).toBe('and 22 more')
  })
})
