import fc from 'fast-check'
import { COUNTERS, type Counters, type Moments, type Reading, type Row } from '../../src/report/model.ts'
import type { Price, PriceBook } from '../../src/report/prices/book.ts'
import { noCounters, noMoments } from '../../src/report/tally.ts'
import { HOUR_MS } from '../../src/report/window.ts'

export const START = Date.UTC(2026, 10, 22, 10)
export const REGION = 'us-east-1'

export function row(model: string, counters: Partial<Counters> = {}, more: Partial<Row> = {}): Row {
  return {
    dimensions: { account: '111122223333', model, region: REGION },
    start: START,
    counters: { ...noCounters(), ...counters },
    latency: noMoments(),
    timeToFirstToken: noMoments(),
    ...more,
  }
}

export function reading(rows: readonly Row[], more: Partial<Reading> = {}): Reading {
  const window = { start: START, end: START + 24 * HOUR_MS }
  return { window, rows, percentiles: [], warnings: [], ...more }
}

export const facts = {
  generatedAt: START + 24 * HOUR_MS,
  accounts: [{ id: '111122223333' }],
  regions: [REGION],
  source: 'metrics',
  hours: 24,
  by: ['model'],
} as const

/** Prices in pico-dollars per million tokens by model; all others are unpriced. */
export function bookOf(prices: Record<string, Price['perMillion']>): PriceBook {
  return {
    lookup(modelId) {
      const perMillion = prices[modelId]
      if (!perMillion) return { unpriced: 'no price known' }
      return { perMillion, source: 'test@1', asOf: '2026-01-01', warnings: [] }
    },
  }
}

const moments: fc.Arbitrary<Moments> = fc
  .array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 5 })
  .map((values) => ({
    sumMs: values.reduce((sum, value) => sum + value, 0),
    samples: values.length,
    maxMs: values.length > 0 ? Math.max(...values) : null,
  }))

const counters: fc.Arbitrary<Counters> = fc.record(
  Object.fromEntries(COUNTERS.map((counter) => [counter, fc.nat({ max: 10_000_000_000 })])) as Record<
    keyof Counters,
    fc.Arbitrary<number>
  >,
)

/** Rows of some models in some of the window's hours, at most one of each pair, as a source yields them. */
export const anyRows: fc.Arbitrary<Row[]> = fc.uniqueArray(
  fc
    .record({
      model: fc.constantFrom('maker.one', 'maker.two', 'us.maker.three-v1:0', 'arn:aws:x:::y/z', 'maker.unpriced'),
      hour: fc.integer({ min: 0, max: 23 }),
      counters,
      latency: moments,
      timeToFirstToken: moments,
    })
    .map(
      ({ model, hour, ...numbers }): Row => ({
        dimensions: { account: '111122223333', model, region: REGION },
        start: START + hour * HOUR_MS,
        ...numbers,
      }),
    ),
  { selector: ({ dimensions, start }) => `${dimensions.model} ${start}`, maxLength: 40 },
)
