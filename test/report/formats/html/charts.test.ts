import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import type { Chart } from '../../../../src/report/formats/html/charts.ts'
import { chartsOf, only } from '../../../../src/report/formats/html/charts.ts'
import { pageData } from '../../../../src/report/formats/html/data-of.ts'
import { chartBody, niceTicks } from '../../../../src/report/formats/html/draw.ts'
import type { Row } from '../../../../src/report/model.ts'
import { parsePrice } from '../../../../src/report/money.ts'
import { summarize } from '../../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../../src/report/window.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../../../support/report-rows.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3) } })

function dataOf(rows: readonly Row[], by: readonly string[], { hours = 24, start = START, timeZone = 'UTC' } = {}) {
  const window = { start, end: start + hours * HOUR_MS }
  return pageData(summarize(reading(rows, { window }), { ...facts, hours, by, timeZone }, book))
}

function calls(model: string, invocations: number, hour = 0, team = 'a'): Row {
  const dimensions = { model, account: '111122223333', region: 'us-east-1', 'metadata:team': team }
  return row(model, { invocations, inputTokens: 7 }, { start: START + hour * HOUR_MS, dimensions })
}

const CALLS = 1
const TOKENS = 2

/** The series of a chart by their labels. */
function seriesOf(chart: Chart | undefined): Record<string, readonly number[]> {
  if (chart?.body?.kind !== 'stacked') return {}
  return Object.fromEntries(chart.body.series.map(({ label, values }) => [label, values]))
}

describe('bars over time', () => {
  it('are stacked by the first grouping that is not time, whatever else tells groups apart', () => {
    const rows = [calls('maker.one', 3, 0, 'a'), calls('maker.one', 4, 0, 'b'), calls('maker.two', 5, 1, 'a')]
    const [one, two] = [seriesOf(chartsOf(dataOf(rows, ['hour', 'model', 'metadata:team']))[CALLS]), { hour: 1 }]
    expect(Object.keys(one)).toEqual(['one', 'two'])
    expect(one.one?.[0]).toBe(7)
    expect(one.two?.[two.hour]).toBe(5)
  })

  it('tell the five largest apart and add up the others, which their entry of the legend leads to', () => {
    const rows = Array.from({ length: 9 }, (_, index) => calls(`maker.m${index}`, 10 + index))
    const data = dataOf(rows, ['model'])
    const chart = chartsOf(data)[CALLS]
    expect(chart?.legend.map(({ label }) => label)).toEqual([
      'maker.m8',
      'maker.m7',
      'maker.m6',
      'maker.m5',
      'maker.m4',
      '4 others',
    ])
    const stacks = chart?.legend.at(-1)?.stacks ?? []
    const others = new Set([...data.names.keys()].filter((name) => stacks.includes(data.names[name]?.stack ?? -1)))
    const opened = chartsOf(data, others)[CALLS]
    expect(opened?.legend.map(({ label }) => label)).toEqual(['maker.m3', 'maker.m2', 'maker.m1', 'maker.m0'])
  })

  it('show a sixth rather than one other', () => {
    const rows = Array.from({ length: 6 }, (_, index) => calls(`maker.m${index}`, 10 + index))
    expect(chartsOf(dataOf(rows, ['model']))[CALLS]?.legend).toHaveLength(6)
  })

  it('keep the colour of a stack where the page is narrowed to it', () => {
    const rows = Array.from({ length: 4 }, (_, index) => calls(`maker.m${index}`, 10 + index))
    const data = dataOf(rows, ['model'])
    const before = chartsOf(data)[CALLS]?.legend.find(({ label }) => label === 'maker.m1')
    const name = data.names.findIndex(({ label }) => label === 'maker.m1')
    expect(chartsOf(data, new Set([name]))[CALLS]?.legend).toMatchObject([
      { label: 'maker.m1', colour: before?.colour },
    ])
  })

  test('of parts of a page add up to those of the whole', () => {
    fc.assert(
      fc.property(anyRows, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (rows, sides) => {
        const data = dataOf(rows, ['model'])
        const total = (names?: Set<number>) =>
          Object.values(seriesOf(chartsOf(data, names)[CALLS])).reduce(
            (sum, values) => values.map((value, bar) => value + (sum[bar] ?? 0)),
            data.bars.map(() => 0),
          )
        const [left = [], right = []] = [true, false].map((side) =>
          total(new Set([...data.names.keys()].filter((name) => sides[name] === side))),
        )
        expect(left.map((value, bar) => value + (right[bar] ?? 0))).toEqual(total())
      }),
      { numRuns: 30 },
    )
  })

  test('are no more than can be told apart, and fewer where there are many groups', () => {
    const hours = Array.from({ length: 8_760 }, (_, hour) => calls('maker.one', 1, hour))
    const data = dataOf(hours, ['model'], { hours: 8_760 })
    expect(data.bars.length).toBeLessThanOrEqual(96)
    expect(seriesOf(chartsOf(data)[CALLS]).one?.reduce((sum, value) => sum + value, 0)).toBe(8_760)
  })

  it('show one entry of a legend alone', () => {
    const tokens = chartsOf(dataOf([row('maker.one', { inputTokens: 3, outputTokens: 4 })], ['model']))[TOKENS]
    if (!tokens) throw new Error('no chart')
    expect(Object.keys(seriesOf(only(tokens, 'output')))).toEqual(['output'])
    expect(only(tokens, 'none of these')).toEqual(tokens)
  })
})

