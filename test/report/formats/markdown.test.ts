import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { lexer, type Token, type Tokens } from 'marked'
import { renderReport as renderMarkdown } from '../../../src/report/formats/markdown.ts'
import type { Reading, Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { parseTeams } from '../../../src/report/teams/rules.ts'
import { teamStatement } from '../../../src/report/teams/statement.ts'
import { FORBIDDEN, hostileRows, hostileText } from '../../support/hostile.ts'
import { bookOf, facts, reading, row } from '../../support/report-rows.ts'
import { THIRD } from '../../support/share.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3), output: parsePrice(15) } })

function render(rows: readonly Row[], by: readonly string[] = ['model'], more: Partial<Reading> = {}): string {
  return renderMarkdown(summarize(reading(rows, more), { ...facts, by }, book))
}

function tokensOf(text: string): Token[] {
  const all: Token[] = []
  const hold = (token: Token) => void all.push(token)
  for (const token of lexer(text)) walkInto(token, hold)
  return all
}

function walkInto(token: Token, visit: (token: Token) => void): void {
  visit(token)
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table
    for (const cell of [...header, ...rows.flat()]) for (const inner of cell.tokens) walkInto(inner, visit)
  } else if (token.type === 'list') {
    for (const item of (token as Tokens.List).items) walkInto(item, visit)
  } else for (const inner of ('tokens' in token && token.tokens) || []) walkInto(inner, visit)
}

function tableOf(text: string): string[][] {
  const table = tokensOf(text).find((token): token is Tokens.Table => token.type === 'table')
  return table ? [table.header, ...table.rows].map((cells) => cells.map((cell) => cell.text)) : []
}

describe('the Markdown', () => {
  it('is a heading, a table with its total last, and what has to be said', () => {
    const text = render([
      row('maker.one', { invocations: 1_200, inputTokens: 1_000_000 }),
      row('maker.x', { invocations: 1 }),
    ])
    expect(text).toMatch(/^## Amazon Bedrock usage\n/)
    expect(tableOf(text)).toEqual([
      ['Model', 'Cost', 'Priced', 'Calls', 'Input tokens', 'Output tokens', 'Error rate'],
      ['`one`', '\\$3.00', 'all', '1,200', '1,000,000', '0', '0.0 %'],
      ['`maker.x`', 'unpriced', 'none', '1', '0', '0', '0.0 %'],
      ['**Total**', '**at least \\$3.00**', '**not all calls**', '**1,201**', '**1,000,000**', '**0**', '**0.0 %**'],
    ])
    expect(text).toContain('- Unpriced: maker.x: no price known\n')
    expect(text.split('\n')[2]).toBe(
      '**at least \\$3.00, not all calls priced · last 24 h · at least \\$90.00 in 30 days · 1,201 calls · no errors**',
    )
  })

  it('has a total without marks where there is nothing to sum', () => {
    const teams = parseTeams({ rules: [{ team: 'ads', role: 'ads' }], budgets: { ads: 5 } }, 'file')
    const [month, end] = [Date.UTC(2026, 10), Date.UTC(2026, 10, 16)]
    const dimensions = { account: '111122223333', region: 'us-east-1', model: 'maker.one', team: 'ads' }
    const rows = [row('maker.one', { invocations: 1, inputTokens: 1_000_000 }, { start: month, dimensions })]
    const window = { start: month, end }
    const { lines } = teamStatement(
      teams,
      { rows, window, zone: 'UTC', began: month, now: end, isUnread: false, isPart: false },
      book,
    )
    const text = renderMarkdown(summarize(reading(rows), { ...facts, by: ['team'], teams: lines }, book))
    const [head = [], ...others] = tableOf(text)
    expect(others.at(-1)?.[head.indexOf('Budget')]).toBe('')
    expect(text).not.toContain('****')
  })

  it('has exact ids with --verbose', () => {
    const used = [row('maker.one', { invocations: 1 })]
    const text = renderMarkdown(summarize(reading(used), facts, book), { verbose: true })
    expect(tableOf(text)[1]?.[0]).toBe('`maker.one`')
  })

  it('says in two lines that nothing was used, and what to try', () => {
    expect(render([]).split('\n\n').slice(1)).toEqual([
      expect.stringMatching(/^No calls in us-east-1 in the last 24 h /),
      expect.stringMatching(/^Try /),
    ])
  })

  it('has a column for each grouping', () => {
    const text = render([row('maker.one', { invocations: 1 })], ['day', 'region', 'model'])
    expect(tableOf(text)[1]?.slice(0, 3)).toEqual(['`2026-11-22 (from 10:00)`', '`us-east-1`', '`one`'])
  })

  it('leaves out columns in which there is nothing', () => {
    const heads = (counters: Parameters<typeof row>[1]) => tableOf(render([row('maker.one', counters)]))[0]
    expect(heads({ inputTokens: 1 })).not.toContain('Throttles')
    expect(heads({ throttles: 1 })).toContain('Throttles')
  })

  it.each([
    ['many groups', Array.from({ length: 20_000 }, (_, index) => row(`maker.model-${index}`, { invocations: 1 })), {}],
    [
      'endless names',
      Array.from({ length: 9 }, (_, index) => row(`${index}${'x'.repeat(200_000)}`, { invocations: 1 })),
      {},
    ],
    [
      'many warnings',
      [row('maker.one', { invocations: 1 })],
      {
        warnings: Array.from({ length: 5_000 }, (_, index) => ({
          code: 'no-usage' as const,
          message: `${index} ${'y'.repeat(3_000)}`,
        })),
      },
    ],
  ])('fits a step summary whatever there is: %s', (_case, rows, more) => {
    const text = renderMarkdown(summarize(reading(rows, more), facts, book), { verbose: true })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(512 * 1024)
    expect(text).toMatch(/left out/)
    expect(tableOf(text).at(-1)?.[0]).toBe('**Total**')
  })
})

/** What a text may be made of once it is parsed. */
const HARMLESS = new Set([
  'heading',
  'paragraph',
  'list',
  'list_item',
  'table',
  'text',
  'escape',
  'codespan',
  'space',
  'strong',
])

test('no text from AWS makes a link, a picture, HTML, a further cell or line, or a control character', () => {
  fc.assert(
    fc.property(hostileRows, hostileText, (rows, message) => {
      const by = ['model', 'identity', 'metadata:team']
      const text = render(rows, by, { warnings: [{ code: 'no-usage', message }] })
      expect(text).not.toMatch(FORBIDDEN)
      const kinds = tokensOf(text).filter((token) => !HARMLESS.has(token.type) && token.raw !== '<!-- -->')
      expect(kinds).toEqual([])
      const bold = tokensOf(text).filter(({ type }) => type === 'strong')
      const table = tableOf(text)
      // The answer, and all of the total but two of the three keys.
      expect(bold.length).toBe(table[0] === undefined ? 0 : 1 + table[0].length - 2)
      const { report } = summarize(reading(rows), { ...facts, by }, book)
      expect(table).toHaveLength(report.total.invocations === 0 ? 0 : report.groups.length + 2)
      const lists = lexer(text).filter((token): token is Tokens.List => token.type === 'list')
      expect(lists).toHaveLength(1)
    }),
    { numRuns: THIRD.runs(300) },
  )
})

test('the parser that is asked does see such things', () => {
  const seen = (text: string) => tokensOf(text).map(({ type }) => type)
  expect(seen('see http://evil.example')).toContain('link')
  expect(seen('mail me@evil.example')).toContain('link')
  expect(seen('![x](http://evil.example/p.png)')).toContain('image')
  expect(seen('a <img src=x> b')).toContain('html')
})
