import { describe, expect, it } from '@jest/globals'
import { notesOf } from '../../../src/report/formats/notes.ts'
import { summarize } from '../../../src/report/summarize.ts'
import type { DoubtLine, PriceLine, Report, UnpricedLine } from '../../../src/report/view.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { bookOf, facts, reading, row } from '../../support/report-rows.ts'

function said(label: string, more: Partial<Report> = {}, { verbose = false } = {}): string[] {
  const view = summarize(reading([row('maker.one', { invocations: 1 })]), facts, bookOf({}))
  const notes = notesOf({ ...view, report: { ...view.report, ...more } }, verbose)
  return notes.filter((note) => note.label === label).map(({ text }) => text)
}

const verbose = { verbose: true }

describe('where the prices come from', () => {
  const price = (model: string, source: string, asOf: string | null): PriceLine => ({
    model,
    region: 'us-east-1',
    inputPerMillion: 1,
    outputPerMillion: 1,
    cacheReadPerMillion: null,
    cacheWritePerMillion: null,
    source,
    asOf,
  })
  const prices = [
    price('a', 'list', '2026-11-01'),
    price('b', 'list', '2026-10-01'),
    price('c', 'list, cache by rule + own less 10 % (mine.json)', '2026-12-01'),
    price('c', 'list', '2026-11-01'),
    price('d', 'file', null),
  ]

  it('is one line, and what it cost to ask', () => {
    const calls = { usd: 0.0013, items: [{ what: 'objects fetched', count: 2, usd: 0.0013, source: '' }] }
    const text = 'list, own, file of 2026-10-01 to 2026-12-01; this report cost at most $0.0013'
    expect(said('Prices', { prices, calls })).toEqual([text])
    expect(said('Prices', { prices: [] })).toEqual([])
    expect(said('Prices', { prices: [price('a', 'list@2026-08-20', '2026-08-20')] })).toEqual(['list of 2026-08-20'])
  })

  it('has with --verbose what they were derived by, and what was asked', () => {
    const calls = { usd: 0.0013, items: [{ what: 'objects fetched', count: 2, usd: 0.0013, source: '' }] }
    expect(said('Prices', { prices, calls }, verbose)).toEqual([
      'list + list, cache by rule + own less 10 % (mine.json) + file of 2026-10-01 to 2026-12-01; this report cost at most $0.0013: 2 objects fetched',
    ])
  })
})

describe('the course', () => {
  it('has its peak in a day, where it is by the day', () => {
    const start = Date.UTC(2026, 10, 1)
    const days = Array.from({ length: 9 }, (_, day) =>
      row('maker.one', { invocations: day === 4 ? 7 : 1 }, { start: start + day * 24 * HOUR_MS }),
    )
    const window = { start, end: start + 9 * 24 * HOUR_MS }
    const view = summarize(reading(days, { window }), { ...facts, hours: 216 }, bookOf({}))
    expect(notesOf(view, false).find(({ label }) => label === 'By day')?.text).toMatch(/ peak 7 calls, 2026-11-05$/)
  })
})

describe('what has no price', () => {
  const line = (model: string, reason = 'no price known'): UnpricedLine => ({
    model,
    reason,
    inputTokens: 12,
    outputTokens: 3,
  })
  it.each<[UnpricedLine[], string[]]>([
    [[], []],
    [[line('maker.one', 'its images; and more')], ['one: its images; and more']],
    [[line('maker.one'), line('us.maker.one')], ['one, us.one: no price known (--verbose)']],
    [[line('a', 'none; ask a'), line('b', 'none; ask b')], ['a, b: none; ask a (--verbose)']],
    [['a', 'b', 'c', 'd', 'e'].map((name) => line(name)), ['a, b, c and 2 others: no price known (--verbose)']],
    [
      [line('a'), line('b', 'billed by the hour')],
      ['a: no price known', 'b: billed by the hour'],
    ],
    [
      [line('a'), ...['x', 'y', 'z', 'v', 'w'].map((reason) => line('b', reason))],
      ['a: no price known', 'b: x', 'b: y', 'b: z', 'b: for other reasons (--verbose)'],
    ],
  ])('is told by reason: %j', (unpriced, texts) => {
    expect(said('Unpriced', { unpriced })).toEqual(texts)
    expect(said('Unpriced', { unpriced }, verbose)).toHaveLength(unpriced.length)
  })
})

