import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { renderReport as renderTable } from '../../../src/report/formats/table.ts'
import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { FORBIDDEN, hostileRows } from '../../support/hostile.ts'
import { noPaint } from '../../support/paint.ts'
import { bookOf, facts, reading, row, START } from '../../support/report-rows.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3) } })

function render(rows: readonly Row[], by: readonly string[], width = 300, timeZone = 'UTC'): string {
  return renderTable(summarize(reading(rows), { ...facts, by, timeZone }, book), { width, paint: noPaint })
}

function boxOf(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('│'))
  return lines.map((line) =>
    line
      .split('│')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('a table by several groupings', () => {
  const identity = {
    model: 'maker.one',
    account: '111122223333',
    region: 'us-east-1',
    identity: 'arn:aws:iam::111122223333:user/ann',
  }
  const rows = [
    row('maker.one', { inputTokens: 5 }, { dimensions: identity }),
    row('maker.two', { inputTokens: 9 }, { start: START + HOUR_MS }),
  ]

  it('has a column for each, in the order that was asked for', () => {
    const [, heading, first, second, total] = boxOf(render(rows, ['model', 'identity']))
    expect(heading?.slice(0, 2)).toEqual(['Model', 'Identity'])
    expect(first?.slice(0, 2)).toEqual(['maker.one', 'arn:aws:iam::111122223333:user/ann'])
    expect(second?.slice(0, 2)).toEqual(['maker.two', '–'])
    expect(total?.slice(0, 2)).toEqual(['Total', ''])
  })

  it('goes by time where it is by hour, on the clocks of the zone', () => {
    const hours = boxOf(render(rows, ['hour', 'model'], 300, 'Asia/Tokyo')).map(([hour]) => hour)
    expect(hours).toEqual(['', 'Hour', '2026-11-22T19:00+09:00', '2026-11-22T20:00+09:00', 'Total'])
  })

  it('names the zone of its times', () => {
    const text = render(rows, ['model'], 300, 'Asia/Tokyo')
    expect(text).toContain('2026-11-22 19:00 to 2026-11-23 19:00 Asia/Tokyo (24 h)')
  })

  it.each([64, 80, 100, 140])('keeps within %p columns and cuts no key', (width) => {
    const text = render(rows, ['model', 'identity'], width)
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
    expect(
      boxOf(text)
        .map((cells) => cells[1])
        .join(''),
    ).toContain('arn:aws:iam::111122223333:user/ann')
  })
})

test('a key that is nearly whole is not broken for the sake of one that stays broken', () => {
  const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
  const used = row(model, { invocations: 25_003, inputTokens: 26_986_958, outputTokens: 7_413_247 })
  expect(boxOf(render([used], ['model', 'region'], 80)).map((cells) => cells[1])).toContain('us-east-1')
})

test('no text from AWS steers the terminal or breaks the box', () => {
  fc.assert(
    fc.property(hostileRows, fc.integer({ min: 40, max: 200 }), (rows, width) => {
      const text = render(rows, ['model', 'identity', 'metadata:team'], width)
      expect(text).not.toMatch(FORBIDDEN)
      const box = text.split('\n').filter((line) => /^[┌│├└]/.test(line))
      expect(new Set(box.map((line) => stringWidth(line))).size).toBe(1)
    }),
    { numRuns: 200 },
  )
})
