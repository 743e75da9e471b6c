import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { dimensionsOf, groupFinder, groupKeys, timeKey } from '../../src/report/grouping.ts'
import { summarize } from '../../src/report/summarize.ts'
import { DAY_MS, HOUR_MS } from '../../src/report/window.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../support/report-rows.ts'

it('asks sources for dimensions only, not for what the time tells', () => {
  expect(dimensionsOf(['day', 'model', 'hour', 'metadata:team'])).toEqual(['model', 'metadata:team'])
})

describe('timeKey', () => {
  it.each([
    ['day', 'UTC', '2026-11-22T23:30:00Z', '2026-11-22'],
    ['day', 'Europe/Berlin', '2026-11-22T23:30:00Z', '2026-11-23'],
    ['hour', 'UTC', '2026-11-22T23:30:00Z', '2026-11-22T23:00Z'],
    ['hour', 'Asia/Kolkata', '2026-11-22T23:30:00Z', '2026-11-23T05:00+05:30'],
    ['hour', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T02:00+02:00'],
    ['hour', 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25T02:00+01:00'],
  ])('%s in %s of %s', (name, zone, time, key) => expect(timeKey(name, Date.parse(time), zone)).toBe(key))
})

test('a row finds the group of its key, and each key has one group', () => {
  const by = fc.subarray(['model', 'region', 'identity', 'hour', 'day'])
  fc.assert(
    fc.property(by, anyRows, (names, rows) => {
      const made: Record<string, string>[] = []
      const groupOf = groupFinder(names, 'Asia/Kolkata', (key) => {
        made.push(key)
        return key
      })
      const keyOf = groupKeys(names, 'Asia/Kolkata')
      for (const one of rows) expect(groupOf(one)).toEqual(keyOf(one))
      expect(new Set(made.map((key) => JSON.stringify(key))).size).toBe(made.length)
    }),
  )
})

describe('groupKeys', () => {
  it('keeps the order of the groupings and leaves empty what the source does not tell', () => {
    const key = groupKeys(['day', 'model', 'identity'], 'UTC')(row('maker.one'))
    expect(Object.entries(key)).toEqual([
      ['day', '2026-11-22'],
      ['model', 'maker.one'],
      ['identity', ''],
    ])
  })
})

describe('a report by several groupings', () => {
  const book = bookOf({ 'maker.one': { input: 3_000_000_000_000n }, 'maker.two': { output: 7n } })

  test('loses nothing: its groups add up to the total, whatever they are by', () => {
    const by = fc.subarray(['model', 'region', 'hour', 'day', 'identity'], { minLength: 1 })
    fc.assert(
      fc.property(
        anyRows,
        by,
        fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York'),
        (rows, groupings, timeZone) => {
          const { report } = summarize(reading(rows), { ...facts, by: groupings, timeZone }, book)
          const sum = (of: (usage: { invocations: number | null; inputTokens: number | null }) => number | null) =>
            report.groups.reduce((total, group) => total + (of(group) ?? Number.NaN), 0)
          expect(sum((usage) => usage.inputTokens)).toBe(report.total.inputTokens)
          expect(sum((usage) => usage.invocations)).toBe(report.total.invocations)
          const keys = report.groups.map((group) => JSON.stringify(group.key))
          expect(new Set(keys).size).toBe(keys.length)
          for (const { key } of report.groups) expect(Object.keys(key)).toEqual(groupings)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('has its series by day past seven days, though its rows are by the hour', () => {
    const window = { start: START, end: START + 10 * DAY_MS }
    const rows = [0, 1, 25, 239].map((hour) =>
      row('maker.one', { invocations: hour + 1 }, { start: START + hour * HOUR_MS }),
    )
    const { report, trends } = summarize(reading(rows, { window }), { ...facts, by: ['day'], hours: 240 }, book)
    const days = [3, 26, 0, 0, 0, 0, 0, 0, 0, 0, 240]
    expect(report.series.map(({ invocations }) => invocations)).toEqual(days)
    expect(trends.total).toEqual(days)
    expect(trends.groups.map((values) => values.length)).toEqual(days.map(() => 11))
  })
})
