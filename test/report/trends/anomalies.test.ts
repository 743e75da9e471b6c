import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import type { PriceBook } from '../../../src/report/prices/book.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { anomaliesOf, anomalyWindow } from '../../../src/report/trends/anomalies.ts'
import { worthTelling } from '../../../src/report/trends/unusual.ts'
import { DAY_MS, HOUR_MS } from '../../../src/report/window.ts'
import { Random } from '../../../src/sandbox/traffic/random.ts'
import { bookOf, facts, reading } from '../../support/report-rows.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { hoursOf } from './hours.ts'

/** A Wednesday. */
const END = Date.UTC(2026, 10, 25, 18)
const window = { start: END - DAY_MS, end: END }
const past = anomalyWindow(window)
const NOON = Date.UTC(2026, 10, 25, 12)
const rates = { input: parsePrice(3), output: parsePrice(15), cacheRead: 1n, cacheWrite: 1n }
const book = bookOf({ 'maker.one': rates, 'maker.two': rates, 'maker.dear': { ...rates, input: parsePrice(30) } })
/** Three times as dear from a day on. */
const dearer = (from: number): PriceBook => ({
  changes: [from],
  lookup: (model, region, at, terms) => {
    const found = book.lookup(model, region, at, terms)
    if ('unpriced' in found || at.getTime() < from) return found
    return { ...found, perMillion: { input: parsePrice(12), output: parsePrice(60) } }
  },
})
const usual = { start: past.start, end: END, perHour: 80 }
const atNoon = (change: { calls?: number; output?: number }) => (at: number) => (at === NOON ? change : {})
const find = (rows: readonly Row[], { by = ['model'] as readonly string[], prices = book, zone = 'UTC' } = {}) =>
  anomaliesOf(reading(rows, { window: past }), { window, by, zone }, prices)

describe('an anomaly', () => {
  const seeds = { numRuns: 4 }
  const nano = (usd: number) => Math.round(usd * 1e9)
  const told = (anomalies: ReturnType<typeof find>) => {
    for (const { costUsd, expectedUsd, excessUsd, volumeUsd, mixUsd, priceUsd } of anomalies ?? []) {
      expect(nano(costUsd) - nano(expectedUsd)).toBe(nano(excessUsd))
      expect(nano(volumeUsd) + nano(mixUsd) + nano(priceUsd)).toBe(nano(excessUsd))
    }
    return anomalies?.find(({ start }) => start === '2026-11-25T12:00:00Z')
  }

  test('of many more calls is of volume', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed)
        const rows = [
          ...hoursOf(random, { ...usual, model: 'maker.one', change: atNoon({ calls: 8 }) }),
          ...hoursOf(random, { ...usual, model: 'maker.two' }),
        ]
        expect(told(find(rows))).toMatchObject({ key: { model: 'maker.one' }, hours: 1, cause: 'volume' })
      }),
      seeds,
    )
  })

  test('of far longer answers is of mix: as many tokens of another kind', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const rows = hoursOf(new Random(seed), { ...usual, model: 'maker.one' }).map((one) => {
          if (one.start !== NOON) return one
          const { inputTokens, outputTokens } = one.counters
          return { ...one, counters: { ...one.counters, inputTokens: 0, outputTokens: inputTokens + outputTokens } }
        })
        expect(told(find(rows))).toMatchObject({ cause: 'mix' })
      }),
      seeds,
    )
  })

  test('of a team that moved to a dear model is of mix', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const rows = hoursOf(new Random(seed), { ...usual, model: 'maker.one' }).map((one) => {
          const model = one.start === NOON ? 'maker.dear' : 'maker.one'
          return { ...one, dimensions: { ...one.dimensions, model, team: 'shop' } }
        })
        expect(told(find(rows, { by: ['team'] }))).toMatchObject({ key: { team: 'shop' }, cause: 'mix' })
        // Of the model itself nothing was used before.
        expect(find(rows)?.filter(({ key }) => key.model === 'maker.dear')).toEqual([])
      }),
      seeds,
    )
  })

  test('of a price that rose is of price, and goes on from hour to hour', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const rows = hoursOf(new Random(seed), { ...usual, model: 'maker.one', noise: 0.02 })
        const found = find(rows, { prices: dearer(Date.UTC(2026, 10, 25)) }) ?? []
        expect(found[0]).toMatchObject({ cause: 'price' })
        expect(found[0]?.hours).toBeGreaterThan(5)
        told(found)
      }),
      seeds,
    )
  })

  test('is hardly ever in ordinary weeks', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed)
        const found = Array.from({ length: 8 }, () => find(hoursOf(random, { ...usual, model: 'maker.one' })))
        expect(found.flat().length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 3 },
    )
  })

  it('is held against the same hours of the clocks, where these change between', () => {
    // Clocks in Berlin went back on 25 October: what was used at noon there is an hour later in UTC since.
    const rows = hoursOf(new Random(1), { ...usual, model: 'maker.one', perHour: 400, noise: 0.02 }).map((one) => {
      const isSummer = one.start < Date.UTC(2026, 9, 25, 1)
      return { ...one, start: isSummer ? one.start - HOUR_MS : one.start }
    })
    expect(find(rows, { zone: 'Europe/Berlin' })).toEqual([])
  })

  it('is not told of what has no price, nor of less than ten cents', () => {
    const rows = hoursOf(new Random(2), { ...usual, model: 'maker.unpriced', change: atNoon({ calls: 9 }) })
    expect(find(rows)).toEqual([])
    const cheap = bookOf({ 'maker.unpriced': { ...rates, input: parsePrice(0.001), output: parsePrice(0.001) } })
    expect(find(rows, { prices: cheap })).toEqual([])
  })

  it('takes two weeks of use', () => {
    const start = END - 13 * DAY_MS
    expect(find(hoursOf(new Random(3), { ...usual, start, model: 'maker.one' }))).toBeUndefined()
    expect(find([])).toBeUndefined()
  })

  it('is told of everything where nothing but times is told apart', () => {
    const rows = hoursOf(new Random(4), { ...usual, model: 'maker.one', change: atNoon({ calls: 9 }) })
    expect(find(rows, { by: ['day'] })?.[0]).toMatchObject({ key: {}, cause: 'volume' })
  })

  it('is worth telling from so many dollars on', () => {
    const rows = hoursOf(new Random(5), { ...usual, model: 'maker.one', change: atNoon({ calls: 9 }) })
    const found = find(rows) ?? []
    const [{ excessUsd } = { excessUsd: 0 }] = found
    expect(worthTelling(found, excessUsd)).toHaveLength(1)
    expect(worthTelling(found, excessUsd + 0.01)).toEqual([])
  })

  it('is in the report as its schema has it, and where there is too little that is said', () => {
    const rows = hoursOf(new Random(6), { ...usual, model: 'maker.one', change: atNoon({ calls: 9 }) })
    const told = (hourly: readonly Row[]) =>
      summarize(
        reading(
          rows.filter(({ start }) => start >= window.start),
          { window },
        ),
        { ...facts, hours: 24, hourly: reading(hourly, { window: past }) },
        book,
      ).report
    expect(schemaFaults(told(rows))).toEqual([])
    expect(told(rows).anomalies).toHaveLength(1)
    const lately = told(rows.filter(({ start }) => start >= window.start))
    expect(lately.anomalies).toBeNull()
    expect(schemaFaults(lately)).toEqual([])
    expect(lately.warnings).toContainEqual(expect.objectContaining({ code: 'anomalies-unavailable' }))
  })
})
