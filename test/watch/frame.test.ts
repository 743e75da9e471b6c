import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { AppError } from '../../src/core/errors.ts'
import { COUNTERS } from '../../src/report/model.ts'
import { noCounters } from '../../src/report/tally.ts'
import { compact, compactUsd } from '../../src/text/numbers.ts'
import { type FrameOptions, frame, SORTS } from '../../src/watch/frame.ts'
import type { Watched, WatchedModel, WatchView } from '../../src/watch/view.ts'
import { ansiPaint, noPaint } from '../support/paint.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 30, 20)
const none = { avg: null, p50: null, p90: null, p99: null, max: null }

function watched(more: Partial<Watched['usage']> = {}): Watched {
  const spending = {
    costUsd: null,
    costs: null,
    pricedShare: null,
    costIsFloor: false,
    costLacks: [],
    listCostUsd: null,
    listCostIsFloor: false,
  }
  const usage = { ...noCounters(), errorRate: 0, latencyMs: none, timeToFirstTokenMs: none, ...spending, ...more }
  return { usage, course: Array.from({ length: 60 }, (_, minute) => minute % 7), recent: 3 }
}

function view(models: readonly WatchedModel[], more: Partial<WatchView> = {}): WatchView {
  return {
    accounts: ['111122223333'],
    regions: ['us-east-1'],
    now: NOW,
    hour: { start: NOW - 3_600_000, end: NOW },
    intervalMs: 60_000,
    models: [...models],
    total: watched({ invocations: 1 }),
    stale: [],
    missing: [],
    hourlyUsd: 0.0312,
    metricsRequested: 120,
    notes: [],
    ...more,
  }
}

const options: FrameOptions = { columns: 140, sort: 'spend', unicode: true, paint: noPaint }
const model = (id: string, more: Partial<Watched['usage']> = {}): WatchedModel => ({
  model: id,
  account: '111122223333',
  region: 'us-east-1',
  ...watched(more),
})

const anyUsage = fc
  .record({
    counts: fc.array(fc.nat({ max: 2_000_000_000 }), { minLength: COUNTERS.length, maxLength: COUNTERS.length }),
    costUsd: fc.option(fc.double({ min: 0, max: 99_999, noNaN: true })),
    isFloor: fc.boolean(),
    ms: fc.option(fc.integer({ min: 1, max: 600_000 })),
  })
  .map(({ counts, costUsd, isFloor, ms }) => ({
    ...Object.fromEntries(COUNTERS.map((counter, index) => [counter, counts[index] ?? 0])),
    costUsd,
    ...(isFloor && { costIsFloor: true, costLacks: ['tokens'] as const, pricedShare: 0.995 }),
    latencyMs: { ...none, avg: ms, p99: ms },
  }))

const anyId = fc.oneof(
  fc.constantFrom(
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'amazon.titan-embed-text-v2:0',
    'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl',
  ),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
)

const anyView = fc
  .record({
    models: fc.array(fc.tuple(anyId, anyUsage), { maxLength: 30 }),
    total: anyUsage,
    regions: fc.constantFrom(['us-east-1'], ['us-east-1', 'ap-northeast-1']),
    failed: fc.boolean(),
    notes: fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 4 }),
  })
  .map(({ models, total, regions, failed, notes }) =>
    view(
      models.map(([id, usage]) => model(id, usage)),
      {
        total: watched(total),
        regions: [...regions],
        stale: failed
          ? [
              {
                account: '111122223333',
                region: 'us-east-1',
                since: NOW,
                error: new AppError('aws', 'Throttling', 'x'.repeat(99)),
              },
            ]
          : [],
        notes: notes.map((message) => ({ code: 'no-usage' as const, message })),
      },
    ),
  )

