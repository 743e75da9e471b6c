import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { ListedPrice } from '../../../../src/report/prices/price-list/products.ts'
import { dayOf, remember, type SeenPrice, sightOn } from '../../../../src/report/prices/price-list/seen.ts'
import { LISTED_INPUT } from '../../../support/listed-price.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 10, 1, 9)

const listed = (price: bigint, more: Partial<ListedPrice> = {}): ListedPrice => ({
  ...LISTED_INPUT,
  price,
  ...more,
})

/** Reads the list on some days of November, each with the prices that it had, and tells what is kept in the end. */
function readings(days: readonly (readonly [day: number, prices: readonly bigint[]])[]): SeenPrice[] {
  return days.reduce<SeenPrice[]>(
    (kept, [day, prices]) =>
      remember(
        kept,
        prices.map((price) => listed(price)),
        START + (day - 1) * DAY_MS,
      ),
    [],
  )
}
const nov = (day: number) => `2026-11-${String(day).padStart(2, '0')}`
const spans = (seen: readonly SeenPrice[]) => seen.map(({ price, from, to }) => [price, from, to])

describe('what is remembered of the list', () => {
  test('a price that stays is one price, from the day on which it was first seen', () => {
    expect(
      spans(
        readings([
          [1, [5n]],
          [2, [5n]],
          [9, [5n]],
        ]),
      ),
    ).toEqual([[5n, nov(1), nov(9)]])
  })

  test('another price is another, and the first stays known', () => {
    expect(
      spans(
        readings([
          [1, [5n]],
          [4, [5n]],
          [9, [7n]],
        ]),
      ),
    ).toEqual([
      [7n, nov(9), nov(9)],
      [5n, nov(1), nov(4)],
    ])
  })

  test('a price that comes back is seen anew', () => {
    expect(
      spans(
        readings([
          [1, [5n]],
          [2, [7n]],
          [3, [5n]],
        ]),
      ),
    ).toEqual([
      [5n, nov(3), nov(3)],
      [7n, nov(2), nov(2)],
      [5n, nov(1), nov(1)],
    ])
  })

  test('of two readings on one day the later holds', () => {
    expect(
      spans(
        readings([
          [1, [5n]],
          [2, [5n]],
          [2, [7n]],
        ]),
      ),
    ).toEqual([
      [7n, nov(2), nov(2)],
      [5n, nov(1), nov(1)],
    ])
    expect(
      spans(
        readings([
          [2, [5n]],
          [2, [7n]],
        ]),
      ),
    ).toEqual([[7n, nov(2), nov(2)]])
  })

  test('two prices at once go on as two', () => {
    expect(
      spans(
        readings([
          [1, [5n, 7n]],
          [2, [5n, 7n]],
        ]),
      ),
    ).toEqual([
      [5n, nov(1), nov(2)],
      [7n, nov(1), nov(2)],
    ])
  })

  test('the same on other terms is another thing', () => {
    const first = remember([], [listed(5n), listed(7n, { tier: 'flex' })], START)
    expect(spans(remember(first, [listed(7n), listed(5n, { tier: 'flex' })], START + DAY_MS))).toHaveLength(4)
  })

  it('has an end: nothing of more than 455 days ago, and not more than some thousands', () => {
    const old = remember([], [listed(5n)], START)
    expect(remember(old, [listed(7n)], START + 455 * DAY_MS)).toHaveLength(2)
    expect(remember(old, [listed(7n)], START + 456 * DAY_MS)).toHaveLength(1)
    let kept: SeenPrice[] = []
    for (let day = 0; day < 6; day += 1) {
      const prices = Array.from({ length: 1_000 }, (_, index) => listed(BigInt(day), { model: `m${index}` }))
      kept = remember(kept, prices, START + day * DAY_MS)
    }
    expect(kept).toHaveLength(5_000)
    expect(kept.map(({ from }) => from)).not.toContain(nov(1))
  })

  it('believes no day that is yet to come, and no span that ends before it begins', () => {
    const seen = (from: string, to: string): SeenPrice => ({ ...listed(5n), from, to })
    const kept = [seen(nov(1), nov(20)), seen(nov(3), nov(2))]
    expect(spans(remember(kept, [listed(7n)], START + 9 * DAY_MS))).toEqual([[7n, nov(10), nov(10)]])
  })
})

describe('the price on a day', () => {
  const SEEN = readings([
    [5, [5n]],
    [8, [5n]],
    [12, [7n]],
    [14, [7n]],
  ])

  it.each([
    [4, { price: 5n, when: 'before', asOf: nov(5) }],
    [5, { price: 5n, when: 'seen', asOf: nov(8) }],
    [7, { price: 5n, when: 'seen', asOf: nov(8) }],
    [9, { price: 5n, when: 'between', asOf: nov(8), until: nov(12) }],
    [11, { price: 5n, when: 'between', asOf: nov(8), until: nov(12) }],
    [12, { price: 7n, when: 'seen', asOf: nov(14) }],
    [20, { price: 7n, when: 'seen', asOf: nov(14) }],
  ])('November %i', (day, sight) => {
    expect(sightOn(SEEN, nov(day), nov(14))).toEqual(sight)
  })

  it('is not known once the list has it no more, and was known before', () => {
    const gone = readings([
      [5, [5n]],
      [8, [5n]],
      [9, []],
    ])
    expect(sightOn(gone, nov(9), nov(9))).toBeUndefined()
    expect(sightOn(gone, nov(8), nov(9))).toMatchObject({ price: 5n, when: 'seen' })
  })

  it('is not known where the list had two', () => {
    const two = readings([
      [5, [5n, 7n]],
      [9, [9n]],
    ])
    expect([1, 5, 7].map((day) => sightOn(two, nov(day), nov(9)))).toEqual([undefined, undefined, undefined])
    expect(sightOn(two, nov(9), nov(9))).toMatchObject({ price: 9n })
  })

  it('is what was read on that day, whatever the list had on others', () => {
    const series = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.bigInt({ min: 0n, max: 3n })), {
      minLength: 1,
      selector: ([day]) => day,
    })
    fc.assert(
      fc.property(series, (read) => {
        const days = [...read].sort(([a], [b]) => a - b)
        const seen = readings(days.map(([day, price]) => [day, [price]]))
        const [last = 0] = days.at(-1) ?? []
        for (const [day, price] of days)
          expect(sightOn(seen, nov(day), nov(last))).toMatchObject({ price, when: 'seen' })
        for (let day = 1; day <= 30; day += 1) {
          const price = sightOn(seen, nov(day), nov(last))?.price
          const before = days.findLast(([one]) => one <= day) ?? days[0]
          expect([day, price]).toEqual([day, before?.[1]])
        }
      }),
    )
  })

  it('needs no clock but the one that it is given', () => {
    expect(dayOf(Date.UTC(2026, 10, 28, 23, 59, 59, 999))).toBe('2026-11-28')
  })
})
