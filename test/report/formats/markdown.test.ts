import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { lexer, type Token, type Tokens } from 'marked'
import { renderReport as renderMarkdown } from '../../../src/report/formats/markdown.ts'
import type { Reading, Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { FORBIDDEN, hostileRows, hostileText } from '../../support/hostile.ts'
import { bookOf, facts, reading, row } from '../../support/report-rows.ts'

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
      ['Model', 'Invocations', 'Error rate', 'Input tokens', 'Output tokens', 'Priced', 'Cost'],
      ['`maker.one`', '1,200', '0.0%', '1,000,000', '0', 'all', '\\$3.0000'],
      ['`maker.x`', '1', '0.0%', '0', '0', 'none', 'unpriced'],
      ['**Total**', '**1,201**', '**0.0%**', '**1,000,000**', '**0**', '**not all calls**', '**at least \\$3.0000**'],
    ])
    expect(text).toContain('- Unpriced: maker.x (0 input, 0 output tokens): no price known\n')
    expect(text).toContain('- Cost: at least \\$3.0000, not all calls priced\n')
    expect(text).toContain(
      '- 30 days at this rate (from 24 h of use since 2026-11-22 10:00): 36,030 invocations, at least \\$90.0000\n',
    )
  })

  it('has a column for each grouping', () => {
    const text = render([row('maker.one', { invocations: 1 })], ['day', 'region', 'model'])
    expect(tableOf(text)[1]?.slice(0, 3)).toEqual(['`2026-11-22 (from 10:00)`', '`us-east-1`', '`maker.one`'])
  })

  it('leaves out columns in which there is nothing', () => {
    const heads = (counters: Parameters<typeof row>[1]) => tableOf(render([row('maker.one', counters)]))[0]
    expect(heads({ inputTokens: 1 })).not.toContain('Throttles')
    expect(heads({ throttles: 1 })).toContain('Throttles')
  })

  it.each([
    ['many groups', Array.from({ length: 20_000 }, (_, index) => row(`maker.model-${index}`, { invocations: 1 })), {}],
    ['endless names', Array.from({ length: 9 }, (_, index) => row(`${index}${'x'.repeat(200_000)}`)), {}],
    [
      'many warnings',
      [row('maker.one')],
      {
        warnings: Array.from({ length: 5_000 }, (_, index) => ({
          code: 'no-usage' as const,
          message: `${index} ${'y'.repeat(3_000)}`,
        })),
      },
    ],
  ])('fits a step summary whatever there is: %s', (_case, rows, more) => {
    const text = render(rows, ['model'], more)
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
      expect(bold.length).toBe(tableOf(text)[0]?.length === undefined ? 0 : (tableOf(text)[0]?.length ?? 0) - 2)
      const { report } = summarize(reading(rows), { ...facts, by }, book)
      const table = tableOf(text)
      expect(table).toHaveLength(report.groups.length + 2)
      const lists = lexer(text).filter((token): token is Tokens.List => token.type === 'list')
      expect(lists).toHaveLength(1)
    }),
    { numRuns: 300 },
  )
})

test('the parser that is asked does see such things', () => {
  const seen = (text: string) => tokensOf(text).map(({ type }) => type)
  expect(seen('see http://evil.example')).toContain('link')
  expect(seen('mail me@evil.example')).toContain('link')
  expect(seen('![x](http://evil.example/p.png)')).toContain('image')
  expect(seen('a <img src=x> b')).toContain('html')
})
