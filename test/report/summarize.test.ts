import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { timeKey } from '../../src/report/grouping.ts'
import { COUNTERS, type Row } from '../../src/report/model.ts'
import { costOf, parsePrice, toNano, toUsd } from '../../src/report/money.ts'
import { summarize } from '../../src/report/summarize.ts'
import { attemptsInRecords, noCounters, tally } from '../../src/report/tally.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../support/report-rows.ts'
import { schemaFaults } from '../support/report-schema.ts'
import { THIRD } from '../support/share.ts'

const kinds = { input: parsePrice(0.035), output: parsePrice(0.14), cacheRead: parsePrice(0.00875), cacheWrite: 1n }
const book = bookOf({ 'maker.one': kinds, 'maker.two': kinds, 'us.maker.three-v1:0': kinds, 'arn:aws:x:::y/z': kinds })

/** Whole nano-dollars of a printed number of dollars. */
const nano = (usd: number | null) => (usd === null ? 0n : BigInt(Math.round(usd * 1e9)))

describe('(6) usage report completeness', () => {
  test('every model and every metric appears, and totals are the sums', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { report } = summarize(reading(rows), facts, book)
        const models = new Set(rows.map((one) => one.dimensions.model))
        expect(new Set(report.groups.map((group) => group.key.model))).toEqual(models)
        expect(report.groups).toHaveLength(models.size)
        for (const counter of COUNTERS) {
          const sum = rows.reduce((total, one) => total + one.counters[counter], 0)
          expect(report.total[counter]).toBe(sum)
          expect(report.groups.reduce((total, group) => total + (group[counter] ?? Number.NaN), 0)).toBe(sum)
          expect(report.series.reduce((total, slot) => total + (slot[counter] ?? Number.NaN), 0)).toBe(sum)
          for (const group of report.groups) {
            const own = rows.filter((one) => one.dimensions.model === group.key.model)
            expect(group[counter]).toBe(own.reduce((total, one) => total + one.counters[counter], 0))
          }
        }
        expect(schemaFaults(report)).toEqual([])
      }),
      { numRuns: THIRD.runs(200) },
    )
  })

  test('the total cost is exact and rounded once, and the sum of the groups and of the series to the nano-dollar', () => {
    const tokens = fc.array(fc.nat({ max: 50_000_000 }), { minLength: 24, maxLength: 24 })
    fc.assert(
      fc.property(tokens, tokens, (one, two) => {
        const hours = (model: string, values: number[]) =>
          values.map((cacheReadTokens, hour) => row(model, { cacheReadTokens }, { start: START + hour * HOUR_MS }))
        const { report } = summarize(reading([...hours('maker.one', one), ...hours('maker.two', two)]), facts, book)
        const exact = [one, two].map((values) =>
          costOf(
            values.reduce((sum, value) => sum + value, 0),
            kinds.cacheRead,
          ),
        )
        for (const { key, costUsd } of report.groups) {
          const off = nano(costUsd) * 1_000_000_000n - (exact[key.model === 'maker.one' ? 0 : 1] ?? 0n)
          expect(off <= 1_000_000_000n && off >= -1_000_000_000n).toBe(true)
        }
        expect(report.total.costUsd).toBe(toUsd(toNano(exact.reduce((sum, cost) => sum + cost, 0n))))
        expect(report.groups.reduce((sum, { costUsd }) => sum + nano(costUsd), 0n)).toBe(nano(report.total.costUsd))
        expect(report.series.reduce((sum, { costUsd }) => sum + nano(costUsd), 0n)).toBe(nano(report.total.costUsd))
      }),
      { numRuns: THIRD.runs(100) },
    )
  })

  test('the order of the rows changes nothing', () => {
    const shuffled = anyRows.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    )
    const counted = (rows: readonly Row[]) => {
      const { total, groups, series, projection } = summarize(reading(rows), facts, book).report
      return { total, groups, series, projection }
    }
    fc.assert(fc.property(shuffled, ([rows, other]) => expect(counted(other)).toEqual(counted(rows))))
  })
})

