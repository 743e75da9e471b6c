import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SUGGESTABLE, type Suggestion, suggest, type UseSeries } from '../../../src/steps/alarms/suggest.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 9)
const NOW = {
  highTokenThreshold: 100_000,
  invocationThreshold: 1_000,
  highLatencyThreshold: 10_000,
  spendThreshold: 10,
}

type Setting = UseSeries['setting']

/** A series of one point a period, undefined where nothing was called. */
const series = (setting: Setting, values: readonly (number | undefined)[], step = HOUR, calls = 1_000): UseSeries => ({
  region: 'us-east-1',
  setting,
  points: values.flatMap((value, index) => (value === undefined ? [] : [{ time: START + index * step, value }])),
  calls,
})

const one = (all: readonly UseSeries[], setting: Setting): Suggestion => {
  const found = suggest(all, NOW).find((suggestion) => suggestion.setting === setting)
  if (!found) throw new Error(`nothing about ${setting}`)
  return found
}

const fortnight = (value: (hour: number) => number | undefined) =>
  Array.from({ length: 14 * 24 }, (_, hour) => value(hour))

describe('a suggested threshold', () => {
  test('is half as much again as the busy hours, to two digits, rounded up', () => {
    const busy = fortnight((hour) => (hour % 24 < 12 ? undefined : 41_300))
    expect(one([series('highTokenThreshold', busy)], 'highTokenThreshold')).toEqual({
      name: 'Bedrock-HighInputTokenUsage',
      setting: 'highTokenThreshold',
      what: 'input tokens an hour',
      now: 100_000,
      median: 41_300,
      p99: 41_300,
      max: 41_300,
      suggested: 62_000,
      wouldHaveRung: 0,
      nowWouldHaveRung: 0,
    })
  })

  test('leaves out one hour in two hundred: the night that it is for', () => {
    const night = fortnight((hour) => (hour === 200 ? 1e7 : 20_000))
    expect(one([series('highTokenThreshold', night)], 'highTokenThreshold')).toMatchObject({
      max: 1e7,
      suggested: 30_000,
      wouldHaveRung: 1,
      nowWouldHaveRung: 1,
    })
  })

  test('counts a ringing that lasts as one, and only where enough periods in a row are above', () => {
    const FIVE = 300_000
    const values = Array.from({ length: 14 * 288 }, (_, at) => {
      if (at >= 100 && at < 104) return 40_000
      if (at === 500 || at === 600) return 40_000
      // Two periods above with one between in which nothing was called.
      if (at === 701) return undefined
      return at === 700 || at === 702 ? 40_000 : 2_000
    })
    expect(one([series('highLatencyThreshold', values, FIVE)], 'highLatencyThreshold')).toMatchObject({
      suggested: 3_000,
      wouldHaveRung: 1,
    })
  })

  test('is that of the busiest Region, and rings in all', () => {
    const spiky = (value: number) => fortnight((hour) => (hour === 50 ? 1e7 : value))
    const quiet = series('highTokenThreshold', spiky(5_000))
    const busy = { ...series('highTokenThreshold', spiky(200_000)), region: 'eu-west-1' }
    expect(one([quiet, busy], 'highTokenThreshold')).toMatchObject({
      suggested: 300_000,
      median: 200_000,
      wouldHaveRung: 2,
    })
  })

  test.each([
    ['two days', fortnight((hour) => (hour < 48 ? 90_000 : undefined)), 1_000, '1,000 calls on 2 days'],
    ['few calls', fortnight(() => 90_000), 49, '49 calls on 14 days'],
    ['nothing', fortnight(() => undefined), 0, 'there is no data from the last two weeks'],
  ])('keeps the value after %s, and says why', (_, values, calls, why) => {
    const all = [series('highTokenThreshold', values, HOUR, calls)]
    expect(one(all, 'highTokenThreshold')).toMatchObject({ suggested: 100_000, kept: expect.stringContaining(why) })
  })

  test('is made for every threshold that there is a measure of', () => {
    const all = SUGGESTABLE.map(({ threshold, periodSeconds }) =>
      series(
        threshold.key,
        Array.from({ length: 5_000 }, () => 7),
        periodSeconds * 1_000,
      ),
    )
    const found = suggest(all, NOW)
    expect(found.map(({ setting }) => setting)).toEqual(SUGGESTABLE.map(({ threshold }) => threshold.key))
    expect(found.filter(({ kept }) => kept !== undefined)).toEqual([])
  })

  test('is made for no alarm that the minimal profile leaves out', () => {
    const settings = suggest([], { ...NOW, alarms: 'minimal' }).map(({ setting }) => setting)
    expect(settings).toEqual([
      'highTokenThreshold',
      'errorRateThreshold',
      'invocationThreshold',
      'highLatencyThreshold',
    ])
  })
})

describe('for any two weeks', () => {
  const use = fc.array(fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined, freq: 4 }), {
    minLength: 80,
    maxLength: 336,
  })
  const about = fc.constantFrom(...SUGGESTABLE)

  test('a suggestion has two digits, is at least its floor, and is above all but one period in two hundred', () => {
    fc.assert(
      fc.property(use, about, (values, { threshold: { key: setting }, periodSeconds, suggest: { least: floor } }) => {
        const own = series(setting, values, periodSeconds * 1_000)
        const [found] = suggest([own], NOW).filter((each) => each.setting === setting)
        if (!found || found.kept !== undefined) return
        expect(found.suggested).toBeGreaterThanOrEqual(floor)
        expect(Number(found.suggested.toPrecision(2))).toBe(found.suggested)
        const above = own.points.filter(({ value }) => value * 1.5 > found.suggested * (1 + 1e-9)).length
        expect(above).toBeLessThanOrEqual(0.005 * own.points.length)
        expect(found.wouldHaveRung).toBeLessThanOrEqual(above)
      }),
    )
  })

  test('more use never lowers it', () => {
    fc.assert(
      fc.property(use, fc.double({ min: 1, max: 100, noNaN: true }), (values, factor) => {
        const more = values.map((value) => value && value * factor)
        const suggested = (each: typeof values) => one([series('spendThreshold', each)], 'spendThreshold').suggested
        expect(suggested(more)).toBeGreaterThanOrEqual(suggested(values))
      }),
    )
  })
})
