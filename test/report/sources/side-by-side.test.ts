import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sideBySide } from '../../../src/core/side-by-side.ts'

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

test('the first failure is passed on, once all that was under way has ended; nothing more is begun', async () => {
  const failure = new Error('no')
  const begun: number[] = []
  const ended: number[] = []
  const work = async (item: number, failed: AbortSignal) => {
    begun.push(item)
    if (item === 1) throw failure
    await new Promise<void>((resolve) => failed.addEventListener('abort', () => resolve()))
    await new Promise(setImmediate)
    ended.push(item)
    throw new Error('stopped')
  }
  await expect(sideBySide([0, 1, 2, 3, 4], 3, work)).rejects.toBe(failure)
  expect({ begun, ended }).toEqual({ begun: [0, 1, 2], ended: [0, 2] })
})

test('nothing thrown is a failure, too', () =>
  expect(sideBySide([1, 2], 2, () => Promise.reject(undefined))).rejects.toBeUndefined())