describe('a frame', () => {
  test('keeps within any terminal, whatever it shows', () => {
    const size = { columns: fc.integer({ min: 40, max: 250 }), rows: fc.integer({ min: 6, max: 60 }) }
    fc.assert(
      fc.property(
        anyView,
        fc.record(size),
        fc.boolean(),
        fc.constantFrom(...SORTS),
        (shown, { columns, rows }, unicode, sort) => {
          const lines = frame(shown, { ...options, columns, rows, sort, unicode, keys: true, paint: ansiPaint })
          expect(lines.length).toBeLessThanOrEqual(rows)
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })

  test('never cuts a number, and says how many models it has no room for', () => {
    const size = { columns: fc.integer({ min: 40, max: 250 }), rows: fc.integer({ min: 12, max: 40 }) }
    fc.assert(
      fc.property(anyView, fc.record(size), (shown, { columns, rows }) => {
        const lines = frame({ ...shown, notes: [], stale: [] }, { ...options, columns, rows, keys: true })
        const total = lines.find((line) => /^(Total|\s*Total)/.test(line)) ?? ''
        expect(total).toContain(` ${compactUsd(shown.total.usage.costUsd)}`)
        const titles = lines.findIndex((line) => line.includes('Model') && line.includes('/hour'))
        if (lines[titles]?.includes('errors')) expect(total).toContain(` ${compact(shown.total.usage.throttles)}`)
        const more = lines.find((line) => / more models in the total$/.test(line))
        const rowsShown = lines.indexOf(total) - titles - 1 - (more ? 1 : 0)
        expect(rowsShown + Number(more?.split(' ')[0] ?? 0)).toBe(shown.models.length)
      }),
    )
  })

  test('has the columns that on-call asks for first, where it is narrow', () => {
    const one = model('us.anthropic.claude-sonnet-4-5-20250929-v1:0', {
      invocations: 600,
      inputTokens: 120_000,
      outputTokens: 6_000,
      serverErrors: 3,
      costUsd: 12.5,
      latencyMs: { ...none, avg: 800, p99: 4_321 },
    })
    const lines = frame(view([one]), { ...options, columns: 80 })
    expect(lines[2]?.trim().split(/\s+/)).toEqual([
      'calls',
      'last',
      'in',
      'out',
      'spend',
      'avg',
      'p99',
      'client',
      'server',
      'throt-',
    ])
    expect(lines[4]).toMatch(/^claude-sonnet-4-5 +10 +3 +2\.00k +100 +\$12\.50 +0\.80 +4\.32 +0 +3 +0$/)
  })
})

test('a floor is marked in its line, and the heading has the words of the total', () => {
  const floor = { costUsd: 12.5, costIsFloor: true, costLacks: ['tokens'] as const, pricedShare: 0.995 }
  const lines = frame(
    view([model('maker.one', floor), model('maker.two', { costUsd: 1 })], { total: watched(floor) }),
    {
      ...options,
      columns: 100,
    },
  )
  expect(lines).toContain('spend: at least $12.50, 99 % of tokens priced (+ means at least)')
  const lineOf = (name: string) => lines.find((line) => line.startsWith(name))
  expect(['one', 'two', 'Total'].map(lineOf)).toEqual([
    expect.stringContaining(' $12.50+ '),
    expect.stringContaining(' $1.00 '),
    expect.stringContaining(' $12.50+ '),
  ])
})

test('a terminal that is too narrow for any number still names the models', () => {
  const lines = frame(view([model('maker.one'), model('maker.two')]), { ...options, columns: 10 })
  expect(lines.every((line) => stringWidth(line) <= 10)).toBe(true)
  expect(lines.slice(-4).map((line) => line.trimEnd())).toEqual(['Model', 'one', 'two', 'Total'])
})

test('models read apart, however narrow: what tells two versions from each other is kept', () => {
  const ids = ['maker.big-model-20250101-v1:0', 'maker.big-model-20250601-v1:0', 'maker.other-v1:0']
  const text = frame(view(ids.map((id) => model(id))), { ...options, columns: 80 }).join('\n')
  expect(text).toContain('20250101')
  expect(text).toContain('20250601')
})

test('the head tells what watching costs, and since when numbers are stale', () => {
  const error = new AppError('aws', 'ThrottlingException', 'cloudwatch:GetMetricData failed: Rate exceeded')
  const stale = [{ account: '111122223333', region: 'us-east-1', since: NOW - 120_000, error }]
  const text = frame(view([], { stale }), options).join('\n')
  expect(text).toContain('watching costs about $0.03 an hour')
  expect(text).toContain('as of 10:28:20, trying again: cloudwatch:GetMetricData failed: Rate exceeded')
  expect(text).toContain('no calls in the last 60 minutes')
})

test('what failed is red, and nothing else is', () => {
  const red = (text: string) => `<${text}>`
  const lines = frame(view([model('maker.one', { serverErrors: 2 })]), { ...options, paint: { ...noPaint, red } })
  expect(lines.filter((line) => line.includes('<'))).toEqual([expect.stringMatching(/^one .* <2>/)])
})

test.each([
  ['spend', 'c a b'],
  ['calls', 'a b c'],
  ['errors', 'b a c'],
  ['model', 'a b c'],
] as const)('sorted by %s: %s', (sort, order) => {
  const models = [
    model('a', { invocations: 9, costUsd: 1, clientErrors: 1 }),
    model('b', { invocations: 8, costUsd: null, throttles: 5 }),
    model('c', { invocations: 7, costUsd: 2 }),
  ]
  const shown = frame(view(models), { ...options, sort }).flatMap((line) => /^([abc]) /.exec(line)?.[1] ?? [])
  expect(shown.join(' ')).toBe(order)
})
