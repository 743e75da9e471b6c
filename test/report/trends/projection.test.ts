import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { Reading, Row } from '../../../src/report/model.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { forecastWindow } from '../../../src/report/trends/projection.ts'
import { DAY_MS, HOUR_MS } from '../../../src/report/window.ts'
import { Random } from '../../../src/sandbox/traffic/random.ts'
import { facts, reading, row } from '../../support/report-rows.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { book, calls, rowsOf } from './traffic.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
/** A million input tokens cost $3, and at weekends a third is used of them. */
const usual = (start: number) => ([0, 6].includes(new Date(start).getUTCDay()) ? 1_000_000 : 3_000_000)
const days = (from: number, to: number, tokens: (start: number) => number = usual): Row[] =>
  Array.from({ length: Math.ceil((to - from) / DAY_MS) }, (_, index) => {
    const start = from + index * DAY_MS
    return row('maker.one', { invocations: 1, inputTokens: tokens(start) }, { start })
  })
const month = Date.UTC(2026, 10, 1)
const weeks = (count: number) => Date.UTC(2026, 10, 20) - count * 7 * DAY_MS

const told = (rows: readonly Row[], window: { start: number; end: number }, more = {}) => {
  const hours = (window.end - window.start) / HOUR_MS
  const { report } = summarize(reading(rows, { window }), { ...facts, generatedAt: NOW, hours, ...more }, book)
  expect(schemaFaults(report)).toEqual([])
  return report
}

