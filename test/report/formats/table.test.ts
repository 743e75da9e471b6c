import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { renderReport as renderTable } from '../../../src/report/formats/table.ts'
import type { Counters, Reading, Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { compact, whole } from '../../../src/text/numbers.ts'
import { ansiPaint, noPaint } from '../../support/paint.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../../support/report-rows.ts'

const book = bookOf({
  'maker.one': { input: parsePrice(3), output: parsePrice(15) },
  'maker.two': { input: parsePrice(1) },
})

const NO_PERCENTILES = { p50: null, p90: null, p99: null }

function render(rows: readonly Row[], width = 400, more: Partial<Reading> = {}, options = {}): string {
  return renderTable(summarize(reading(rows, more), facts, book), { width, paint: noPaint, ...options })
}

/** The cells of the line that begins with a name. What is empty is no cell. */
function cells(text: string, name: string): string[] {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `)) ?? ''
  return line.split(/ {2,}/)
}

/** The headings, in one line each. */
function headings(text: string): string[] {
  const lines = text.split('\n')
  const [above = '', line = ''] = lines.slice(Math.max(0, lines.findIndex(isRule) - 2))
  const ends = [0, ...[...line.matchAll(/\S+(?: \S+)*/g)].map((match) => match.index + match[0].length)]
  const parts = (one: string) => ends.slice(1).map((end, index) => one.slice(ends[index], end).trim())
  return parts(line).map((name, index) => `${parts(above)[index]} ${name}`.trim())
}

function isRule(line: string): boolean {
  return /^─+$/.test(line)
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
  it('has the answer in its first line, and in the second what it is of', () => {
    const latency = { sumMs: 40_000, samples: 2, maxMs: 21_940 }
    const calls = { invocations: 2_837, clientErrors: 71, inputTokens: 5_206_667 }
    const percentiles = [{ key: {}, latency: { p50: 1, p90: 2, p99: 21_940 }, timeToFirstToken: NO_PERCENTILES }]
    const text = render([row('maker.one', calls, { latency })], 100, { percentiles })
    expect(text.split('\n').slice(0, 3)).toEqual([
      '$15.62 · last 24 h · about $469 in 30 days · 2,837 calls · 2.5 % errors · p99 21.9 s',
      '111122223333 · us-east-1 · 2026-11-22 10:00 to 2026-11-23 10:00 UTC · metrics',
      '',
    ])
  })

  it('says since when the rate is, where that is a part of the window', () => {
    const late = row('maker.one', { inputTokens: 1_000_000 }, { start: START + 18 * HOUR_MS })
    expect(render([late]).split('\n')[0]).toContain(' · about $360 in 30 days at the rate since 2026-11-23 04:00 · ')
  })

  it('has no course where there is one time', () => {
    const window = { start: START, end: START + HOUR_MS }
    const shown = headings(render([row('maker.one', { invocations: 1 })], 400, { window }))
    expect(shown.filter((name) => /hour|time/i.test(name))).toEqual([])
  })

  it('leaves out of the first line what is not known', () => {
    const text = render([row('maker.two', { inputTokens: 5_000 }, { unknown: new Set(['invocations']) })])
    expect(text.split('\n')[0]).toBe('$0.005 · last 24 h · about $0.15 in 30 days')
  })

  it('shows every metric of a model where there is room, and its cost right after its name', () => {
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
          { key: { model: 'maker.one' }, latency: timings, timeToFirstToken: { p50: 41, p90: 42, p99: 43_210 } },
        ],
      },
    )
    const counts = ['1,234,567', '9,000,001', '9,000,002', '9,000,003', '9,000,004', '25', '<0.1 %', '21', '22', '23']
    const times = ['30 ms', '31 ms', '32 ms', '33 ms', '34 ms', '40 ms', '41 ms', '42 ms', '43.2 s', '44 ms']
    const course = '█▁▁▁▁▁▁▁▁▁▁▁'
    expect(cells(text, 'one')).toEqual(['one', 'at least $162.00', ...counts, ...times, course, '49 %, not all images'])
  })

  it('tells the part of all costs where there are several groups, and ends with the total, set apart', () => {
    const text = render([
      row('maker.one', { inputTokens: 1_000_000, invocations: 2 }),
      row('maker.two', { inputTokens: 2_000_000, invocations: 3 }),
      row('maker.three', { inputTokens: 1, invocations: 1 }),
      row('maker.four', { invocations: 0 }),
    ])
    expect(['one', 'two', 'three', 'four'].map((name) => cells(text, name)[2])).toEqual(['60 %', '40 %', '–', '0 %'])
    const lines = text.split('\n')
    const total = lines.findIndex((line) => line.startsWith('Total'))
    expect(isRule(lines[total - 1] ?? '')).toBe(true)
    expect(cells(text, 'Total').slice(0, 3)).toEqual(['Total', 'at least $5.00', '6'])
  })

  it('calls a floor a floor, in each line, in all and in the first, and says how much is priced', () => {
    const text = render([
      row('maker.one', { inputTokens: 1_000_000, invocations: 2 }),
      row('maker.two', { inputTokens: 1_000_000, outputTokens: 71_000, invocations: 3 }),
      row('maker.unknown', { inputTokens: 10, invocations: 1 }),
    ])
    expect(['one', 'two', 'unknown', 'Total'].map((name) => [cells(text, name)[1], cells(text, name).at(-1)])).toEqual([
      ['$3.00', 'all'],
      ['at least $1.00', '93 %'],
      ['unpriced', 'none'],
      ['at least $4.00', '96 %'],
    ])
    expect(text).toMatch(
      /^at least \$4\.00, 96 % of tokens priced · last 24 h · at least \$120 in 30 days · 6 calls · /,
    )
  })

  it('shows small costs with the decimals they need', () => {
    expect(cells(render([row('maker.one', { inputTokens: 7 })]), 'one')[1]).toBe('$0.000021')
  })

  it('has exact ids, where it leads and each note with --verbose', () => {
    const text = render(
      [row('maker.one', full), row('maker.unknown', { inputTokens: 1_200 })],
      400,
      {},
      { verbose: true },
    )
    expect(cells(text, 'maker.one')[1]).toBe('at least $162.00')
    expect(text).toContain(
      '30 days at this rate (from 24 h of use since 2026-11-22 10:00): 37,037,010 calls, 270,036,030 input and 270,000,060 output tokens, at least $4,860.00\n',
    )
    expect(text).toContain('Unpriced: maker.unknown (1,200 input, 0 output tokens): no price known\n')
    expect(text).toContain('Prices: test@1 of 2026-01-01\n')
  })
})

describe('where nothing was used, it says so and what to try, and shows no zeros', () => {
  it.each([
    [
      {},
      [
        'No calls in us-east-1 in the last 24 h (account 111122223333, from metrics).',
        /^Try --last 30d, --region all or bedrock-monitor doctor\. Metrics lag 15 minutes\.$/,
      ],
    ],
    [
      { regions: ['a', 'b', 'c', 'd', 'e'], source: 'logs', hours: 720 },
      [
        'No calls in 5 Regions in the last 30 days (account 111122223333, from logs).',
        /^Try bedrock-monitor doctor\.$/,
      ],
    ],
    [
      { regions: [], source: 'file', generatedAt: START + 99 * HOUR_MS },
      ['No calls from 2026-11-22 10:00 to 2026-11-23 10:00 UTC (account 111122223333, from file).', /^Try other files/],
    ],
    [
      { where: { model: ['z*'] } },
      [
        'No calls in us-east-1 in the last 24 h that match model=z* (account 111122223333, from metrics).',
        /^Try another pattern; --by model shows what there is\.$/,
      ],
    ],
  ])('of %j', (more, [what, remedy]) => {
    const view = summarize(reading([]), { ...facts, ...more }, book)
    const lines = renderTable(view, { width: 120, paint: noPaint }).split('\n')
    expect(lines).toEqual([what, expect.stringMatching(remedy as RegExp), ''])
  })

  it('and still what could not be read', () => {
    const text = render([], 120, { warnings: [{ code: 'region-unreadable', message: 'eu-west-1 is left out: no' }] })
    expect(text.split('\n')).toHaveLength(4)
    expect(text).toContain('Note: eu-west-1 is left out: no\n')
  })

  it('but shows what was called and failed', () => {
    expect(cells(render([row('maker.one', { throttles: 3 })]), 'one')[1]).toBe('$0.00')
  })
})

describe('what is copied or read in one piece', () => {
  const id = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
  const used = [START, START + HOUR_MS].map((start) => row(id, full, { start }))

  it.each([80, 100])('keeps an hour in one line at %p columns', (width) => {
    const window = { start: START, end: START + 1.5 * HOUR_MS }
    const view = summarize(reading(used, { window }), { ...facts, hours: 1.5, by: ['hour', 'model'] }, book)
    expect(renderTable(view, { width, paint: noPaint })).toMatch(
      /^2026-11-22 11:00( \(until 11:30\))? {2,}claude-sonnet-4-5 /m,
    )
  })

  it.each([80, 140])('drops columns before it breaks an exact id at %p', (width) => {
    const text = render(used, width, {}, { verbose: true })
    expect(cells(text, id).length).toBeGreaterThan(3)
    expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(width)
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

  it.each<[number, string[]]>([
    [24, ['Model', 'Cost']],
    [48, ['Model', 'Cost', 'Calls']],
    [80, ['Model', 'Cost', 'Share', 'Calls', 'Input tokens', 'Output tokens', 'Errors']],
    [100, ['Model', 'Cost', 'Share', 'Calls', 'Input tokens', 'Output tokens', 'Cache read', 'Errors', 'By hour']],
  ])('of %p columns show what comes first: %j', (width, expected) => {
    expect(headings(render(rows, width))).toEqual(expected)
  })

  it('show tokens in short where that makes room for a column, and exactly where it does not', () => {
    expect(cells(render(rows, 80), 'one').slice(-3)).toEqual(['9.00M', '9.00M', '<0.1 %'])
    expect(cells(render(rows, 400), 'one')).toContain('9,000,001')
  })

  test('whatever is shown, every number is whole and every line of the table as wide as the rules', () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 20, max: 300 }), (some, width) => {
        const text = render(some, width)
        const { total } = summarize(reading(some), facts, book).report
        const [first, last] = text.split('\n').filter(isRule)
        expect(first).toBe(last)
        const shown = cells(text, 'Total')
        const counts = {
          Calls: total.invocations,
          'Input tokens': total.inputTokens,
          'Output tokens': total.outputTokens,
        }
        for (const name of headings(text)) {
          const count = counts[name as keyof typeof counts]
          if (typeof count !== 'number') continue
          expect(shown.some((cell) => cell === whole(count) || cell === compact(count))).toBe(true)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('colour', () => {
  it('changes nothing but colour', () => {
    const rows = [row('maker.one', full), row('maker.unknown', full)]
    expect(stripVTControlCharacters(render(rows, 120, {}, { paint: ansiPaint }))).toBe(render(rows, 120))
    expect(render(rows, 120, {}, { paint: ansiPaint })).not.toBe(render(rows, 120))
  })

  it.each([
    [50, []],
    [51, ['5.1 % errors', '5.1 %', '5.1 %']],
  ])('is for what needs eyes: %p errors of 1,000', (clientErrors, expected) => {
    const red = (text: string) => `<${text}>`
    const used = row('maker.one', { invocations: 1_000, clientErrors, throttles: 3 })
    const text = render([used], 200, {}, { paint: { ...noPaint, red } })
    expect([...text.matchAll(/<\s*(.*?)>/g)].map(([, found]) => found)).toEqual(expected)
  })

  it('of a hostile model id never reaches the terminal', () => {
    const text = render([row('evil\u001b[2J\u0007\u202e\n', { inputTokens: 1 })])
    expect(cells(text, 'evil').length).toBeGreaterThan(5)
    for (const character of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(character)
  })
})