describe('the axis of time', () => {
  it.each([
    ['the clocks of Berlin as they go all summer', '2026-07-01T22:00:00Z', '00:00 04:00 08:00 12:00 16:00 20:00'],
    ['them put back at three', '2026-10-24T22:00:00Z', '00:00 04:00 08:00 12:00 16:00 20:00'],
    ['them put forward at two', '2026-03-28T23:00:00Z', '00:00 06:00 12:00 18:00 00:00'],
  ])('shows %s', (_, start, ticks) => {
    const { bars } = dataOf([], ['model'], { start: Date.parse(start), timeZone: 'Europe/Berlin' })
    expect(bars.flatMap(({ tick }) => tick ?? []).join(' ')).toBe(ticks)
  })

  it.each([
    [7 * 24, ['2026-11-22 10:00 to 12:00', '2026-11-22 12:00 to 14:00']],
    [30 * 24, ['2026-11-22', '2026-11-23']],
    [365 * 24, ['2026-11-22 to 2026-11-25', '2026-11-26 to 2026-11-29']],
  ])('of %i hours names its bars', (hours, names) => {
    expect(
      dataOf([], ['model'], { hours })
        .bars.slice(0, 2)
        .map(({ name }) => name),
    ).toEqual(names)
  })
})

describe('the names of rows', () => {
  it.each([
    ['plain letters', 'a-team-of-the-platform-'.repeat(5)],
    ['wide letters', '数据平台团队'.repeat(9)],
    ['letters outside the first plane', '\u{1f680}\u{20000}'.repeat(25)],
  ])('of %s are cut in their middle so as to leave room for the cost, and never within a letter', (_, team) => {
    const row = { ...calls('maker.one', 5, 0, team) }
    const [chart] = chartsOf(dataOf([row], ['metadata:team'])).slice(3)
    const [label = ''] = chart?.body?.kind === 'rows' ? chart.body.rows.map((one) => one.label) : []
    expect(label).toContain('…')
    expect(stringWidth(label)).toBeLessThanOrEqual(40)
    expect(label).not.toMatch(/\p{Cs}/u)
    expect(chart && chartBody(chart)).toContain(team)
  })
})

test('an axis ends at or above what it is of, in few steps of which each is round', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e15, noNaN: true }), fc.boolean(), (most, isWhole) => {
      const ticks = niceTicks(most, isWhole)
      expect(ticks[0]).toBe(0)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most * (1 - 1e-6))
      expect(ticks.length).toBeLessThanOrEqual(6)
      if (isWhole) expect(ticks.every(Number.isInteger)).toBe(true)
    }),
  )
})
