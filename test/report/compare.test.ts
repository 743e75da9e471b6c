import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { Line } from '../../src/report/compare.ts'
import { changeOf, split } from '../../src/report/compare.ts'
import { changeText } from '../../src/report/formats/texts.ts'
import type { Reading, Row } from '../../src/report/model.ts'
import { parsePrice, scale } from '../../src/report/money.ts'
import { summarize } from '../../src/report/summarize.ts'
import { DAY_MS, HOUR_MS } from '../../src/report/window.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../support/report-rows.ts'
import { schemaFaults } from '../support/report-schema.ts'

const NANO = 1_000_000_000n
const kinds = { input: parsePrice(0.035), output: parsePrice(0.14), cacheRead: parsePrice(0.00875), cacheWrite: 1n }
const book = bookOf({ 'maker.one': kinds, 'maker.two': kinds, 'us.maker.three-v1:0': kinds, 'arn:aws:x:::y/z': kinds })
const nano = (usd: number | null | undefined) => BigInt(Math.round((usd ?? 0) * 1e9))

const side = (...lines: [name: string, quantity: number, nanoEach: bigint, unit?: Line['unit']][]) => ({
  cost: lines.reduce((sum, [, quantity, each]) => sum + BigInt(quantity) * each, 0n),
  lines: new Map(
    lines.map(([name, quantity, each, unit = 'tokens']): [string, Line] => [
      name,
      { unit, quantity, amount: BigInt(quantity) * each * NANO },
    ]),
  ),
})

describe('a change of cost is of', () => {
  it.each([
    [
      'volume alone where all grew alike',
      side(['a', 10, 2n], ['b', 5, 4n]),
      side(['a', 20, 2n], ['b', 10, 4n]),
      40,
      0,
      0,
    ],
    ['price alone where only prices changed', side(['a', 10, 2n]), side(['a', 10, 3n]), 0, 0, 10],
    ['mix alone where as much went to another', side(['a', 10, 2n]), side(['b', 10, 5n]), 0, 30, 0],
    [
      'mix where some moved to a dearer one',
      side(['a', 8, 1n], ['b', 2, 11n]),
      side(['a', 5, 1n], ['b', 5, 11n]),
      0,
      30,
      0,
    ],
    ['all three', side(['a', 10, 2n], ['b', 10, 4n]), side(['a', 10, 3n], ['b', 30, 4n]), 60, 20, 10],
    ['volume where nothing was used before', side(), side(['a', 10, 3n]), 30, 0, 0],
    ['volume where nothing is used now', side(['a', 10, 3n]), side(), -30, 0, 0],
    ['mix where images came to tokens', side(['a', 10, 1n]), side(['a', 10, 1n], ['i', 1, 40n, 'images']), 0, 40, 0],
    [
      'volume of images and tokens apart',
      side(['a', 9, 1n], ['i', 2, 40n, 'images']),
      side(['a', 9, 1n], ['i', 3, 40n, 'images']),
      40,
      0,
      0,
    ],
    ['nothing where a free kind grew', side(['free', 5, 0n]), side(['free', 50, 0n]), 0, 0, 0],
    ['mix where corrections leave nothing of a bill', side(['a', 5, 1n], ['b', -5, 3n]), side(['b', 2, 3n]), 0, 16, 0],
    ['volume of more that is taken back', side(['a', -10, 3n]), side(['a', -20, 3n]), -30, 0, 0],
  ])('%s', (_what, before, now, volume, mix, price) => {
    expect(split(before, now)).toEqual({
      change: now.cost - before.cost,
      volume: BigInt(volume),
      mix: BigInt(mix),
      price: BigInt(price),
    })
  })

  it.each([
    ['nothing where it is as much a day', side(['a', 30, 2n]), side(['a', 10, 2n]), [10, 30], 0, 0, 0],
    ['volume a day', side(['a', 30, 2n]), side(['a', 15, 2n]), [10, 30], 10, 0, 0],
    ['price, where half as long a window was cheaper', side(['a', 10, 2n]), side(['a', 20, 3n]), [20, 10], 0, 0, 20],
    ['mix, whatever the length', side(['a', 10, 1n]), side(['b', 5, 5n]), [1, 2], 0, 20, 0],
  ] as const)('%s', (_what, before, now, part, volume, mix, price) => {
    const told = {
      change: BigInt(volume + mix + price),
      volume: BigInt(volume),
      mix: BigInt(mix),
      price: BigInt(price),
    }
    expect(split({ ...before, part }, now)).toEqual(told)
  })

  it('nobody knows what where a cost is not known', () => {
    expect(split({ ...side(), cost: null }, side(['a', 1, 1n]))).toBeUndefined()
    expect(split(side(['a', 1, 1n]), { ...side(), cost: null })).toBeUndefined()
  })

  test('exactly volume, mix and price, whatever was used', () => {
    const lines = fc.uniqueArray(
      fc.tuple(
        fc.constantFrom('a', 'b', 'c', 'd'),
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.constantFrom<Line['unit']>('tokens', 'images'),
      ),
      { selector: ([name]) => name },
    )
    const length = fc.integer({ min: 1, max: 2 ** 45 })
    fc.assert(
      fc.property(lines, lines, length, length, (was, is, of, all) => {
        const [before, now] = [side(...was), side(...is)]
        const parts = split(before, now)
        if (!parts) throw new Error('both costs are known')
        expect(parts.volume + parts.mix + parts.price).toBe(now.cost - before.cost)
        const scaled = split({ ...before, part: [of, all] }, now)
        expect(scaled?.change).toBe(now.cost - scale(before.cost, of, all))
        expect((scaled?.volume ?? 0n) + (scaled?.mix ?? 0n) + (scaled?.price ?? 0n)).toBe(scaled?.change)
        const back = split(now, before)
        expect(back?.change).toBe(-parts.change)
      }),
    )
  })
})

