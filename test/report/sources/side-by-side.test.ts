import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sideBySide } from '../../../src/report/sources/side-by-side.ts'

test('everything is done once, in any order, with outcomes in that of the items, and never too much at a time', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 })), fc.integer({ min: 1, max: 5 }), async (pauses, most) => {
      let running = 0
      let peak = 0
      const outcomes = await sideBySide([...pauses.entries()], most, async ([place, pause]) => {
        peak = Math.max(peak, ++running)
        for (let turn = 0; turn < pause; turn++) await Promise.resolve()
        running--
        return place
      })
      expect(outcomes).toEqual([...pauses.keys()])
      expect(peak).toBe(Math.min(most, pauses.length))
    }),
  ))

test('a failure is passed on', async () => {
  const failure = new Error('no')
  await expect(sideBySide([1, 2], 2, () => Promise.reject(failure))).rejects.toBe(failure)
})
