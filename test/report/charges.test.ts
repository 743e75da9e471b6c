import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { CHARGE_KINDS, chargesAt, TOKEN_KINDS } from '../../src/report/charges.ts'
import type { Row, Usage } from '../../src/report/model.ts'
import { parsePrice, toNano, toUsd } from '../../src/report/money.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import { summarize } from '../../src/report/summarize.ts'
import { noCounters } from '../../src/report/tally.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import { priceRows } from '../support/price-rows.ts'
import { facts, reading, row, START } from '../support/report-rows.ts'
import { schemaFaults } from '../support/report-schema.ts'
import { THIRD } from '../support/share.ts'

const KINDS = CHARGE_KINDS.map(({ name }) => name).filter((name) => name !== 'other')
/** Whole nano-dollars of a printed number of dollars. */
const nano = (usd: number | null | undefined) => BigInt(Math.round((usd ?? Number.NaN) * 1e9))
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n)

/** Prices down to the pico-dollar a million, so that a row, a slot and a group cost no whole nano-dollars. */
const anyPrice = fc.bigInt({ min: 0n, max: parsePrice(20) })
const anyPrices = fc.record({ perMillion: fc.array(anyPrice, { minLength: 5, maxLength: 5 }), perImage: anyPrice })
const tokens = fc.nat({ max: 3_000 })
const anyRow: fc.Arbitrary<Row> = fc
  .record({
    model: fc.constantFrom('maker.one', 'maker.two', 'maker.three'),
    account: fc.constantFrom('111122223333', '444455556666'),
    identity: fc.constantFrom('ann', 'bob', ''),
    hour: fc.integer({ min: 0, max: 23 }),
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    cacheWrite1hTokens: tokens,
    images: fc.nat({ max: 3 }),
  })
  .map(({ model, account, identity, hour, ...counters }) =>
    row(model, counters, {
      start: START + hour * HOUR_MS,
      dimensions: { model, account, region: 'us-east-1', identity, operation: hour % 2 ? 'Converse' : 'InvokeModel' },
    }),
  )

type AnyPrices = { perMillion: bigint[]; perImage: bigint }

function bookOf(prices: Record<string, AnyPrices | undefined>): PriceBook {
  return {
    lookup(model) {
      const known = prices[model]
      if (!known) return { unpriced: 'no price known' }
      const perMillion = Object.fromEntries(TOKEN_KINDS.map((kind, index) => [kind, known.perMillion[index] ?? 0n]))
      return { perMillion, perImage: known.perImage, source: 'test@1', asOf: null, warnings: [] }
    },
  }
}

const GROUPINGS = [
  ['model'],
  ['account'],
  ['region'],
  ['identity'],
  ['hour'],
  ['day'],
  ['identity', 'model'],
  ['operation', 'account', 'hour'],
]

function addsUp(parts: readonly Usage[], whole: Usage): void {
  const priced = parts.filter(({ costUsd }) => costUsd !== null)
  expect(sum(priced.map(({ costUsd }) => nano(costUsd)))).toBe(nano(whole.costUsd))
  // A kind that was used and has no price in all of this is in no sum.
  const of = ({ costs }: Usage, kind: string) => nano(costs?.[kind] === null ? 0 : costs?.[kind])
  for (const kind of KINDS) expect(sum(priced.map((usage) => of(usage, kind)))).toBe(of(whole, kind))
  for (const usage of [...priced, whole]) expect(sum(KINDS.map((kind) => of(usage, kind)))).toBe(nano(usage.costUsd))
}

