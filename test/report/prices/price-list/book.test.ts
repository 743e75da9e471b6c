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

  it('prices the profile of a geography by the price of its own, where there is one', () => {
    const apart = bookOf([listed(1), listed(2, { routing: 'geographic' })])
    const input = (id: string) => apart.lookup(id, 'us-east-1')
    expect(input('us.amazon.nova-micro-v1:0')).toMatchObject({ perMillion: figures({ input: 2 }) })
    expect(input('amazon.nova-micro-v1:0')).toMatchObject({ perMillion: figures({ input: 1 }) })
    expect(bookOf([listed(2, { routing: 'geographic' })]).lookup('amazon.nova-micro-v1:0', 'us-east-1')).toEqual({
      unpriced: 'no price known',
    })
  })

  it('prices images apart from tokens', () => {
    const canvas = { model: 'novacanvas', kind: 'image' } as const
    const lookup = (...prices: ListedPrice[]) => bookOf(prices).lookup('amazon.nova-canvas-v1:0', 'us-east-1')
    expect(lookup(listed(0.04, canvas), listed(3, { model: 'novacanvas' }))).toStrictEqual({
      perMillion: figures({ input: 3 }),
      perImage: parsePrice(0.04),
      source: 'aws-price-list',
      asOf: '2026-11-23',
      since: '2026-07-01',
      warnings: [],
    })
    expect(lookup(listed(3, { model: 'novacanvas' }))).not.toHaveProperty('perImage')
    expect(lookup(listed(0.04, canvas), listed(0.06, canvas))).toHaveProperty('unpriced')
  })

  test.each([
    [['2026-07-01', '2026-09-15'], '2026-09-15'],
    [['2026-09-15', '2026-07-01'], '2026-09-15'],
  ])('holds from the latest day of its prices on: %j', (days, since) => {
    const prices = days.map((day, index) => listed(1, { kind: index === 0 ? 'input' : 'output', since: day }))
    expect(bookOf(prices).lookup('amazon.nova-micro-v1:0', 'us-east-1')).toMatchObject({ since })
  })

  it('does not take what is not on demand for a price, whether or not there is another', () => {
    expect(bookOf([listed(1, { tier: 'batch' })]).lookup('amazon.nova-micro-v1:0', 'us-east-1')).toEqual({
      unpriced: 'no price known',
    })
  })

  it('says why there is none for what is not billed by token', () => {
    const reserved = 'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghijkl'
    expect(book.lookup(reserved, 'us-east-1')).toEqual({ unpriced: expect.stringMatching(/by model unit and hour/) })
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
    expect(ask(undefined, '2026-06-30T23:59:59Z')).toMatchObject({
      perMillion: figures({ input: 0.035 }),
      warnings: [
        {
          code: 'price-date-assumed',
          message: `AWS lists the price of ${ID} from 2026-07-01 on; earlier use is priced the same, as no other price is known`,
        },
      ],
    })
    expect(ask(undefined, '2026-07-01')).toMatchObject({ warnings: [] })
  })

  it('the bundled price holds for what the list does not know', () => {
    const book = liveFirst(bookOf([listed(0.035)]), bundled({ input: 9 }))
    expect(book.lookup('amazon.nova-lite-v1:0', 'us-east-1', new Date('2026-11-01'))).toMatchObject({
      perMillion: figures({ input: 9 }),
      source: 'bundled',
    })
  })

  test('what the list lacks is added from what agrees with it, and from nothing else', () => {
    expect(ask({ input: 0.035, cacheRead: 0.01 }, '2026-11-01')).toMatchObject({
      perMillion: figures({ input: 0.035, cacheRead: 0.01 }),
      source: 'aws-price-list + bundled',
    })
    expect(ask({ input: 9, cacheRead: 0.01 }, '2026-11-01')).toMatchObject({ perMillion: figures({ input: 0.035 }) })
  })
})
