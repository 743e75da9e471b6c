import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { progressBar } from '../../src/ui/live.ts'

test.each([
  ['an empty bar', 0, 10, '[░░░░░░░░░░] 0 of 10'],
  ['half of it', 5, 10, '[█████░░░░░] 5 of 10'],
  ['all of it', 10_000, 10_000, '[██████████] 10,000 of 10,000'],
  ['the count alone while the total is unknown', 4_000, undefined, '4,000'],
])('shows %s', (_, done, total, expected) => {
  expect(progressBar(done, total, 10)).toBe(expected)
})

test('the bar is as wide as asked for, whatever the numbers', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ min: 1, noNaN: true }), fc.nat(60), (done, total, width) => {
      expect(/^\[([█░]*)\]/.exec(progressBar(done, total, width))?.[1]).toHaveLength(width)
    }),
  )
})
