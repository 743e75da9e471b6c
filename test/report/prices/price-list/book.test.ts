import { describe, expect, it, test } from '@jest/globals'
import { parsePrice } from '../../../../src/report/money.ts'
import type { Figures, PriceBook } from '../../../../src/report/prices/book.ts'
import { liveFirst, priceListBook } from '../../../../src/report/prices/price-list/book.ts'
import type { ListedPrice } from '../../../../src/report/prices/price-list/products.ts'

const listed = (usd: number, more: Partial<ListedPrice> = {}): ListedPrice => ({
  model: 'novamicro',
  region: 'us-east-1',
  routing: 'in-region',
  tier: 'standard',
  kind: 'input',
  price: parsePrice(usd),
  since: '2026-07-01',
  ...more,
})

const figures = (usd: Partial<Record<keyof Figures, number>>): Figures =>
  Object.fromEntries(Object.entries(usd).map(([kind, price]) => [kind, parsePrice(price)]))

const bookOf = (prices: readonly ListedPrice[]) => priceListBook(prices, '2026-11-23')

describe('the price list', () => {
  const book = bookOf([
    listed(0.035),
    listed(0.14, { kind: 'output' }),
    listed(0.0175, { tier: 'batch' }),
    listed(0.03, { routing: 'global' }),
    listed(0.042, { region: 'ap-northeast-1' }),
  ])

  it.each([
    ['amazon.nova-micro-v1:0', 'us-east-1', { input: 0.035, output: 0.14 }],
    ['us.amazon.nova-micro-v1:0', 'us-east-1', { input: 0.035, output: 0.14 }],
    ['apac.amazon.nova-micro-v1:0', 'ap-northeast-1', { input: 0.042 }],
    ['global.amazon.nova-micro-v1:0', 'us-east-1', { input: 0.03 }],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0', 'us-east-1', { input: 0.035, output: 0.14 }],
  ])('prices %s in %s by model, Region and routing, on demand', (id, region, usd) => {
    expect(book.lookup(id, region)).toMatchObject({
      perMillion: figures(usd),
      source: 'aws-price-list',
      asOf: '2026-11-23',
    })
  })

  it.each([
    ['amazon.nova-micro-v1:0', 'eu-west-1'],
    ['global.amazon.nova-micro-v1:0', 'ap-northeast-1'],
    ['amazon.nova-lite-v1:0', 'us-east-1'],
    ['amazon.nova-micro-v2:0', 'us-east-1'],
  ])('does not know %s in %s', (id, region) => {
    expect(book.lookup(id, region)).toHaveProperty('unpriced')
  })

  it('leaves a kind out of which it has two prices', () => {
    const both = bookOf([listed(1), listed(2), listed(3, { kind: 'output' })])
    expect(both.lookup('amazon.nova-micro-v1:0', 'us-east-1')).toMatchObject({ perMillion: figures({ output: 3 }) })
    expect(bookOf([listed(1), listed(2)]).lookup('amazon.nova-micro-v1:0', 'us-east-1')).toHaveProperty('unpriced')
  })
})

describe('before the bundled prices', () => {
  const ID = 'amazon.nova-micro-v1:0'
  const bundled = (usd: Parameters<typeof figures>[0] | undefined): PriceBook => ({
    lookup: () =>
      usd ? { perMillion: figures(usd), source: 'bundled', asOf: null, warnings: [] } : { unpriced: 'no price known' },
  })
  const ask = (known: Parameters<typeof figures>[0] | undefined, day: string) =>
    liveFirst(bookOf([listed(0.035)]), bundled(known)).lookup(ID, 'us-east-1', new Date(day))

  it('the list holds from its day on', () => {
    expect(ask({ input: 9 }, '2026-07-01')).toMatchObject({ perMillion: figures({ input: 0.035 }), warnings: [] })
  })

  it('the list shows who says otherwise, and warns of nothing', () => {
    expect(ask({ input: 9 }, '2026-07-01')).toMatchObject({
      disputes: [{ perMillion: figures({ input: 9 }), source: 'bundled' }],
      warnings: [],
    })
    expect(ask({ input: 0.035 }, '2026-07-01')).not.toHaveProperty('disputes')
  })

  it('the bundled price of the time holds for what was used earlier', () => {
    expect(ask({ input: 9 }, '2026-06-30T23:59:59Z')).toMatchObject({ perMillion: figures({ input: 9 }) })
  })

  it('the list tells of earlier use where the bundled price agrees, and silently', () => {
    expect(ask({ input: 0.035 }, '2026-06-01')).toMatchObject({ source: 'aws-price-list', warnings: [] })
  })

  it('the list is taken for earlier use where nothing else is known, and says so', () => {
    expect(ask(undefined, '2026-06-01')).toMatchObject({ warnings: [{ code: 'price-date-assumed' }] })
  })

  test('what the list lacks is added from what agrees with it, and from nothing else', () => {
    expect(ask({ input: 0.035, cacheRead: 0.01 }, '2026-11-01')).toMatchObject({
      perMillion: figures({ input: 0.035, cacheRead: 0.01 }),
      source: 'aws-price-list + bundled',
    })
    expect(ask({ input: 9, cacheRead: 0.01 }, '2026-11-01')).toMatchObject({ perMillion: figures({ input: 0.035 }) })
  })
})
