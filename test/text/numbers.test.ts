import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import {
  bytes,
  compact,
  compactUsd,
  count,
  duration,
  grouped,
  percent,
  plainDigits,
  price,
  short,
  usd,
  whole,
} from '../../src/text/numbers.ts'

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  // Nano-dollars, of which costs are made, and halves, at which rounding goes one way or the other.
  fc.maxSafeNat().map((nano) => nano / 1e9),
  fc.integer({ min: 0, max: 1e9 }).map((half) => half / 2e3),
  fc.constantFrom(1.005, 0.0000005, 999_999.995, 1e21, 5e-324, -0, Number.NaN, Number.POSITIVE_INFINITY),
)

describe('numbers in groups of three', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_234_567.8915, '1,234,567.892'],
    [-1_000, '-1,000'],
  ])('%p is %s', (value, text) => {
    expect(grouped(value)).toBe(text)
  })

  it('are as Intl has them, whatever the decimals', () => {
    const decimals = fc.tuple(fc.nat(12), fc.nat(12)).map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const)
    fc.assert(
      fc.property(number, decimals, (value, [most, least]) => {
        const options = { minimumFractionDigits: least, maximumFractionDigits: most }
        expect(grouped(value, most, least)).toBe(value.toLocaleString('en-US', options))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('plain digits', () => {
  it.each([
    [0, '0'],
    [0.25, '0.25'],
    [1e-9, '0.000000001'],
    [1.5e-7, '0.00000015'],
    [12_345_678, '12345678'],
  ])('%p is %s', (value, text) => {
    expect(plainDigits(value)).toBe(text)
  })

  it('read back as the same number, without an exponent, down to what a dollar is ever parted into', () => {
    const amount = fc.double({ min: 1e-18, max: 1e15, noNaN: true })
    fc.assert(
      fc.property(amount, (value) => {
        expect(plainDigits(value)).toMatch(/^\d+(\.\d+)?$/)
        expect(Number(plainDigits(value))).toBe(value)
      }),
    )
  })
})

describe('numbers for people', () => {
  it.each([
    [null, '–'],
    [0, '0'],
    [1_234_567.6, '1,234,568'],
  ])('%p is %s', (value, text) => {
    expect(whole(value)).toBe(text)
  })

  it.each([
    [0, '0.0 %'],
    [0.0004, '<0.1 %'],
    [0.0375, '3.8 %'],
    [1, '100 %'],
    [64.838, '6,484 %'],
  ])('a rate of %p is %s', (rate, text) => {
    expect(percent(rate)).toBe(text)
  })

  it.each([
    [null, '–'],
    [0, '0 ms'],
    [211.6, '212 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [21_940, '21.9 s'],
    [99_949, '99.9 s'],
    [99_960, '100 s'],
    [3_600_000, '3,600 s'],
  ])('%p ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})

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
  [0.0009, '<$0.001'],
  [0.0042, '$0.0042'],
  [0.53, '$0.53'],
  [12.345, '$12.35'],
  [999.999, '$1.00k'],
  [1_234, '$1.23k'],
])('%p dollars in a narrow column read as %p', (amount, text) => {
  expect(compactUsd(amount)).toBe(text)
})

test.each<[number | null, string]>([
  [null, 'unpriced'],
  [0, '$0.00'],
  [0.000000001, '$0.000000001'],
  [0.0000375, '$0.000038'],
  [0.0025, '$0.0025'],
  [0.002, '$0.002'],
  [0.00999, '$0.01'],
  [0.01, '$0.01'],
  [3.4, '$3.40'],
  [1_234.567, '$1,234.57'],
  [-3, '-$3.00'],
  [-0.0025, '-$0.0025'],
  [-0, '$0.00'],
])('%p dollars are %s', (amount, text) => {
  expect(usd(amount)).toBe(text)
})

test('dollars are right to a cent, and below that to one part in twenty; what is something never reads as nothing', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 9 }), (nano, power) => {
      const amount = (nano / 1e9) * 10 ** -power
      const read = Number(usd(amount).replace(/[$,]/g, ''))
      expect(Math.abs(read - amount)).toBeLessThanOrEqual(amount < 0.01 ? amount * 0.0501 : 0.00501)
      expect(read > 0).toBe(amount > 0)
    }),
  )
})

test.each<[number | null, string]>([
  [null, ''],
  [3, '$3.00'],
  [0.0375, '$0.0375'],
  [1_000.5, '$1,000.50'],
])('a price of %p is %s', (amount, text) => {
  expect(price(amount)).toBe(text)
})

test.each<[number | null, string]>([
  [null, '–'],
  [0, '0'],
  [0.012345, '0.0123'],
  [12.345, '12.3'],
  [99.96, '100'],
  [1_234.5, '1,235'],
])('%p in few digits is %s', (value, text) => {
  expect(short(value)).toBe(text)
})

test('counts agree with their noun', () => {
  expect([count(1, 'alarm'), count(10_000, 'object')]).toEqual(['1 alarm', '10,000 objects'])
})

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1_023, '1,023 bytes'],
  [1_024, '1 KB'],
  [5_767_168, '5.5 MB'],
  [3 * 1_024 ** 4, '3 TB'],
])('%d bytes read %s', (number, text) => {
  expect(bytes(number)).toBe(text)
})