describe('summarize', () => {
  it('says of a kind that was used without a price that what it cost is not known, where nothing of it has one', () => {
    const rows = [row('maker.one', { inputTokens: 1_000_000, images: 2 }), row('maker.two', { inputTokens: 1_000_000 })]
    const { total, groups } = summarize(reading(rows), facts, book).report
    const of = (model: string) => groups.find(({ key }) => key.model === model)?.costs
    expect(of('maker.one')).toMatchObject({ input: 0.035, images: null, output: 0 })
    expect(of('maker.two')).toMatchObject({ input: 0.035, images: 0, output: 0 })
    expect(total.costs).toMatchObject({ input: 0.07, images: null, output: 0 })
    expect(schemaFaults(summarize(reading(rows), facts, book).report)).toEqual([])
  })

  it('tells the part of a kind that has a price', () => {
    const rows = [
      row('maker.one', { inputTokens: 1_000_000 }),
      row('maker.unknown', { inputTokens: 5, outputTokens: 5 }),
    ]
    const { total } = summarize(reading(rows), facts, book).report
    expect(total.costs).toMatchObject({ input: 0.035, output: null })
  })

  it('puts the costliest group first and unpriced ones last', () => {
    const rows = [
      row('maker.unpriced', { inputTokens: 9e9, invocations: 9 }),
      row('maker.one', { inputTokens: 1 }),
      row('maker.two', { inputTokens: 2_000_000 }),
    ]
    const { report } = summarize(reading(rows), facts, book)
    expect(report.groups.map((group) => group.key.model)).toEqual(['maker.two', 'maker.one', 'maker.unpriced'])
    expect(report.total.costUsd).toBe(0.070000035)
  })

  test('a cost of nothing priced is null; a cost of no use is zero', () => {
    const { report } = summarize(reading([row('maker.unpriced', { inputTokens: 5 })]), facts, book)
    expect(report.total.costUsd).toBeNull()
    expect(report.projection.costUsd).toBeNull()
    expect(report.series.map((slot) => slot.costUsd).slice(0, 2)).toEqual([null, 0])
    expect(summarize(reading([]), facts, book).report.total.costUsd).toBe(0)
  })

  it('projects to 30 days by the run rate of the window that was read', () => {
    const used = row('maker.one', { invocations: 10, inputTokens: 1_000_000, outputTokens: 7 })
    const window = { start: START, end: START + 36 * HOUR_MS }
    const now = { ...facts, generatedAt: window.end }
    const { projection } = summarize(reading([used], { window }), now, book).report
    expect(projection).toEqual({
      days: 30,
      invocations: 200,
      inputTokens: 20_000_000,
      outputTokens: 140,
      costUsd: 0.7000196,
      costIsFloor: false,
      method: 'run-rate',
      basis: { from: '2026-11-22T10:00:00Z', hours: 36 },
    })
  })

  describe('projects from where use began', () => {
    const at = (hour: number, tokens = 1_000_000) =>
      row('maker.one', { invocations: 10, inputTokens: tokens }, { start: START + hour * HOUR_MS })
    const project = (rows: readonly Row[], window: { start: number; end: number }, now = window.end) =>
      summarize(reading(rows, { window }), { ...facts, generatedAt: now }, book).report.projection
    const window = (hours: number, end = 24) => ({ start: START + (end - hours) * HOUR_MS, end: START + end * HOUR_MS })

    test('whatever the window: the same use comes to the same', () => {
      const day = [10, 12, 23].map((hour) => at(hour))
      const told = project(day, window(24))
      expect(told).toMatchObject({ basis: { from: '2026-11-22T20:00:00Z', hours: 14 }, invocations: 1_543 })
      for (const hours of [14, 36, 24 * 7]) expect(project(day, window(hours))).toEqual(told)
    })

    test('up to now, where the window goes on: an hour counts by its share', () => {
      const now = START + 13.5 * HOUR_MS
      expect(project([at(10), at(13)], window(24), now)).toMatchObject({
        basis: { from: '2026-11-22T20:00:00Z', hours: 3.5 },
        inputTokens: Math.round((2_000_000 * 720) / 3.5),
      })
    })

    test.each([
      ['less than three hours of use', [at(21.5)], 'less than 3 hours since use began'],
      ['no use', [], 'nothing was used'],
      [
        'calls that were throttled or refused alone',
        [row('maker.one', { clientErrors: 3, throttles: 9 })],
        'nothing was used',
      ],
    ])('none of %s', (_, rows, reason) => {
      expect(project(rows, window(24))).toEqual({
        days: 30,
        invocations: null,
        inputTokens: null,
        outputTokens: null,
        costUsd: null,
        costIsFloor: false,
        method: 'run-rate',
        basis: null,
        reason,
      })
      expect(schemaFaults(summarize(reading(rows), facts, book).report)).toEqual([])
    })

    test('of three hours to the minute', () => expect(project([at(21)], window(24)).basis?.hours).toBe(3))

    test('as a source knows it, where its slots are longer', () => {
      const days = { window: window(24 * 8), began: START + 10 * HOUR_MS }
      const { projection } = summarize(reading([at(0)], days), { ...facts, hours: 192 }, book).report
      expect(projection.basis).toEqual({ from: '2026-11-22T20:00:00Z', hours: 14 })
    })
  })

  it('takes percentiles as the source gives them, for the group and for the total', () => {
    const some = { p50: 1, p90: 2, p99: 3 }
    const none = { p50: null, p90: null, p99: null }
    const { report } = summarize(
      reading([row('maker.one', { invocations: 1 }), row('maker.two')], {
        percentiles: [
          { key: {}, latency: some, timeToFirstToken: none },
          { key: { model: 'maker.two' }, latency: none, timeToFirstToken: some },
        ],
      }),
      facts,
      book,
    )
    expect(report.total.latencyMs).toMatchObject(some)
    expect(report.groups.find((group) => group.key.model === 'maker.two')?.timeToFirstTokenMs).toMatchObject(some)
    expect(report.groups.find((group) => group.key.model === 'maker.one')?.latencyMs).toMatchObject(none)
  })

  it('gives the invocations of every slot for the eye, in the order of the groups', () => {
    const rows = [row('maker.one', { invocations: 3 }), row('maker.two', { invocations: 4, inputTokens: 100 })]
    const { trends } = summarize(reading(rows), facts, book)
    expect(trends.total[0]).toBe(7)
    expect(trends.groups.map((values) => values[0])).toEqual([4, 3])
    expect(trends.groups[0]).toHaveLength(24)
  })

  it('walks the rows once, so that they may be made on the way', () => {
    const rows = [row('maker.one', { invocations: 3 }), row('maker.two', { invocations: 4 })].values()
    const { report } = summarize(reading([], { rows }), { ...facts, by: ['model', 'hour'] }, book)
    expect(report.total.invocations).toBe(7)
    expect(report.groups).toHaveLength(2)
  })

  it('puts the more used first where costs are equal, and else goes by the alphabet', () => {
    const free = bookOf({ 'maker.a': {}, 'maker.b': {}, 'maker.c': {} })
    const order = (...rows: Row[]) =>
      summarize(reading(rows), facts, free).report.groups.map((group) => group.key.model)
    const rows = [
      row('maker.b'),
      row('maker.c', { invocations: 2 }),
      row('maker.a'),
      row('x.unpriced', { invocations: 9 }),
    ]
    expect(order(...rows)).toEqual(['maker.c', 'maker.a', 'maker.b', 'x.unpriced'])
    expect(order(...rows.toReversed())).toEqual(['maker.c', 'maker.a', 'maker.b', 'x.unpriced'])
  })

  it('finds percentiles by their key, in whatever order it is written', () => {
    const latency = { p50: 1, p90: 2, p99: 3 }
    const none = { p50: null, p90: null, p99: null }
    const percentiles = [{ key: { region: 'us-east-1', model: 'maker.one' }, latency, timeToFirstToken: none }]
    const { report } = summarize(
      reading([row('maker.one')], { percentiles }),
      { ...facts, by: ['model', 'region'] },
      book,
    )
    expect(report.groups[0]?.latencyMs).toMatchObject(latency)
  })

  it('gives the cost of every slot of a group for the eye: nothing where nothing was used, null where it is not known', () => {
    const rows = [
      row('maker.one', { cacheReadTokens: 1_000_000 }, { start: START + HOUR_MS }),
      row('maker.unpriced', { invocations: 1 }, { start: START + 2 * HOUR_MS }),
    ]
    const { uses, groups } = summarize(reading(rows), facts, book).trends
    expect(uses).toEqual([
      [{ place: 1, costUsd: 0.00875, counters: { ...noCounters(), cacheReadTokens: 1_000_000 } }],
      [{ place: 2, costUsd: null, counters: { ...noCounters(), invocations: 1 } }],
    ])
    expect(groups.map((values) => values.slice(0, 4))).toEqual([
      [0, 0, 0, 0],
      [0, 0, 1, 0],
    ])
  })

  it('adds what comes late to the slot it belongs to', () => {
    const rows = [0, 1, 0, 2, 0].map((hour) => row('maker.one', { invocations: 1 }, { start: START + hour * HOUR_MS }))
    expect(summarize(reading(rows), facts, book).trends.groups[0]?.slice(0, 4)).toEqual([3, 1, 1, 0])
  })

  test('the course of each group is that of its slots, whatever the order and number of its rows', () => {
    fc.assert(
      fc.property(anyRows, fc.constantFrom('model', 'region'), (rows, by) => {
        const { report, trends } = summarize(reading(rows.toReversed()), { ...facts, by: [by] }, book)
        report.groups.forEach(({ key }, index) => {
          for (let slot = 0; slot < 24; slot++) {
            const own = rows.filter((one) => one.dimensions[by] === key[by] && one.start === START + slot * HOUR_MS)
            expect(trends.groups[index]?.[slot]).toBe(own.reduce((sum, one) => sum + one.counters.invocations, 0))
            const alone = summarize(reading(own), facts, book).report.series[slot]?.costUsd
            const use = trends.uses[index]?.find(({ place }) => place === slot)
            expect(use ? use.costUsd : 0).toBe(alone)
            expect(use?.counters ?? noCounters()).toEqual(tally(own).counters)
          }
        })
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    ['metrics do', undefined, 1],
    ['records do', attemptsInRecords, 0.5],
  ] as const)('counts calls that failed as %s', (_, attempts, rate) => {
    const used = row('maker.one', { invocations: 1, clientErrors: 1 })
    const { report } = summarize(reading([used], attempts && { attempts }), facts, book)
    expect([report.total, report.groups[0], report.series[0]].map((usage) => usage?.errorRate)).toEqual([
      rate,
      rate,
      rate,
    ])
  })

  it('says whose, where and when, in UTC to the second', () => {
    const window = { start: START + 7, end: START + HOUR_MS }
    const { report } = summarize(reading([], { window }), { ...facts, generatedAt: START + 123 }, book)
    expect(report).toMatchObject({
      generatedAt: '2026-11-22T10:00:00Z',
      accountId: '111122223333',
      regions: ['us-east-1'],
      window: { start: '2026-11-22T10:00:00Z', end: '2026-11-22T11:00:00Z', hours: 24 },
    })
    expect(report).not.toHaveProperty('quotas')
    expect(report).not.toHaveProperty('calls')
  })

  it('shows quotas and calls where they were asked for', () => {
    const asked = {
      quotas: [{ region: 'us-east-1', model: 'maker.one', tokensPerMinute: null, requestsPerMinute: null }],
      calls: { usd: 0.01, items: [] },
    }
    expect(summarize(reading([]), { ...facts, ...asked }, book).report).toMatchObject(asked)
  })

  describe('by hour or day', () => {
    const window = { start: START, end: START + 30 * HOUR_MS }
    const told = (by: string[], timeZone = 'UTC', hours = 30, more = window) =>
      summarize(
        reading([row('maker.one', { invocations: 1 })], { window: more }),
        { ...facts, by, hours, timeZone },
        book,
      ).report

    it('keeps those of no use, in the order of time, and marks those of which a part is in the window', () => {
      const report = told(['day'])
      expect(
        report.groups.map(({ key, invocations, costUsd, partial }) => [key.day, invocations, costUsd, partial]),
      ).toEqual([
        ['2026-11-22', 1, 0, true],
        ['2026-11-23', 0, 0, true],
      ])
      expect(schemaFaults(report)).toEqual([])
      expect(told(['hour']).groups).toHaveLength(30)
      expect(told(['hour']).groups.some(({ partial }) => partial)).toBe(false)
      expect(told(['day', 'model']).groups).toMatchObject([{ key: { day: '2026-11-22' }, partial: true }])
    })

    it('has a series of the same days past seven days, whatever the zone', () => {
      for (const zone of ['UTC', 'Asia/Kolkata', 'America/New_York', 'Australia/Lord_Howe']) {
        const end = START + (240 * 60 + 37) * 60_000
        const { groups, series } = told(['day'], zone, 240, { start: end - 240 * HOUR_MS, end })
        expect(series.map(({ start }) => timeKey('day', Date.parse(start), zone))).toEqual(
          groups.map(({ key }) => key.day),
        )
        expect(series.map(({ partial }) => partial)).toEqual(groups.map(({ partial }) => partial))
        expect(series.filter(({ partial }) => partial)).toHaveLength(2)
      }
    })
  })

  it('says things of one code apart', () => {
    const warnings = [
      { code: 'retention' as const, message: 'y' },
      { code: 'retention' as const, message: 'z' },
      { code: 'idle-models' as const, message: 'y' },
    ]
    expect(summarize(reading([], { warnings }), facts, book).report.warnings).toEqual(warnings)
  })

  it('says the same thing once', () => {
    const twice = { code: 'retention' as const, message: 'y' }
    expect(summarize(reading([], { warnings: [twice, { ...twice }] }), facts, book).report.warnings).toEqual([twice])
  })
})