describe('the parts of a cost', () => {
  test('add up exactly, whatever it is grouped by, and the whole is the same', () => {
    const rows = fc.array(anyRow, { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(rows, anyPrices, anyPrices, fc.option(anyPrices, { nil: undefined }), (used, one, two, three) => {
        const book = bookOf({ 'maker.one': one, 'maker.two': two, 'maker.three': three })
        const { costs } = priceRows(used, book)
        const known = [...costs.values()].filter((cost) => cost !== null)
        // What was not used says nothing of a price.
        const billed = used.filter(({ counters }) => CHARGE_KINDS.some((kind) => kind.quantity(counters) > 0))
        const isUntold = billed.length > 0 && billed.every((row) => costs.get(row) === null)
        const exact = isUntold ? null : toUsd(toNano(sum(known)))
        const totals = GROUPINGS.map((by) => {
          const { report } = summarize(reading(used), { ...facts, by }, book)
          expect(schemaFaults(report)).toEqual([])
          expect(report.total.costUsd).toBe(exact)
          if (exact !== null) {
            addsUp(report.groups, report.total)
            addsUp(report.series, report.total)
          }
          return report.total
        })
        for (const total of totals) expect(total).toEqual(totals[0])
      }),
      { numRuns: THIRD.runs(150) },
    )
  })

  test('are each at most a nano-dollar off what they exactly are', () => {
    const rows = fc.array(anyRow, { maxLength: 30 })
    fc.assert(
      fc.property(rows, anyPrices, (used, prices) => {
        const rates = { 'maker.one': prices, 'maker.two': prices, 'maker.three': prices }
        const { report } = summarize(reading(used), { ...facts, by: ['identity'] }, bookOf(rates))
        for (const { key, costs } of report.groups) {
          const own = used.filter(({ dimensions }) => dimensions.identity === key.identity)
          const charges = own.flatMap((one) => {
            const price = bookOf(rates).lookup(one.dimensions.model, 'us-east-1', new Date(one.start))
            return 'unpriced' in price ? [] : chargesAt(price)(one)
          })
          for (const name of KINDS) {
            const amount = sum(charges.flatMap((charge) => (charge.kind.name === name ? (charge.amount ?? []) : [])))
            const off = nano(costs?.[name]) * 1_000_000_000n - amount
            expect(off <= 1_000_000_000n && off >= -1_000_000_000n).toBe(true)
          }
        }
      }),
      { numRuns: THIRD.runs(50) },
    )
  })

  test('do not depend on how finely the source tells what was used', () => {
    const rows = fc.array(anyRow, { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(rows, anyPrices, (used, prices) => {
        const book = bookOf({ 'maker.one': prices, 'maker.two': prices, 'maker.three': prices })
        const single = used.flatMap((one) => {
          const { cacheWrite1hTokens, ...counters } = one.counters
          return Object.entries(counters).map(([name, count]) => ({
            ...one,
            counters: {
              ...noCounters(),
              [name]: count,
              ...(name === 'cacheWriteTokens' && cacheWrite1hTokens !== undefined && { cacheWrite1hTokens }),
            },
          }))
        })
        const totalOf = (all: readonly Row[]) => summarize(reading(all), facts, book).report.total
        expect(totalOf(single)).toEqual(totalOf(used))
      }),
      { numRuns: THIRD.runs(50) },
    )
  })
})

describe('the charges of a row', () => {
  test('are of all its tokens and images, each a quantity times a rate', () => {
    fc.assert(
      fc.property(anyRow, anyPrices, (used, prices) => {
        const price = bookOf({ m: prices }).lookup('m', 'us-east-1', new Date(START))
        const charges = 'unpriced' in price ? [] : chargesAt(price)(used)
        const counted = (unit: string) =>
          charges.filter(({ kind }) => kind.unit === unit).reduce((total, { quantity }) => total + quantity, 0)
        const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, images } = used.counters
        expect(counted('tokens')).toBe(inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens)
        expect(counted('images')).toBe(images)
        for (const { quantity, rate, amount, source } of charges) {
          expect(amount).toBe(BigInt(quantity) * (rate ?? 0n))
          expect(source).toBe('test@1')
        }
      }),
    )
  })

  it('have no amount where there is no price', () => {
    const used = row('maker.one', { inputTokens: 5, images: 2 })
    expect(chargesAt(undefined)(used).map(({ kind, quantity, amount }) => [kind.name, quantity, amount])).toEqual([
      ['input', 5, null],
      ['images', 2, null],
    ])
  })
})

describe('the priced share', () => {
  const prices = { perMillion: [1n, 1n, 1n, 1n, 1n], perImage: 1n }
  const shareOf = (...rows: Row[]) =>
    summarize(reading(rows), facts, bookOf({ 'maker.one': prices })).report.total.pricedShare

  it('is of the tokens, whatever they cost', () => {
    const priced = row('maker.one', { inputTokens: 1, outputTokens: 2 })
    expect(shareOf(priced)).toBe(1)
    expect(shareOf(priced, row('maker.unpriced', { cacheReadTokens: 9 }))).toBe(0.25)
    expect(shareOf(row('maker.unpriced', { inputTokens: 7 }))).toBe(0)
  })

  it('counts tokens of a kind that has no price as unpriced', () => {
    const some: PriceBook = {
      lookup: () => ({ perMillion: { input: 1n }, source: 'test@1', asOf: null, warnings: [] }),
    }
    const used = row('maker.one', { inputTokens: 3, cacheWriteTokens: 1 })
    expect(summarize(reading([used]), facts, some).report.total.pricedShare).toBe(0.75)
  })

  it('is null without tokens, and where they are not known', () => {
    expect(shareOf()).toBeNull()
    expect(shareOf(row('maker.one', { images: 3 }))).toBeNull()
    expect(shareOf(row('maker.one', { inputTokens: 3 }, { unknown: new Set(['outputTokens']) }))).toBeNull()
  })
})
