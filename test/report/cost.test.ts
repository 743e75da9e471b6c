import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePrice } from '../../src/report/money.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import { noCounters } from '../../src/report/tally.ts'
import { STANDARD_TERMS } from '../../src/report/terms.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import { priceRows } from '../support/price-rows.ts'
import { anyRows, bookOf, row, START } from '../support/report-rows.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3), output: parsePrice(15), cacheRead: parsePrice(0.3) } })

describe('priceRows', () => {
  it('prices each kind of token at its own price', () => {
    const used = row('maker.one', { inputTokens: 1_000_000, outputTokens: 100_000, cacheReadTokens: 10_000_000 })
    expect(priceRows([used], book).costs.get(used)).toBe(7_500_000_000_000_000_000n)
  })

  it('lists use without a price once a model, with its tokens and the reason, and gives it no cost', () => {
    const rows = [
      row('maker.other', { inputTokens: 5, outputTokens: 1 }),
      row('maker.other', { inputTokens: 7 }, { start: START + HOUR_MS }),
    ]
    const { costs, unpriced } = priceRows(rows, book)
    expect([...costs.values()]).toEqual([null, null])
    expect(unpriced).toEqual([{ model: 'maker.other', inputTokens: 12, outputTokens: 1, reason: 'no price known' }])
  })

  it('says which tokens of a priced model are in no cost', () => {
    const { warnings } = priceRows([row('maker.one', { cacheWriteTokens: 40 }), row('maker.one', { images: 2 })], book)
    expect(warnings).toEqual([
      {
        code: 'cost-incomplete',
        message: 'the cost of maker.one is without its 40 cache-write tokens, which have no known price',
      },
      { code: 'cost-incomplete', message: 'the cost of maker.one is without its 2 images, which have no known price' },
    ])
  })

  it('prices cache writes that are kept for an hour apart from the others, as far as they are known', () => {
    const both = bookOf({ 'maker.one': { cacheWrite: parsePrice(3.75), cacheWrite1h: parsePrice(6) } })
    const counters = { ...noCounters(), cacheWriteTokens: 1_000_000, cacheWrite1hTokens: 400_000 }
    const used = { ...row('maker.one'), counters }
    const { costs, warnings, prices } = priceRows([used], both)
    expect(costs.get(used)).toBe(4_650_000_000_000_000_000n)
    expect(warnings).toEqual([])
    expect(prices).toMatchObject([{ cacheWritePerMillion: 3.75, cacheWrite1hPerMillion: 6 }])
    expect(priceRows([used], bookOf({ 'maker.one': { cacheWrite: parsePrice(3.75) } })).warnings).toEqual([
      {
        code: 'cost-incomplete',
        message:
          'the cost of maker.one is without its 400,000 cache-write tokens kept for an hour, which have no known price',
      },
    ])
  })

  it('prices images one by one', () => {
    const images: PriceBook = {
      lookup: () => ({ perMillion: {}, perImage: parsePrice(0.04), source: 'test@1', asOf: null, warnings: [] }),
    }
    const used = row('maker.painter', { images: 3 })
    const { costs, prices, warnings } = priceRows([used], images)
    expect(costs.get(used)).toBe(120_000_000_000_000_000n)
    expect(prices).toMatchObject([{ inputPerMillion: null, perImage: 0.04 }])
    expect(warnings).toEqual([])
  })

  it('speaks of one call as of one', () => {
    const dear: PriceBook = {
      lookup: (_id, _region, _at, terms) => ({
        perMillion: { input: parsePrice(terms?.tier === 'priority' ? 6 : 3) },
        source: 'test@1',
        asOf: null,
        warnings: [],
      }),
    }
    const warningOf = (invocations: number) => {
      const terms = { ...STANDARD_TERMS, untold: ['tier' as const] }
      return priceRows([row('maker.one', { inputTokens: 1_000_000, invocations }, { terms })], dear).warnings[0]
        ?.message
    }
    expect(warningOf(1)).toBe(
      '1 call of maker.one is of an unknown service tier and priced as standard: at most $3.00 more',
    )
    expect(warningOf(2)).toMatch(/^2 calls of maker\.one are of an unknown service tier and priced as standard/)
  })

  it('says of how many calls no image is counted, whose cost is a floor, or not known', () => {
    const images: PriceBook = {
      lookup: () => ({ perMillion: {}, perImage: parsePrice(0.04), source: 'test@1', asOf: null, warnings: [] }),
    }
    const some = row('maker.painter', { images: 1, invocations: 2 })
    const none = row('maker.painter', { invocations: 2, serverErrors: 1 })
    const failed = row('maker.painter', { invocations: 1, serverErrors: 1, throttles: 1 })
    const { costs, floors, warnings } = priceRows([some, none, failed], images)
    expect([some, none, failed].map((one) => costs.get(one))).toEqual([40_000_000_000_000_000n, null, 0n])
    expect([some, none, failed].map((one) => floors.has(one))).toEqual([true, true, false])
    expect(warnings).toEqual([
      {
        code: 'counts-unknown',
        message: 'no images are counted of 2 calls of maker.painter: the report is without what these cost',
      },
    ])
  })

  test('another source for the same figures is no change of price', () => {
    const sources: PriceBook = {
      lookup: (_model, _region, at) => ({
        perMillion: { input: parsePrice(1) },
        source: `test@${at.getTime()}`,
        asOf: null,
        warnings: [],
      }),
    }
    const used = [row('maker.one', { inputTokens: 1 }), row('maker.one', {}, { start: START + 24 * HOUR_MS })]
    const { warnings, prices } = priceRows(used, sources)
    expect(prices).toHaveLength(2)
    expect(warnings).toEqual([])
  })

  it('adds up what has no price by model and reason, and by what is missing', () => {
    const reasons: PriceBook = {
      lookup: (model, region) =>
        model === 'maker.one'
          ? { perMillion: { input: 1n }, source: 'test@1', asOf: null, warnings: [] }
          : { unpriced: `none in ${region}` },
    }
    const there = { dimensions: { account: '111122223333', model: 'maker.other', region: 'eu-west-1' } }
    const { unpriced, warnings } = priceRows(
      [
        row('maker.other', { inputTokens: 1, outputTokens: 10 }),
        row('maker.other', { inputTokens: 2 }, there),
        row('maker.third', { inputTokens: 4 }),
        row('maker.other', { inputTokens: 8, outputTokens: 20 }),
        row('maker.one', { outputTokens: 3 }),
        row('maker.one', { outputTokens: 1_000, cacheReadTokens: 5 }),
      ],
      reasons,
    )
    expect(unpriced).toEqual([
      { model: 'maker.other', inputTokens: 9, outputTokens: 30, reason: 'none in us-east-1' },
      { model: 'maker.other', inputTokens: 2, outputTokens: 0, reason: 'none in eu-west-1' },
      { model: 'maker.third', inputTokens: 4, outputTokens: 0, reason: 'none in us-east-1' },
    ])
    expect(warnings.map(({ message }) => message)).toEqual([
      'the cost of maker.one is without its 1,003 output tokens, which have no known price',
      'the cost of maker.one is without its 5 cache-read tokens, which have no known price',
    ])
  })

  test('other prices of other models, or in other Regions, are no change of price', () => {
    const apart: PriceBook = {
      lookup: (model, region) => ({
        perMillion: { input: parsePrice(model.length + region.length / 100) },
        source: 'test@1',
        asOf: null,
        warnings: [],
      }),
    }
    const there = { dimensions: { account: '111122223333', model: 'maker.one', region: 'eu-central-1' } }
    const { warnings, prices } = priceRows([row('maker.one'), row('maker.three'), row('maker.one', {}, there)], apart)
    expect(warnings).toEqual([])
    expect(prices).toHaveLength(3)
  })

  test('in whatever order rows come, each costs what the book says of its model, Region and time', () => {
    const change = START + 14 * HOUR_MS
    const usd = (model: string, region: string, at: number) =>
      parsePrice(model.length + region.length / 100 + (at < change ? 0 : 0.5))
    const changing: PriceBook = {
      changes: [change],
      lookup: (model, region, at) =>
        model === 'maker.unpriced'
          ? { unpriced: 'no price known' }
          : { perMillion: { input: usd(model, region, at.getTime()) }, source: 'test@1', asOf: null, warnings: [] },
    }
    const anyRow = fc
      .tuple(
        fc.constantFrom('maker.one', 'maker.three', 'maker.unpriced'),
        fc.constantFrom('us-east-1', 'eu-central-1'),
        fc.integer({ min: 0, max: 23 }),
        fc.nat({ max: 1_000_000 }),
      )
      .map(([model, region, hour, inputTokens]) =>
        row(
          model,
          { inputTokens },
          { start: START + hour * HOUR_MS, dimensions: { account: '111122223333', model, region } },
        ),
      )
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        const { costs, unpriced } = priceRows(rows, changing)
        for (const one of rows) {
          const { model, region } = one.dimensions
          const due = BigInt(one.counters.inputTokens) * usd(model, region, one.start)
          expect(costs.get(one)).toBe(model === 'maker.unpriced' ? null : due)
        }
        const without = rows.filter(({ dimensions }) => dimensions.model === 'maker.unpriced')
        const told = unpriced.reduce((sum, { inputTokens }) => sum + (inputTokens ?? Number.NaN), 0)
        expect(told).toBe(without.reduce((sum, { counters }) => sum + counters.inputTokens, 0))
        expect(unpriced.length).toBe(Math.min(without.length, 1))
      }),
    )
  })

  it('looks each price up once, and again from the day on which prices change', () => {
    const asked: number[] = []
    const change = START + 14 * HOUR_MS
    const counting: PriceBook = {
      changes: [change],
      lookup(_model, _region, at) {
        asked.push(at.getTime())
        return { perMillion: { input: parsePrice(1) }, source: 'test@1', asOf: null, warnings: [] }
      },
    }
    const hours = Array.from({ length: 24 }, (_, hour) => row('maker.one', {}, { start: START + hour * HOUR_MS }))
    priceRows(hours, counting)
    expect(asked).toEqual([START, change])
  })

  test('a price that changes within the window is applied from its day on, and both are listed', () => {
    const change = START + 14 * HOUR_MS
    const changing: PriceBook = {
      lookup: (_model, _region, at) => ({
        perMillion: { input: parsePrice(at.getTime() < change ? 2 : 1) },
        source: 'test@1',
        asOf: null,
        warnings: [],
      }),
    }
    const before = row('maker.one', { inputTokens: 1_000_000 })
    const after = row('maker.one', { inputTokens: 1_000_000 }, { start: change })
    const { costs, prices, warnings } = priceRows([before, after], changing)
    expect(costs.get(before)).toBe(2n * 10n ** 18n)
    expect(costs.get(after)).toBe(10n ** 18n)
    expect(prices.map((price) => price.inputPerMillion)).toEqual([2, 1])
    expect(warnings).toEqual([
      {
        code: 'price-changed',
        message: 'the price of maker.one changed within the window; each part of the series is priced at its start',
      },
    ])
  })
})

