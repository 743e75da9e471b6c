import { describe, expect, it } from '@jest/globals'
import stringWidth from 'fast-string-width'
import { chartsOf } from '../../../../src/report/formats/html/charts.ts'
import { draw } from '../../../../src/report/formats/html/draw.ts'
import type { Row } from '../../../../src/report/model.ts'
import { parsePrice } from '../../../../src/report/money.ts'
import { summarize } from '../../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../../src/report/window.ts'
import { bookOf, facts, row } from '../../../support/report-rows.ts'

/** The charts of a day by their titles, as the texts that stand in them. */
async function textsOf(start: number, rows: readonly Row[], by: readonly string[], timeZone: string) {
  const window = { start, end: start + 24 * HOUR_MS }
  const reading = { window, rows, percentiles: [], warnings: [] }
  const charts = chartsOf(
    summarize(reading, { ...facts, hours: 24, by, timeZone }, bookOf({ 'maker.one': { input: parsePrice(3) } })),
  )
  const drawn = charts.filter(({ spec }) => spec)
  const svgs = await draw(drawn.flatMap(({ spec }) => spec ?? []))
  const texts = svgs.map((svg) => [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, text = '']) => text))
  return Object.fromEntries(drawn.map(({ title }, index) => [title, texts[index] ?? []]))
}

function calls(start: number): Row {
  return row('maker.one', { invocations: 5, inputTokens: 7 }, { start })
}

describe('the axis of time', () => {
  it.each([
    [
      'the clocks of Berlin as they go all summer',
      '2026-07-01T22:00:00Z',
      ['00:00', '06:00', '12:00', '18:00', '00:00'],
    ],
    ['them put back at three', '2026-10-24T22:00:00Z', ['00:00', '05:00', '11:00', '17:00', '23:00']],
    ['them put forward at two', '2026-03-28T23:00:00Z', ['00:00', '07:00', '13:00', '19:00', '01:00']],
  ])('shows %s', async (_, start, hours) => {
    const at = Date.parse(start)
    const texts = await textsOf(at, [calls(at)], ['model'], 'Europe/Berlin')
    expect(texts['Invocations over time']?.filter((text) => /^\d\d:\d\d$/.test(text))).toEqual(hours)
  })
})

describe('the names of rows', () => {
  it.each([
    ['plain letters', 'a-team-of-the-platform-'.repeat(5)],
    ['wide letters', '数据平台团队'.repeat(9)],
    ['letters outside the first plane', '\u{1f680}\u{20000}'.repeat(25)],
  ])('of %s are cut in their middle so as to leave room for the cost, and never within a letter', async (_, team) => {
    const at = Date.UTC(2026, 10, 22)
    const dimensions = { model: 'maker.one', account: '111122223333', region: 'us-east-1', 'metadata:team': team }
    const texts = await textsOf(at, [{ ...calls(at), dimensions }], ['metadata:team'], 'UTC')
    const [label = '', cost = ''] = texts['Cost by metadata:team'] ?? []
    expect(label).toContain('…')
    expect(cost).toMatch(/^\$/)
    expect(stringWidth(label) + stringWidth(cost)).toBeLessThanOrEqual(56)
    expect(label).not.toMatch(/\p{Cs}/u)
  })
})
