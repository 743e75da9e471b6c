import { describe, expect, it } from '@jest/globals'
import { parsePrice } from '../../../../src/report/money.ts'
import { priceListBook, unusedOf } from '../../../../src/report/prices/price-list/book.ts'
import { modelIds } from '../../../../src/report/prices/price-list/names.ts'
import { parseProduct } from '../../../../src/report/prices/price-list/products.ts'
import { remember } from '../../../../src/report/prices/price-list/seen.ts'
import { AWS_LIST, type ListRow } from '../data/index.ts'

const READ_AT = Date.UTC(2026, 7, 20, 10)

/** The rows of AWS's list as AWS answers them, a product for each side. */
function answersOf({ name, kind, region, input_per_million, output_per_million }: ListRow): string[] {
  const rates = { input: input_per_million, output: output_per_million }
  return Object.entries(rates).flatMap(([side, usd]) => {
    if (usd === '') return []
    const usagetype = `USE1-X-${side}-tokens${kind === 'batch' ? '-batch' : ''}`
    const dimension = { unit: '1M tokens', beginRange: '0', endRange: 'Inf', pricePerUnit: { USD: usd } }
    return JSON.stringify({
      product: { attributes: { regionCode: region, model: name, usagetype } },
      terms: { OnDemand: { a: { priceDimensions: { b: dimension } } } },
    })
  })
}

describe("AWS's list of 2026-08-20, as it answers it", () => {
  const rows = AWS_LIST.filter(({ kind, name }) => kind !== 'cross-region' && !/ Custom$/.test(name))
  const list = {
    prices: remember(
      [],
      rows.flatMap(answersOf).flatMap((text) => parseProduct(text).prices),
      READ_AT,
    ),
    leftOut: [],
    readAt: READ_AT,
  }
  const book = priceListBook([list])

  it('has an id for every name', () => {
    expect(unusedOf([list])).toEqual([
      { reason: 'conflict', rows: 4, example: expect.stringMatching(/^qwen3next80ba3b /) },
    ])
  })

  it('is told to the cent: each row by each id of its model', () => {
    const wrong = rows.flatMap((row) =>
      modelIds(row.name).flatMap((id) => {
        const tier = row.kind === 'batch' ? 'batch' : 'standard'
        const found = book.lookup(id, row.region, new Date(READ_AT), { tier, promptOver: 0 })
        const wanted = [row.input_per_million, row.output_per_million].map((usd) =>
          usd === '' ? undefined : parsePrice(Number(usd)),
        )
        const told = 'unpriced' in found ? found.unpriced : [found.perMillion.input, found.perMillion.output]
        // What a row lacks may follow from the standard price by rule.
        const same =
          typeof told !== 'string' && wanted.every((price, index) => price === undefined || price === told[index])
        return same ? [] : [{ id, region: row.region, kind: row.kind, told }]
      }),
    )
    expect(rows.length).toBeGreaterThan(1_800)
    // It has this one under two names, at two prices.
    const two = 'the AWS Price List has two prices for it, and does not say which is right'
    const twice = ['qwen.qwen3-next-80b-a3b', 'qwen.qwen3-next-80b-a3b-instruct'].flatMap((id) =>
      ['batch', 'batch', 'in-region', 'in-region'].map((kind) => ({ id, region: 'ap-south-1', kind, told: two })),
    )
    expect(wrong).toHaveLength(twice.length)
    expect(wrong).toEqual(expect.arrayContaining(twice))
  })
})
