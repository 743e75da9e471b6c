import { describe, expect, it, test } from '@jest/globals'
import { parsePrice } from '../../../../src/report/money.ts'
import type { Figures, PriceBook } from '../../../../src/report/prices/book.ts'
import { NO_PRICE } from '../../../../src/report/prices/book.ts'
import type { ListedQuote, ListedUnpriced } from '../../../../src/report/prices/price-list/book.ts'
import { liveFirst } from '../../../../src/report/prices/price-list/live-first.ts'
import type { Terms } from '../../../../src/report/terms.ts'

const ID = 'amazon.nova-micro-v1:0'
const DAY = new Date('2026-11-23')
type Usd = Partial<Record<keyof Figures, number>>
const figures = (usd: Usd): Figures =>
  Object.fromEntries(Object.entries(usd).map(([kind, price]) => [kind, parsePrice(price)]))

const quote = (usd: Usd, more: Partial<ListedQuote> = {}): ListedQuote => ({
  perMillion: figures(usd),
  source: 'aws-price-list',
  asOf: '2026-11-23',
  when: 'seen',
  ...more,
})
const bundled = (usd: Usd | undefined, flex?: Usd): PriceBook => ({
  lookup: (_id, _region, _at, terms?: Terms) => {
    const known = terms?.tier === 'flex' ? flex : usd
    return known
      ? { perMillion: figures(known), source: 'bundled', asOf: '2026-08-20', warnings: [] }
      : { unpriced: 'nobody knows' }
  },
})
const book = (answer: ListedQuote | ListedUnpriced, other: PriceBook) =>
  liveFirst({ lookup: () => answer, changes: [] }, other)
const ask = (answer: ListedQuote | ListedUnpriced, known: Usd | undefined) =>
  book(answer, bundled(known)).lookup(ID, 'us-east-1', DAY)

describe('what was seen in the list on the day', () => {
  it('holds, shows who says otherwise, and warns of nothing', () => {
    expect(ask(quote({ input: 0.035 }), { input: 9 })).toStrictEqual({
      perMillion: figures({ input: 0.035 }),
      source: 'aws-price-list',
      asOf: '2026-11-23',
      disputes: [{ perMillion: figures({ input: 9 }), source: 'bundled', asOf: '2026-08-20' }],
      warnings: [],
    })
    expect(ask(quote({ input: 0.035 }), undefined)).not.toHaveProperty('disputes')
  })

  it('is completed from what agrees with it, and from nothing else', () => {
    expect(ask(quote({ input: 0.035 }), { input: 0.035, cacheRead: 0.01 })).toMatchObject({
      perMillion: figures({ input: 0.035, cacheRead: 0.01 }),
      source: 'aws-price-list + bundled',
      warnings: [],
    })
    expect(ask(quote({ input: 0.035 }), { input: 9, cacheRead: 0.01 })).toMatchObject({
      perMillion: figures({ input: 0.035 }),
    })
  })
})

describe('of a day on which nothing was seen', () => {
  const later = quote({ input: 0.035 }, { when: 'before', asOf: '2026-11-20' })

  test('the bundled price of the time holds, and it is said that the list had another later', () => {
    expect(ask(later, { input: 9 })).toMatchObject({
      perMillion: figures({ input: 9 }),
      source: 'bundled',
      disputes: [{ perMillion: figures({ input: 0.035 }), source: 'aws-price-list', asOf: '2026-11-20' }],
      warnings: [
        {
          code: 'price-date-assumed',
          message: `on 2026-11-20, the AWS Price List had another price for ${ID} than bundled as of 2026-08-20; earlier use has the latter price, as the day of the change is not known`,
        },
      ],
    })
  })

  test('the list is silently believed where the bundled price is the same', () => {
    expect(ask(later, { input: 0.035 })).toMatchObject({ source: 'aws-price-list, cache by rule', warnings: [] })
  })

  test('the list is taken where nothing else is known, and it is said', () => {
    expect(ask(later, undefined)).toMatchObject({
      perMillion: figures({ input: 0.035 }),
      warnings: [
        {
          code: 'price-date-assumed',
          message: `the price of ${ID} is known since 2026-11-20; earlier use is priced the same, as no other price is known`,
        },
      ],
    })
  })

  test.each([[undefined], [{ input: 0.035 }], [{ input: 9 }]])(
    'but prices before and after it were, the earlier holds, and it is said: bundled %j',
    (known) => {
      const between = quote({ input: 0.035 }, { when: 'between', asOf: '2026-11-14', until: '2026-11-18' })
      expect(ask(between, known)).toMatchObject({
        perMillion: figures({ input: 0.035 }),
        warnings: [
          {
            code: 'price-date-assumed',
            message: `the AWS Price List changed the price of ${ID} between 2026-11-14 and 2026-11-18; use on the days between has the old price`,
          },
        ],
      })
    },
  )
})

describe('what the list has no price of', () => {
  it('has the bundled one where the list says nothing', () => {
    expect(ask({ unpriced: NO_PRICE }, { input: 9 })).toMatchObject({ source: 'bundled' })
    expect(ask({ unpriced: NO_PRICE }, undefined)).toEqual({ unpriced: 'nobody knows' })
  })

  it('has none where the list says why', () => {
    expect(ask({ unpriced: 'speech' }, { input: 9 })).toEqual({ unpriced: 'speech' })
  })

  it('on some terms has what is bundled if that starts from the same standard price', () => {
    const asked = (standard: Usd) =>
      book(
        { unpriced: 'no price known for flex', standard: figures(standard) },
        bundled({ input: 2 }, { input: 1 }),
      ).lookup(ID, 'us-east-1', DAY, {
        tier: 'flex',
        promptOver: 0,
      })
    expect(asked({ input: 2 })).toMatchObject({ perMillion: figures({ input: 1 }) })
    expect(asked({ input: 3 })).toEqual({
      unpriced: 'no price known for flex; if you know it, add it under `prices` in bedrock-monitor.json',
    })
  })
})

test('a price changes on the days of both, and on any where one of them may on any', () => {
  const changes = (other: PriceBook['changes']) =>
    liveFirst({ lookup: () => ({ unpriced: NO_PRICE }), changes: [5, 1] }, { ...bundled(undefined), changes: other })
      .changes
  expect(changes([3, 5])).toEqual([1, 3, 5])
  expect(changes(undefined)).toBeUndefined()
})
