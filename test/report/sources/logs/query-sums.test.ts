import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { middleSlot } from '../../../../src/report/sources/logs/run-query.ts'

const window = fc
  .record({
    origin: fc.nat(1e12),
    start: fc.nat(1e9),
    length: fc.integer({ min: 1, max: 1e9 }),
    slotMs: fc.integer({ min: 1, max: 1e8 }),
  })
  .map(({ origin, start, length, slotMs }) => ({
    window: { start: origin + start, end: origin + start + length },
    slots: { origin, slotMs },
  }))

test('a window is cut between two slots, as often as it takes to come to single ones', () =>
  fc.assert(
    fc.property(window, ({ window: { start, end }, slots }) => {
      const middle = middleSlot({ start, end }, slots)
      const slotOf = (time: number) => Math.floor((time - slots.origin) / slots.slotMs)
      if (middle === undefined) expect(slotOf(start)).toBe(slotOf(end - 1))
      else {
        expect((middle - slots.origin) % slots.slotMs).toBe(0)
        expect(middle).toBeGreaterThan(start)
        expect(middle).toBeLessThan(end)
      }
    }),
  ))