/** Rows of the day before. */
const earlier = (rows: readonly Row[], more: Partial<Reading> = {}): { reading: Reading; hours: number } => ({
  reading: reading(
    rows.map((one) => ({ ...one, start: one.start - DAY_MS })),
    { window: { start: START - DAY_MS, end: START }, ...more },
  ),
  hours: 24,
})

describe('a report beside another window', () => {
  const anyBy = fc.subarray(['model', 'region', 'hour', 'day', 'week'], { minLength: 1 })

  test('adds up, group by group, to the change of the total, with what is new and what is gone', () => {
    fc.assert(
      fc.property(anyRows, anyRows, anyBy, fc.option(fc.integer({ min: 1, max: 4 })), (now, before, by, top) => {
        const asked = { ...facts, by, before: earlier(before), top: top ?? undefined }
        const { report } = summarize(reading(now), asked, book)
        const alone = summarize(earlier(before).reading, { ...facts, by }, book).report
        expect(schemaFaults(report)).toEqual([])
        expect(report.compare?.before.costUsd).toBe(alone.total.costUsd)
        const { change } = report.compare ?? {}
        expect(nano(change?.volumeUsd) + nano(change?.mixUsd) + nano(change?.priceUsd)).toBe(nano(change?.usd))
        const sums = { costUsd: 0n, before: 0n, invocations: 0, calls: 0 }
        for (const group of report.groups) {
          sums.costUsd += nano(group.costUsd)
          sums.before += nano(group.before?.costUsd)
          sums.invocations += group.invocations ?? 0
          sums.calls += group.before?.invocations ?? 0
          if (group.change?.usd === null) continue
          expect(nano(group.change?.usd)).toBe(nano(group.costUsd) - nano(group.before?.costUsd))
        }
        expect(sums).toEqual({
          costUsd: nano(report.total.costUsd),
          before: nano(alone.total.costUsd),
          invocations: report.total.invocations,
          calls: alone.total.invocations,
        })
        if (report.total.costUsd !== null && alone.total.costUsd !== null) {
          expect(nano(change?.usd)).toBe(sums.costUsd - sums.before)
        }
      }),
      { numRuns: 60 },
    )
  })

  it.each<[usd: [before: number, now: number], text: string]>([
    [[-10, 5], '+$15.00'],
    [[-10, -20], '-$10.00'],
    [[-10, 0], '+$10.00'],
    [[10, -5], '-$15.00'],
    [[10, 15], '+$5.00 (+50.0 %)'],
    [[0, 5], '+$5.00'],
  ])('has a percentage only of what cost something: %j', ([before, now], text) => {
    const costing = (usd: number) => ({ lines: new Map<string, Line>(), cost: BigInt(usd) * NANO })
    const change = changeOf(costing(before), costing(now))
    expect(change.percent).toBe(before > 0 ? ((now - before) / before) * 100 : null)
    expect(changeText(change)).toBe(text)
  })

  it('tells a group that is new and one that is gone', () => {
    const million = { invocations: 1, inputTokens: 1_000_000 }
    const { report } = summarize(
      reading([row('maker.one', million)]),
      { ...facts, before: earlier([row('maker.two', million)]) },
      book,
    )
    expect(report.groups).toMatchObject([
      { key: { model: 'maker.one' }, costUsd: 0.035, before: null, change: { usd: 0.035, percent: null } },
      {
        key: { model: 'maker.two' },
        costUsd: 0,
        invocations: 0,
        before: { costUsd: 0.035 },
        change: { percent: -100 },
      },
    ])
    expect(report.compare?.change).toMatchObject({ usd: 0, percent: 0, volumeUsd: 0, mixUsd: 0, priceUsd: 0 })
  })

  it('sets the first hour beside the first', () => {
    const at = (hour: number, invocations: number) =>
      row('maker.one', { invocations }, { start: START + hour * HOUR_MS })
    const asked = { ...facts, by: ['hour'], before: earlier([at(0, 1), at(3, 2)]) }
    const { report } = summarize(reading([at(0, 5), at(4, 6)]), asked, book)
    const told = report.groups.map(({ invocations, before }) => [invocations, before?.invocations ?? null])
    expect(told.slice(0, 5)).toEqual([
      [5, 1],
      [0, null],
      [0, null],
      [0, 2],
      [6, null],
    ])
  })

  it('takes a longer window day by day, and groups of hours as they are', () => {
    const million = { invocations: 1, inputTokens: 1_000_000 }
    const days = [1, 2, 3].map((day) => row('maker.one', million, { start: START - day * DAY_MS }))
    const before = { reading: reading(days, { window: { start: START - 3 * DAY_MS, end: START } }), hours: 72 }
    const of = (by: readonly string[], more: Partial<Reading> = {}) =>
      summarize(
        reading([row('maker.one', { ...million, inputTokens: 2_000_000 })], more),
        { ...facts, by, before },
        book,
      ).report
    const change = { usd: 0.035, percent: 100, volumeUsd: 0.035, mixUsd: 0, priceUsd: 0 }
    const { compare, groups } = of(['model'])
    expect(compare).toMatchObject({ scale: 1 / 3, before: { costUsd: 0.105 }, change })
    expect(groups[0]).toMatchObject({ before: { costUsd: 0.105 }, change })
    expect(schemaFaults(of(['model']))).toEqual([])
    const byHour = of(['hour'])
    expect(byHour.compare?.change).toEqual(change)
    const used = byHour.groups.find(({ costUsd }) => costUsd === 0.07)
    expect(used).toMatchObject({ before: { costUsd: 0.035 }, change: { usd: 0.035 } })
  })

  it('says of a cost before that it is a floor', () => {
    const before = earlier([row('maker.unpriced', { inputTokens: 5 }), row('maker.one', { inputTokens: 5 })])
    const { report } = summarize(reading([]), { ...facts, before }, book)
    expect(report.compare?.before).toMatchObject({ costIsFloor: true, costLacks: ['tokens'] })
  })
})
