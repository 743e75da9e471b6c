import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compact, dollars } from '../../src/watch/numbers.ts'

describe('a number for a narrow column', () => {
  test.each<[number | null, string]>([
    [null, '–'],
    [0, '0'],
    [0.001, '<0.01'],
    [0.0333, '0.03'],
    [0.1451, '0.15'],
    [7.254, '7.25'],
    [9.996, '10.0'],
    [812, '812'],
    [999.7, '1.00k'],
    [1_234, '1.23k'],
    [45_600_000, '45.6M'],
    [999_950, '1.00M'],
  ])('%p reads as %p', (value, text) => {
    expect(compact(value)).toBe(text)
  })

  test('takes no more than five characters, and is right to one in a hundred', () => {
    const factor = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 } as Record<string, number>
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e14, noNaN: true }), (value) => {
        const text = compact(value)
        const [, digits = '', unit = ''] = /^([\d.]+)([kMGT]?)$/.exec(text) ?? []
        expect(text.length).toBeLessThanOrEqual(5)
        const read = Number(digits) * (factor[unit] ?? 1)
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.max(value * 0.01, 0.005 + Number.EPSILON))
      }),
    )
  })
})

test.each<[number | null, string]>([
  [null, '–'],
  [0, '$0'],
  [0.00001, '<$.0001'],
  [0.0042, '$0.0042'],
  [12.345, '$12.35'],
  [1_234, '$1.23k'],
])('%p dollars read as %p', (usd, text) => {
  expect(dollars(usd)).toBe(text)
})
