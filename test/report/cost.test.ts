import { describe, expect, it, test } from '@jest/globals'
import { priceRows } from '../../src/report/cost.ts'
import { parsePrice } from '../../src/report/money.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import { bookOf, row, START } from '../support/report-rows.ts'

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

  test('a price that changes within the window is applied from its day on, and both are listed', () => {
    const change = START + 5 * HOUR_MS
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
    expect(warnings.map((warning) => warning.code)).toEqual(['price-changed'])
  })
})
