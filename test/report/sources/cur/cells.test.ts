import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseAmount } from '../../../../src/report/bill/decimal.ts'
import { amountOf } from '../../../../src/report/sources/cur/cells.ts'

/** Money as bills write it, and whatever else a double may be. */
const amounts = fc.oneof(
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((whole) => whole / 1e10),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.constantFrom(0, 1e-18, 0.1 + 0.2, 123456789.123456, 9e15 / 1e12, 4503.599627370496),
)

test('doubles are added up as the decimals that they were written as, whatever their size', () => {
  fc.assert(
    fc.property(fc.array(amounts, { maxLength: 50 }), (all) => {
      const sum = all.reduce((total, amount) => total + (amountOf(amount) as bigint), 0n)
      expect(sum).toBe(all.reduce((total, amount) => total + (parseAmount(String(amount)) ?? 0n), 0n))
    }),
  )
  expect(20_000n * (amountOf(999.123456789012) as bigint)).toBe(20_000n * 999123456789012000000n)
})

test.each([
  [Number.NaN, undefined],
  ['', undefined],
  [null, undefined],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [-1e300, '-1e+300'],
  ['abc', 'abc'],
  ['0,8', '0,8'],
  ['1234e-3', 1234n * 10n ** 15n],
])('what is no amount is told from none: %p', (cell, amount) => expect(amountOf(cell)).toBe(amount))
