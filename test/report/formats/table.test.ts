import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { renderReport as renderTable } from '../../../src/report/formats/table.ts'
import type { Counters, Reading, Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { ansiPaint, noPaint } from '../../support/paint.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../../support/report-rows.ts'

const book = bookOf({
  'maker.one': { input: parsePrice(3), output: parsePrice(15) },
  'maker.two': { input: parsePrice(1) },
})

function render(rows: readonly Row[], width = 400, more: Partial<Reading> = {}, paint = noPaint): string {
  return renderTable(summarize(reading(rows, more), facts, book), { width, paint })
}

/** The cells of the line that begins with a name. */
function cells(text: string, name: string): string[] {
  const line = text.split('\n').find((one) => one.startsWith(`│ ${name}`)) ?? ''
  return line
    .split('│')
    .map((cell) => cell.trim())
    .slice(1, -1)
}

const full: Partial<Counters> = {
  invocations: 1_234_567,
  clientErrors: 21,
  serverErrors: 22,
  throttles: 23,
  inputTokens: 9_000_001,
  outputTokens: 9_000_002,
  cacheReadTokens: 9_000_003,
  cacheWriteTokens: 9_000_004,
  images: 25,
}

describe('the table', () => {
  it('shows every metric of a model, and its cost last', () => {
    const timings = { p50: 31, p90: 32, p99: 33 }
    const text = render(
      [
        row('maker.one', full, {
          latency: { sumMs: 60, samples: 2, maxMs: 34 },
          timeToFirstToken: { sumMs: 80, samples: 2, maxMs: 44 },
        }),
      ],
      400,
      {
        percentiles: [
          { key: { model: 'maker.one' }, latency: timings, timeToFirstToken: { p50: 41, p90: 42, p99: 43 } },
        ],
      },
    )
    expect(cells(text, 'maker.one')).toEqual([
      'maker.one',
      '1,234,567',
      '21',
      '22',
      '<0.1%',
      '23',
      '9,000,001',
      '9,000,002',
      '9,000,003',
      '9,000,004',
      '25',
      '30',
      '31',
      '32',
      '33',
      '34',
      '40',
      '41',
      '42',
      '43',
      '44',
      '█▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁',
      '49 %, not all images',
      'at least $162.00',
    ])
  })

  it('ends with the total, set apart', () => {
    const text = render([
      row('maker.one', { inputTokens: 1_000_000, invocations: 2 }),
      row('maker.two', { inputTokens: 2_000_000, invocations: 3 }),
    ])
    const lines = text.split('\n').filter((line) => /^[│├]/.test(line))
    expect(lines.at(-2)).toMatch(/^├─/)
    const total = cells(text, 'Total')
    expect([total[1], total.at(-1)]).toEqual(['5', '$5.0000'])
  })

  it('says what has no price, and why, and never calls it free', () => {
    const text = render([row('maker.unknown', { inputTokens: 1_200, outputTokens: 34 })])
    expect(cells(text, 'maker.unknown').at(-1)).toBe('unpriced')
    expect(text).toContain('Unpriced: maker.unknown (1,200 input, 34 output tokens): no price known')
  })

  it('shows warnings and the projection', () => {
    const text = render([row('maker.one', { inputTokens: 1_000_000 })], 400, {
      warnings: [{ code: 'no-usage', message: 'mind the gap' }],
    })
    expect(text).toContain('Note: mind the gap')
    expect(text).toContain(
      '30 days at this rate (from 24 h of use since 2026-11-22 10:00): 0 invocations, 30,000,000 input and 0 output tokens, $90.00',
    )
  })

  it('calls a floor a floor, in each line and in all, and says how much is priced', () => {
    const text = render([
      row('maker.one', { inputTokens: 1_000_000, invocations: 2 }),
      row('maker.two', { inputTokens: 1_000_000, outputTokens: 71_000, invocations: 3 }),
      row('maker.unknown', { inputTokens: 10, invocations: 1 }),
    ])
    expect(['maker.one', 'maker.two', 'maker.unknown', 'Total'].map((name) => cells(text, name).slice(-2))).toEqual([
      ['all', '$3.0000'],
      ['93 %', 'at least $1.0000'],
      ['none', 'unpriced'],
      ['96 %', 'at least $4.0000'],
    ])
    expect(text).toContain('\nCost: at least $4.0000, 96 % of tokens priced\n')
    expect(text).toMatch(/^30 days at this rate \(from 24 h .*, at least \$120\.00$/m)
  })

  it('shows small costs with the decimals they need', () => {
    expect(cells(render([row('maker.one', { inputTokens: 7 })]), 'maker.one').at(-1)).toBe('$0.000021')
  })
})

describe('narrow terminals', () => {
  const rows = [
    row('maker.one', full),
    row('us.anthropic.claude-sonnet-4-5-20250929-v1:0', { ...full, invocations: 12 }),
    row('maker.two', { inputTokens: 5 }, { start: START + 3 * HOUR_MS }),
  ]

  it.each([48, 60, 80, 100, 120, 160, 200])('nothing is wider than %p columns', (width) => {
    for (const line of render(rows, width).split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
  })

  it('wraps a model id and never cuts it', () => {
    const text = render(rows, 80)
    const names = text
      .split('\n')
      .filter((line) => line.startsWith('│'))
      .map((line) => line.split('│')[1]?.trim())
    expect(names.join('')).toContain('us.anthropic.claude-sonnet-4-5-20250929-v1:0')
  })

  it('keeps invocations, tokens and cost, and names what it left out', () => {
    const text = render(rows, 80)
    expect(cells(text, 'maker.one').slice(1)).toEqual(['1,234,567', '9,000,001', '9,000,002', 'at least $162.00'])
    expect(text.replace(/\n {2}/g, ' ')).toMatch(/Left out for width: .*error rate.*cache read.*trend, priced/)
  })

  it('leaves out the less telling columns first', () => {
    const left = (width: number) => /Left out for width: (.*)/.exec(render(rows, width))?.[1] ?? ''
    expect(left(400)).toBe('')
    expect(left(140)).toMatch(/images/)
    expect(left(140)).not.toMatch(/error rate|trend/)
  })

  it('leaves out even tokens where there is no room for them, and says so; the cost stays', () => {
    const text = render(rows, 60)
    expect(cells(text, 'maker.').slice(1)).toEqual(['1,234,567', '9,000,001', 'at least $162.00'])
    expect(text.replace(/\n {2}/g, ' ')).toMatch(/Left out for width: .*output tokens/)
    expect(cells(render(rows, 24), 'maker.').slice(1)).toEqual(['at least $162.00'])
  })

  test('whatever is shown, every number is whole', () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 20, max: 300 }), (some, width) => {
        const text = render(some, width)
        const { total } = summarize(reading(some), facts, book).report
        const left = /Left out for width: (.*)/.exec(text.replace(/\s+/g, ' '))?.[1] ?? ''
        const shown = cells(text, 'Total')
        for (const [name, count] of [
          ['input tokens', total.inputTokens],
          ['output tokens', total.outputTokens],
          ['invocations', total.invocations],
        ] as const) {
          if (count !== null && count > 0 && !left.includes(name))
            expect(shown).toContain(count.toLocaleString('en-US'))
        }
        const box = text.split('\n').filter((line) => /^[┌│├└]/.test(line))
        expect(new Set(box.map((line) => stringWidth(line))).size).toBe(1)
      }),
      { numRuns: 100 },
    )
  })
})

describe('colour', () => {
  it('changes nothing but colour', () => {
    const rows = [row('maker.one', full), row('maker.unknown', full)]
    expect(stripVTControlCharacters(render(rows, 120, {}, ansiPaint))).toBe(render(rows, 120))
    expect(render(rows, 120, {}, ansiPaint)).not.toBe(render(rows, 120))
  })

  it('of a hostile model id never reaches the terminal', () => {
    const text = render([row('evil\u001b[2J\u0007\u202e\n', { inputTokens: 1 })])
    expect(cells(text, 'evil')).toHaveLength(24)
    for (const character of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(character)
  })
})
