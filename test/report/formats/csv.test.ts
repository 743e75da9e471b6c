import { describe, expect, it, test } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { CHARGE_KINDS } from '../../../src/report/charges.ts'
import { renderReport as renderCsv } from '../../../src/report/formats/csv.ts'
import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { FORBIDDEN, hostileRows } from '../../support/hostile.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../../support/report-rows.ts'
import { THIRD } from '../../support/share.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3), output: parsePrice(15) } })

function render(rows: readonly Row[], by: readonly string[] = ['model']): { text: string; cells: string[][] } {
  const view = summarize(reading(rows), { ...facts, by }, book)
  const text = renderCsv(view)
  return { text, cells: parse(text, { record_delimiter: '\r\n' }) }
}

describe('the CSV', () => {
  it('has a header of the names in the JSON, and one row a group', () => {
    const { cells } = render(
      [row('maker.one', { invocations: 2, inputTokens: 1_000_000 }), row('maker.two')],
      ['model', 'region'],
    )
    expect(cells[0]).toEqual([
      'model',
      'region',
      'invocations',
      'clientErrors',
      'serverErrors',
      'throttles',
      'inputTokens',
      'outputTokens',
      'cacheReadTokens',
      'cacheWriteTokens',
      'images',
      'errorRate',
      'latencyMs.avg',
      'latencyMs.p50',
      'latencyMs.p90',
      'latencyMs.p99',
      'latencyMs.max',
      'timeToFirstTokenMs.avg',
      'timeToFirstTokenMs.p50',
      'timeToFirstTokenMs.p90',
      'timeToFirstTokenMs.p99',
      'timeToFirstTokenMs.max',
      'costUsd',
      ...CHARGE_KINDS.map(({ name }) => `costs.${name}`),
      'pricedShare',
      'costIsFloor',
      'costLacks',
      'listCostUsd',
      'listCostIsFloor',
    ])
    expect(cells).toHaveLength(3)
    expect(cells[1]?.slice(0, 3)).toEqual(['maker.one', 'us-east-1', '2'])
    const cellOf = (name: string) => cells[1]?.[cells[0]?.indexOf(name) ?? -1]
    expect(['costUsd', 'costs.input', 'costs.output', 'pricedShare'].map(cellOf)).toEqual(['3', '3', '0', '1'])
  })

  it('is a header alone where nothing was used', () => {
    expect(render([]).cells).toHaveLength(1)
  })

  it('leaves empty what is not known, and writes small numbers out', () => {
    const { cells } = render([
      row('maker.one', { inputTokens: 1, invocations: 3, clientErrors: 1 }),
      row('maker.unknown', { outputTokens: 5, invocations: 1 }),
    ])
    const [header, known, unknown] = cells
    const cost = header?.indexOf('costUsd') ?? -1
    expect(known?.[cost]).toBe('0.000003')
    expect(known?.[10]).toBe('0.3333333333333333')
    expect(known?.[11]).toBe('')
    expect(unknown?.slice(cost, -5).join('')).toBe('')
    expect(unknown?.slice(-5)).toEqual(['0', 'true', 'tokens', '', 'false'])
    expect(known?.slice(-5)).toEqual(['1', 'false', '', '0.000003', 'false'])
  })

  it('stands in the order of time where it is by hour or day', () => {
    const at = (hour: number, inputTokens: number) =>
      row('maker.one', { inputTokens }, { start: START + hour * HOUR_MS })
    const { cells } = render([at(3, 9), at(1, 5), at(2, 7)], ['hour', 'model'])
    expect(cells.slice(1).map(([hour]) => hour)).toEqual([
      '2026-11-22T11:00Z',
      '2026-11-22T12:00Z',
      '2026-11-22T13:00Z',
    ])
  })

  test('every line has as many cells as the header and ends in CRLF; the numbers add up to the total', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { text, cells } = render(rows)
        const { total } = summarize(reading(rows), facts, book).report
        const [header = [], ...body] = cells
        expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
        for (const line of body) expect(line).toHaveLength(header.length)
        const column = (name: string) => body.map((line) => Number(line[header.indexOf(name)]))
        expect(column('inputTokens').reduce((sum, value) => sum + value, 0)).toBe(total.inputTokens)
        const nano = column('costUsd').reduce((sum, value) => sum + BigInt(Math.round(value * 1e9)), 0n)
        expect(nano).toBe(BigInt(Math.round((total.costUsd ?? 0) * 1e9)))
      }),
      { numRuns: 100 },
    )
  })

  test('no text from AWS is a formula, a further cell, a further line or a control character', () => {
    fc.assert(
      fc.property(hostileRows, (rows) => {
        const { text, cells } = render(rows, ['model', 'identity', 'metadata:team'])
        expect(text).not.toMatch(FORBIDDEN)
        const { groups } = summarize(
          reading(rows),
          { ...facts, by: ['model', 'identity', 'metadata:team'] },
          book,
        ).report
        expect(cells).toHaveLength(groups.length + 1)
        for (const line of cells.slice(1)) {
          expect(line).toHaveLength(cells[0]?.length ?? 0)
          for (const cell of line.slice(0, 3)) expect(cell).not.toMatch(/^\s*[=+\-@|%＝＋－＠]/)
        }
      }),
      { numRuns: THIRD.runs(300) },
    )
  })
})
