import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseAmount } from '../../../../src/report/money.ts'
import { ExactSums, Tuples } from '../../../../src/report/sources/cur/exact-sums.ts'

/** Money as bills write it, and whatever else a double may be. */
const amounts = fc.oneof(
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((whole) => whole / 1e10),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.constantFrom(0, 1e-18, 0.1 + 0.2, 123456789.123456, 9e15 / 1e12, 4503.599627370496),
  fc.constant(Number.NaN),
)

test('doubles are added up as the decimals that they were written as, whatever their size', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), amounts), { maxLength: 200 }), (rows) => {
      const sums = new ExactSums()
      const groups = Int32Array.from(rows, ([group]) => group)
      sums.add(
        groups,
        Int32Array.from(rows.keys()),
        Float64Array.from(rows, ([, amount]) => amount),
      )
      const truth = new Map<number, bigint>()
      for (const [group, amount] of rows)
        if (!Number.isNaN(amount)) truth.set(group, (truth.get(group) ?? 0n) + (parseAmount(String(amount)) ?? 0n))
      for (const group of new Set(groups)) expect(sums.of(group)).toBe(truth.get(group))
      expect(sums.of(3_001)).toBeUndefined()
    }),
  )
})

test('many of them stay exact, past what a double can hold', () => {
  const sums = new ExactSums()
  const rows = Int32Array.from({ length: 20_000 }, (_, row) => row)
  sums.add(new Int32Array(rows.length), rows, new Float64Array(rows.length).fill(999.123456789012))
  expect(sums.of(0)).toBe(20_000n * 999123456789012000000n)
})

test('what is no amount is counted, with the first of them, and nothing is taken instead', () => {
  const add = (...amounts: Parameters<ExactSums['add']>[2][]) => {
    const [first = new Float64Array(), instead] = amounts
    return new ExactSums().add(Int32Array.of(0, 0, 0), Int32Array.of(0, 1, 2), first, instead)
  }
  const doubles = Float64Array.of(Number.NaN, Infinity, -1e300)
  expect(add(doubles)).toEqual({ none: 1, odd: 2, example: 'Infinity' })
  const texts = { codes: Int32Array.of(0, 1, 2), values: [undefined, 'abc', '0,8'] }
  expect(add(texts, Float64Array.of(1, 1, 1))).toEqual({ none: 0, odd: 2, example: 'abc' })
  expect(add(Float64Array.of(Number.NaN, 1, 1), texts)).toEqual({ none: 1, odd: 0, example: '' })
})

test('where a row has no amount, the other one counts', () => {
  const sums = new ExactSums()
  const exact = { codes: Int32Array.of(0, 1, 0), values: [undefined, 5n] }
  sums.add(Int32Array.of(0, 0, 0), Int32Array.of(0, 1, 2), exact, Float64Array.of(1, 2, Number.NaN))
  expect(sums.of(0)).toBe(10n ** 18n + 5n)
})

test('tuples are numbered in the order in which they come first', () => {
  const small = fc.integer({ min: -2, max: 30 })
  fc.assert(
    fc.property(fc.array(fc.tuple(small, small, small), { maxLength: 3_000, size: 'max' }), (tuples) => {
      const numbered = new Tuples(3)
      const columns = [0, 1, 2].map((index) => Int32Array.from(tuples, (tuple) => tuple[index] as number))
      const numbers = numbered.numbersOf(columns, tuples.length)
      const known = new Map<string, number>()
      for (const tuple of tuples) if (!known.has(tuple.join())) known.set(tuple.join(), known.size)
      expect([...numbers]).toEqual(tuples.map((tuple) => known.get(tuple.join())))
      expect(numbered.count).toBe(known.size)
      for (const [text, number] of known) expect([...numbered.at(number)].join()).toBe(text)
    }),
    { numRuns: 20 },
  )
})