test('the cost of rows is the exact sum of their tokens and images by price, whatever these are', () => {
  const figure = fc.integer({ min: 0, max: 10 ** 9 }).map((n) => n / 10 ** 6)
  fc.assert(
    fc.property(anyRows, fc.array(figure, { minLength: 6, maxLength: 6 }), (rows, figures) => {
      const [input = 0, output = 0, cacheRead = 0, cacheWrite = 0, cacheWrite1h = 0, image = 0] = figures
      const perMillion = {
        input: parsePrice(input),
        output: parsePrice(output),
        cacheRead: parsePrice(cacheRead),
        cacheWrite: parsePrice(cacheWrite),
        cacheWrite1h: parsePrice(cacheWrite1h),
      }
      const perImage = parsePrice(image)
      const flat: PriceBook = {
        lookup: () => ({ perMillion, perImage, source: 'test@1', asOf: null, warnings: [] }),
      }
      const hours = (total: number) => Math.floor(total / 3)
      const split = rows.map((one) => ({
        ...one,
        counters: { ...one.counters, cacheWrite1hTokens: hours(one.counters.cacheWriteTokens) },
      }))
      const sum = (count: (of: (typeof split)[number]['counters']) => number) =>
        split.reduce((total, one) => total + BigInt(count(one.counters)), 0n)
      const total = [...priceRows(split, flat).costs.values()].reduce<bigint>((all, cost) => all + (cost ?? 0n), 0n)
      expect(total).toBe(
        sum((of) => of.inputTokens) * perMillion.input +
          sum((of) => of.outputTokens) * perMillion.output +
          sum((of) => of.cacheReadTokens) * perMillion.cacheRead +
          sum((of) => of.cacheWriteTokens - of.cacheWrite1hTokens) * perMillion.cacheWrite +
          sum((of) => of.cacheWrite1hTokens) * perMillion.cacheWrite1h +
          sum((of) => of.images) * perImage * 1_000_000n,
      )
    }),
  )
})
