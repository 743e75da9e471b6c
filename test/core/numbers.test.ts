import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { grouped, plainDigits } from '../../src/core/numbers.ts'

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