describe('the month that is under way', () => {
  const window = { start: weeks(6), end: NOW }

  it('is what was used of it and what its weekdays lead to expect', () => {
    // Half of Friday the 20th has gone; 14 of the days before were no weekend, and 6 after it are none, with 4 that are.
    const rows = days(weeks(6), NOW).map((one) =>
      one.start === Date.UTC(2026, 10, 20) ? { ...one, counters: { ...one.counters, inputTokens: 2_000_000 } } : one,
    )
    const { projection } = told(rows, window)
    const spent = 3 * (14 * 3 + 5 * 1 + 2)
    const rest = 3 * (1.5 + 6 * 3 + 4 * 1)
    expect(projection).toEqual({
      days: 30,
      invocations: 20 + 11,
      inputTokens: (spent + rest) * (1_000_000 / 3),
      outputTokens: 0,
      costUsd: spent + rest,
      costIsFloor: false,
      method: 'weekday',
      month: '2026-11',
      spentUsd: spent,
      restUsd: rest,
      lowUsd: spent + rest,
      highUsd: spent + rest,
      level: 0.8,
      basis: { from: '2026-10-09T00:00:00Z', hours: 42 * 24, days: 42 },
    })
  })

  it.each<[string, readonly Row[], { start: number; end: number }, object]>([
    ['the window begins after the month', days(month + DAY_MS, NOW), { start: month + DAY_MS, end: NOW }, {}],
    ['there are fewer than three weeks', days(month, NOW), { start: month, end: NOW }, {}],
    ['use began lately', days(weeks(2), NOW), window, {}],
    ['the window ended a while ago', days(weeks(6), NOW), { start: weeks(6), end: NOW - 2 * HOUR_MS }, {}],
    ['nothing was used', [], window, {}],
  ])('is not told where %s', (_why, rows, window, more) => {
    const report = told(rows, window, more)
    expect(report.projection.method).toBe('run-rate')
    expect(told(rows, window, { ...more, forecast: true }).warnings).toContainEqual(
      expect.objectContaining({ code: 'forecast-unavailable' }),
    )
  })

  it('is told by what was read for it, whatever the window', () => {
    const past = forecastWindow({ start: NOW - DAY_MS, end: NOW }, 'UTC')
    const history = reading(days(past.start, NOW), { window: past })
    const day = { start: NOW - DAY_MS, end: NOW }
    const { projection } = told(days(Date.UTC(2026, 10, 19), NOW), day, { history, forecast: true })
    const whole = told(days(past.start, NOW), past).projection
    expect(projection).toEqual(whole)
    expect(whole.basis?.days).toBe(42)
  })

  it('goes back to the beginning of the month, and six weeks, in the days of the time zone', () => {
    const iso = (at: number, zone: string) => new Date(forecastWindow({ start: 0, end: at }, zone).start).toISOString()
    expect(iso(NOW, 'UTC')).toBe('2026-10-08T00:00:00.000Z')
    // Clocks went back by an hour on 25 October.
    expect(iso(NOW, 'Europe/Berlin')).toBe('2026-10-07T22:00:00.000Z')
  })

  it('is at least so much where something has no price', () => {
    const rows = [...days(weeks(6), NOW), row('maker.one', { images: 1 }, { start: weeks(1) })]
    expect(told(rows, window).projection).toMatchObject({ method: 'weekday', costIsFloor: true })
  })

  it('has a beginning', () => {
    const now = Date.UTC(2026, 11, 1)
    const { projection } = told(
      days(now - 42 * DAY_MS, now),
      { start: now - 42 * DAY_MS, end: now },
      { generatedAt: now },
    )
    expect(projection).toMatchObject({ month: '2026-12', days: 31, spentUsd: 0, costUsd: projection.restUsd })
  })

  test('of a bill goes from its last day on', () => {
    const through = Date.UTC(2026, 10, 17)
    const bill: Reading['bill'] = { metric: 'unblended', through, lines: [] }
    const end = through + DAY_MS
    const window = { start: weeks(6), end }
    const { report } = summarize(
      reading(days(weeks(6), end), { window, bill }),
      { ...facts, generatedAt: NOW, hours: (end - weeks(6)) / HOUR_MS },
      book,
    )
    expect(report.projection).toMatchObject({ method: 'weekday', spentUsd: 3 * (12 * 3 + 5) })
  })

  test('of a bill leaves out the days that are not whole on it yet', () => {
    const window = { start: weeks(6), end: Date.UTC(2026, 10, 21) }
    const late = (start: number) => (start >= Date.UTC(2026, 10, 19) ? 1 : usual(start))
    const bill: Reading['bill'] = { metric: 'unblended', through: Date.UTC(2026, 10, 20), lines: [] }
    const found = summarize(
      reading(days(weeks(6), window.end, late), { window, bill }),
      { ...facts, generatedAt: NOW, hours: (window.end - weeks(6)) / HOUR_MS },
      book,
    ).report.projection
    // Of 30 days, 21 are no weekend.
    expect(found).toMatchObject({ method: 'weekday', spentUsd: 3 * (13 * 3 + 5), costUsd: 3 * (21 * 3 + 9) })
  })

  test('adds up to the nano-dollar, whatever was used', () => {
    const tokens = fc.array(fc.nat({ max: 2 ** 33 }), { minLength: 42, maxLength: 42 })
    fc.assert(
      fc.property(tokens, fc.integer({ min: 0, max: 30 * 24 - 1 }), (uses, hour) => {
        const now = month + hour * HOUR_MS
        const start = Math.floor(now / DAY_MS - 41) * DAY_MS
        const rows = days(start, now, (at) => uses[(at - start) / DAY_MS] ?? 0)
        const { projection: found } = told(rows, { start, end: now }, { generatedAt: now })
        if (found.method === 'run-rate') return
        const nano = (usd: number | null | undefined) => Math.round((usd ?? Number.NaN) * 1e9)
        expect(nano(found.spentUsd) + nano(found.restUsd)).toBe(nano(found.costUsd))
        expect(found.lowUsd).toBeGreaterThanOrEqual(found.spentUsd ?? 0)
        expect(found.costUsd).toBeGreaterThanOrEqual(found.lowUsd ?? 0)
        expect(found.highUsd).toBeGreaterThanOrEqual(found.costUsd ?? 0)
      }),
      { numRuns: 60 },
    )
  })

  test('made-up calls come to what was forecast about as often as stated', () => {
    fc.assert(
      fc.property(fc.nat(), (first) => {
        const random = new Random(first)
        const runs = 40
        let hits = 0
        for (let run = 0; run < runs; run++) {
          const seed = random.integer(0, 2 ** 31)
          const end = Date.UTC(2026, 11, 1)
          const now = end - random.integer(2 * 24, 27 * 24) * HOUR_MS
          const start = Math.floor(now / DAY_MS - 42) * DAY_MS
          const all = rowsOf(calls({ seed, start, end, invocationsPerHour: 2 }))
          const { projection } = told(
            all.filter((one) => one.start < now),
            { start, end: now },
            { generatedAt: now },
          )
          const truth = told(
            all.filter((one) => one.start >= month),
            { start: month, end },
            { generatedAt: end },
          ).total.costUsd
          const { lowUsd, highUsd } = projection
          if (Number(lowUsd) <= Number(truth) && Number(truth) <= Number(highUsd)) hits++
        }
        // Chance alone makes it differ by 0.063 on the average.
        expect(Math.abs(hits / runs - 0.8)).toBeLessThan(0.3)
      }),
      { numRuns: 1 },
    )
  })
})
