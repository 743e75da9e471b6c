import { describe, expect, it, test } from '@jest/globals'
import { allChanges, type PriceBook, pricePeriods } from '../../../src/report/prices/book.ts'
import { bundledBook } from '../../../src/report/prices/bundled.ts'
import { loadGenaiPrices, packagedIds } from '../../../src/report/prices/genai-prices.ts'
import { DAY_MS, HOUR_MS } from '../../../src/report/window.ts'

const MAY = Date.UTC(2026, 4, 1)
const JUNE = Date.UTC(2026, 5, 1)

const changing = (changes?: readonly number[]): PriceBook => ({
  ...(changes && { changes }),
  lookup: () => ({ unpriced: 'no price known' }),
})

describe('the days on which prices change', () => {
  it('are those of all books together', () => {
    expect(allChanges([[JUNE], [], [MAY, JUNE]])).toEqual([MAY, JUNE])
  })

  it('may be any where one of the books does not say', () => {
    expect(allChanges([[JUNE], undefined])).toBeUndefined()
    const periodOf = pricePeriods(changing())
    expect(periodOf(JUNE)).not.toBe(periodOf(JUNE - 1))
    expect(periodOf(JUNE)).toBe(periodOf(JUNE + DAY_MS - 1))
  })

  it('part periods, the day itself being of the later', () => {
    const periodOf = pricePeriods(changing([MAY, JUNE]))
    const moments = [MAY - 1, MAY, JUNE - 1, JUNE, JUNE + 100 * DAY_MS]
    expect(moments.map((moment) => moments.findIndex((other) => periodOf(other) === periodOf(moment)))).toEqual([
      0, 1, 1, 3, 3,
    ])
  })
})

test('within a period no price that comes with the program changes, at whatever hour', async () => {
  const book = bundledBook(await loadGenaiPrices())
  const changes = book.changes ?? []
  expect(changes.length).toBeGreaterThan(0)
  const periodOf = pricePeriods(book)
  const seen = new Map<string, unknown>()
  const moments = [
    ...changes.flatMap((day) => [day - 1, day, day + HOUR_MS]),
    ...[0, 100, 200].map((day) => MAY + day * DAY_MS),
  ]
  for (const id of await packagedIds()) {
    for (const moment of moments) {
      const key = `${id} ${periodOf(moment)}`
      const price = book.lookup(id, 'us-east-1', new Date(moment))
      expect(price).toEqual(seen.get(key) ?? price)
      seen.set(key, price)
    }
  }
  const prices = (id: string) =>
    new Set(
      [...seen]
        .filter(([key]) => key.startsWith(`${id} `))
        .map(([, price]) => JSON.stringify(price, (_, value) => (typeof value === 'bigint' ? String(value) : value))),
    )
  expect((await packagedIds()).some((id) => prices(id).size > 1)).toBe(true)
})
