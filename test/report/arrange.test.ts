import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { COUNTERS, type Row } from '../../src/report/model.ts'
import { parsePrice } from '../../src/report/money.ts'
import { summarize } from '../../src/report/summarize.ts'
import { parseColumns, parseSort } from '../../src/report/values.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../support/report-rows.ts'
import { schemaFaults } from '../support/report-schema.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3) }, 'maker.two': { input: parsePrice(1) } })
const nano = (usd: number | null) => BigInt(Math.round((usd ?? 0) * 1e9))

test('a top adds up to the total with its others, and names those that it would name first', () => {
  const anyBy = fc.subarray(['model', 'region', 'hour', 'day'], { minLength: 1 })
  fc.assert(
    fc.property(anyRows, anyBy, fc.integer({ min: 1, max: 6 }), (rows, by, top) => {
      const { report: all } = summarize(reading(rows), { ...facts, by }, book)
      const { report, trends } = summarize(reading(rows), { ...facts, by, top }, book)
      expect(schemaFaults(report)).toEqual([])
      for (const counter of COUNTERS) {
        expect(report.groups.reduce((sum, group) => sum + (group[counter] ?? 0), 0)).toBe(report.total[counter])
      }
      expect(report.groups.reduce((sum, { costUsd }) => sum + nano(costUsd), 0n)).toBe(nano(report.total.costUsd))
      expect(report.groups.reduce((sum, { others }) => sum + (others ?? 1), 0)).toBe(all.groups.length)
      const named = report.groups.filter(({ others }) => others === undefined)
      for (const group of named) expect(all.groups).toContainEqual(group)
      const texts = new Set(named.map(({ key }) => JSON.stringify([key.model, key.region])))
      const isTimeAlone = by.every((name) => name === 'hour' || name === 'day')
      if (!isTimeAlone) expect(texts.size).toBeLessThanOrEqual(top)
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
      expect(trends.groups.map(sum)).toEqual(report.groups.map(({ invocations }) => invocations))
    }),
    { numRuns: 60 },
  )
})

const rows: Row[] = [
  row('maker.one', { invocations: 3, inputTokens: 10, clientErrors: 2 }),
  row('maker.two', { invocations: 9, inputTokens: 20, serverErrors: 1 }, { start: START + HOUR_MS }),
  row('a.unpriced', { invocations: 5, inputTokens: 90 }),
]
const listed = (asked: object, by: readonly string[] = ['model']) =>
  summarize(reading(rows), { ...facts, by, ...asked }, book).report.groups.map(({ key, others }) =>
    others ? `${Object.values(key)}+${others}` : Object.values(key).join(' '),
  )

describe('groups are listed', () => {
  const [one, two, other] = ['maker.one', 'maker.two', 'a.unpriced']
  it.each([
    [[], [one, two, other]],
    [['cost'], [one, two, other]],
    [['cost:asc'], [two, one, other]],
    [['calls'], [two, other, one]],
    [['invocations:asc'], [one, other, two]],
    [['tokens'], [other, two, one]],
    [['errors'], [one, two, other]],
    [['name'], [other, one, two]],
    [['model:desc'], [two, one, other]],
    [
      ['throttles', 'name'],
      [other, one, two],
    ],
    [
      ['latency', 'calls'],
      [two, other, one],
    ],
    [['share:asc'], [two, one, other]],
  ])('by %p', (sort, models) => {
    expect(listed(sort.length > 0 ? { sort: parseSort(sort, ['model'], false) } : {})).toEqual(models)
  })

  it('with the rest as one, at the end, whatever the order', () => {
    expect(listed({ top: 1 })).toEqual(['maker.one', '+2'])
    expect(listed({ top: 1, sort: parseSort(['tokens:asc'], ['model'], false) })).toEqual(['maker.one', '+2'])
    expect(listed({ top: 2, sort: parseSort(['name'], ['model'], false) })).toEqual(['a.unpriced', 'maker.one', '+1'])
    expect(listed({ top: 3 })).toHaveLength(3)
  })

  it('with the rest of each hour where hours are told apart', () => {
    expect(listed({ top: 1 }, ['model', 'hour'])).toEqual([
      'maker.one 2026-11-22T10:00Z',
      '2026-11-22T10:00Z+1',
      '2026-11-22T11:00Z+1',
    ])
    const sort = parseSort(['hour:desc', 'calls'], ['model', 'hour'], false)
    expect(listed({ top: 1, sort }, ['model', 'hour'])).toEqual(['maker.two 2026-11-22T11:00Z', '2026-11-22T10:00Z+2'])
  })
})

describe('what cannot be told is refused', () => {
  it.each([
    [() => parseSort(['cots'], ['model'], false), "--sort is 'cots': not a column of the report", 'did you mean cost?'],
    [() => parseSort(['region'], ['model'], false), "--sort is 'region'", 'pass name, model, cost'],
    [() => parseSort(['change'], ['model'], false), '--sort change: no windows are compared', '--compare previous'],
    [() => parseColumns(['x'], ['model'], false), "--columns is 'x'", 'pass model, cost, calls'],
  ])('%#', (parse, message, hint) => {
    expect(parse).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    )
  })

  it('and columns are by their own names, each once', () => {
    expect(parseColumns(['model', 'cost', 'calls', 'costUsd', 'latencyMs.p50'], ['model'], false)).toEqual([
      'costUsd',
      'invocations',
      'latencyMs.p50',
    ])
  })
})