describe('notes', () => {
  const doubt = (model: string, couldAddUsd: number | null, untold: DoubtLine['untold'] = 'cacheTtl'): DoubtLine => ({
    model,
    untold,
    calls: 2,
    couldAddUsd,
  })

  it.each<[Partial<Report>, string[]]>([
    [
      { doubts: [doubt('us.maker.a', 0.33), doubt('us.maker.b', 0.05)] },
      ['the cost may be up to $0.38 higher; not known: cache-write lifetimes (--verbose)'],
    ],
    [
      { doubts: [doubt('us.maker.abc', 0.0014, 'tier'), doubt('us.maker.b', null, 'promptLength')] },
      ['the cost may be higher, by an unknown amount; not known: service tiers, prompt lengths (--verbose)'],
    ],
    [
      {
        warnings: [
          { code: 'unreadable', message: 'x' },
          { code: 'gzip-bomb', message: 'z' },
          { code: 'unreadable', message: 'y' },
        ],
      },
      ['x (and 1 more like it: --verbose)', 'z'],
    ],
    [
      {
        regions: ['a', 'b', 'c'],
        warnings: ['a', 'b'].map((message) => ({ code: 'no-usage' as const, message })),
      },
      ['no calls in 2 of 3 Regions (--verbose)'],
    ],
  ])('are one line a kind: %j', (more, texts) => {
    expect(said('Note', more)).toEqual(texts)
  })

  it('leave what it cost to ask to the last line', () => {
    const scanned = [{ code: 'logs-scanned' as const, message: 'scanned 12 bytes' }]
    const calls = { usd: 0.1, items: [{ what: 'bytes scanned', count: 12, usd: 0.1, source: '' }] }
    expect(said('Note', { warnings: scanned, calls })).toEqual([])
    expect(said('Note', { warnings: scanned })).toEqual(['scanned 12 bytes'])
    expect(said('Note', { warnings: scanned, calls }, verbose)).toEqual(['scanned 12 bytes'])
  })

  it('are each told in full with --verbose', () => {
    const warnings = ['x', 'y'].map((message) => ({ code: 'unreadable' as const, message }))
    expect(said('Note', { warnings }, verbose)).toEqual(['x', 'y'])
  })

  it('of doubts are told once, though they are warnings, too', () => {
    const book = bookOf({ 'maker.one': { input: 3n, output: 1n, cacheWrite: 4n, cacheWrite1h: 6n } })
    const terms = { tier: 'standard' as const, promptOver: 0, untold: ['cacheTtl' as const] }
    const used = row('maker.one', { invocations: 2, cacheWriteTokens: 9_000_000_000 }, { terms })
    const view = summarize(reading([used]), facts, book)
    expect(view.report.warnings).toHaveLength(1)
    const notes = (all: boolean) => notesOf(view, all).filter(({ label }) => label === 'Note')
    expect(notes(false)).toEqual([
      { label: 'Note', tone: 'unsure', text: expect.stringContaining('not known: cache-write lifetimes') },
    ])
    expect(notes(true)).toEqual([
      { label: 'Note', tone: 'unsure', text: expect.stringMatching(/^2 calls of maker\.one/) },
    ])
  })
})

describe('anomalies', () => {
  const costs = { costUsd: 9, expectedUsd: 1, excessUsd: 8, volumeUsd: 8, mixUsd: 0, priceUsd: 0 }
  const of = { start: '2026-11-22T12:00:00Z', hours: 1, cause: 'volume' as const, ...costs }

  it('are told to be none only where that is known', () => {
    expect(said('Anomaly')).toEqual([])
    expect(said('Anomaly', { anomalies: [] })).toEqual(['none in this window'])
    expect(said('Anomaly', { anomalies: null })).toEqual([])
  })

  it('have short names, of models that are no line of the table, too', () => {
    const anomalies = [{ ...of, key: { model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' } }]
    expect(said('Anomaly', { anomalies })).toEqual([expect.stringMatching(/^claude-sonnet-4-5, 2026-11-22 12:00, 1 h/)])
  })
})
