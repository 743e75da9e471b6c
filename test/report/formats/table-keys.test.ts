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

/** The lines between the rules and around them, cell by cell. What is empty is no cell. */
function tableOf(text: string): string[][] {
  const lines = text.split('\n')
  const rules = lines.flatMap((line, index) => (/^─+$/.test(line) ? [index] : []))
  const [first = 1, last = 1] = rules
  return [first - 1, ...lines.keys()].flatMap((at, index) => {
    const isRow = index === 0 || (at > first && at <= last + 1 && at !== last)
    return isRow ? [(lines[at] ?? '').split(/ {2,}/)] : []
  })
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
    const [heading, first, second, total] = tableOf(render(rows, ['model', 'identity']))
    expect(heading?.slice(0, 3)).toEqual(['Model', 'Identity', 'Cost'])
    expect(first?.slice(0, 3)).toEqual(['one', 'ann', '$0.000015'])
    expect(second?.slice(0, 3)).toEqual(['two', '–', 'unpriced'])
    expect(total?.slice(0, 2)).toEqual(['Total', 'at least $0.000015'])
  })

  it('breaks no operation where it stands beside one other', () => {
    const operation = 'InvokeModelWithResponseStream'
    const used = [row('maker.one', { invocations: 3, inputTokens: 5 }, { dimensions: { ...identity, operation } })]
    for (const width of [80, 200]) expect(render(used, ['operation', 'identity'], width)).toContain(operation)
  })

  it('goes by time where it is by hour, on the clocks of the zone', () => {
    const text = render(rows, ['hour', 'model'], 300, 'Asia/Tokyo')
    // Each line is of one hour: only the line of all has a course.
    expect(text.match(/By hour/g)).toHaveLength(1)
    const hours = tableOf(text).map(([hour]) => hour)
    expect(hours).toEqual(['Hour', '2026-11-22 19:00', '2026-11-22 20:00', 'Total'])
  })

  it('tells more than calls in 80 columns, whatever part of an hour there is', () => {
    const window = { start: START, end: START + 1.5 * HOUR_MS }
    const names = ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'bedrock-mantle/deepseek.v3.1']
    const used = names.flatMap((model) =>
      [START, START + HOUR_MS].map((start) =>
        row(model, { invocations: 200, inputTokens: 360_000, outputTokens: 9_000 }, { start }),
      ),
    )
    const view = summarize(reading(used, { window }), { ...facts, hours: 1.5, by: ['hour', 'model'] }, book)
    const text = renderTable(view, { width: 80, paint: noPaint })
    expect(tableOf(text)[0]?.slice(0, 4)).toEqual(['Hour', 'Model', 'Cost', 'Calls'])
    expect(tableOf(text)[0]?.length).toBeGreaterThan(5)
    expect(text).not.toContain('(until')
    expect(renderTable(view, { width: 200, paint: noPaint })).toContain('(until 11:30)')
  })

  it('names the zone of its times', () => {
    const text = render(rows, ['model'], 300, 'Asia/Tokyo')
    expect(text).toContain('2026-11-22 19:00 to 2026-11-23 19:00 Asia/Tokyo · metrics')
  })

  it.each([40, 64, 80, 100, 140])('keeps within %p columns and cuts no key', (width) => {
    const identity = `${'a'.repeat(30)}-${'b'.repeat(30)}`
    const long = row('maker.one', { inputTokens: 5 }, { dimensions: { ...rows[0]?.dimensions, identity } as never })
    const text = render([long, ...rows], ['model', 'identity'], width)
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
    const letters = text.split('─\n')[1]?.replace(/[^ab]/g, '') ?? ''
    expect([letters.split('a').length > 30, letters.split('b').length > 30]).toEqual([true, true])
  })
})

test('the short name of a model is never broken, whatever the width', () => {
  const models = ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'meta.llama4-maverick-17b-instruct-v1:0']
  fc.assert(
    fc.property(fc.integer({ min: 48, max: 200 }), (width) => {
      const used = models.map((model) => row(model, { invocations: 25_003, inputTokens: 26_986_958 }))
      const names = tableOf(render(used, ['model'], width)).map(([name]) => name)
      expect(names.toSorted()).toEqual(['Model', 'Total', 'claude-sonnet-4-5', 'llama4-maverick-17b-instruct'])
    }),
    { numRuns: 50 },
  )
})

test('no text from AWS steers the terminal or breaks the box', () => {
  fc.assert(
    fc.property(hostileRows, fc.integer({ min: 40, max: 200 }), (rows, width) => {
      const text = render(rows, ['model', 'identity', 'metadata:team'], width)
      expect(text).not.toMatch(FORBIDDEN)
      const [first, last] = text.split('\n').filter((line) => /^─+$/.test(line))
      expect(first).toBe(last)
    }),
    { numRuns: 200 },
  )
})
