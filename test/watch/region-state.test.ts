import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Row } from '../../src/report/model.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/report/window.ts'
import { type Answer, type Ask, called, fold, hourlyCost, newRegion, nextAsk } from '../../src/watch/region-state.ts'
import { row } from '../support/report-rows.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 30, 20)
const END = Date.UTC(2026, 10, 23, 10, 31)

const subject = (model: string) => ({ model, mantle: false })

function answer(ask: Ask, at: number, rows: readonly Row[], more: Partial<Answer> = {}): Answer {
  return {
    ask,
    at,
    subjects: [subject('maker.one'), subject('maker.two')],
    withData: new Map(),
    rows,
    p99: new Map(),
    missing: [],
    accountSamples: 0,
    accountCalls: 0,
    metrics: 10,
    lists: ask.kind === 'survey' ? 2 : 0,
    ...more,
  }
}

/** A Region of which everything was asked for at `NOW`. */
function surveyed(rows: readonly Row[] = [], more: Partial<Answer> = {}) {
  return fold(
    newRegion({ account: '111122223333', region: 'us-east-1' }),
    answer(nextAsk(newRegion({ account: '111122223333', region: 'us-east-1' }), NOW), NOW, rows, more),
  )
}

describe('what is asked next', () => {
  test('everything at first: the hour that ends with the minute under way', () => {
    const hour = { start: END - HOUR_MS, end: END }
    expect(nextAsk(newRegion({ account: '111122223333', region: 'us-east-1' }), NOW)).toEqual({
      kind: 'survey',
      hour,
      window: hour,
    })
  })

  test('a minute later the new minute, the one that was under way, and two before it, since metrics come late', () => {
    expect(nextAsk(surveyed(), NOW + MINUTE_MS)).toEqual({
      kind: 'minutes',
      hour: { start: END + MINUTE_MS - HOUR_MS, end: END + MINUTE_MS },
      window: { start: END - 3 * MINUTE_MS, end: END + MINUTE_MS },
    })
  })

  test.each<[string, number, boolean, 'survey' | 'minutes']>([
    ['after 14 minutes', 14, false, 'minutes'],
    ['after a quarter of an hour', 15, false, 'survey'],
    ['after 4 minutes, though others are called', 4, true, 'minutes'],
    ['after 5 minutes when others are called', 5, true, 'survey'],
    ['after two hours of sleep', 120, false, 'survey'],
  ])('%s', (_, minutes, othersCalled, kind) => {
    const state = { ...surveyed(), othersCalled }
    expect(nextAsk(state, NOW + minutes * MINUTE_MS).kind).toBe(kind)
  })

  test('everything when the clock went back', () => {
    expect(nextAsk(surveyed(), NOW - 10 * MINUTE_MS).kind).toBe('survey')
  })
})

test('minutes put together are what asking for the whole hour tells, as long as metrics come within two minutes', () => {
  const late = fc.integer({ min: 0, max: 2 })
  const samples = fc.array(fc.tuple(fc.integer({ min: -60, max: 40 }), late), { maxLength: 60 })
  const pauses = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(samples, pauses, (calls, minutes) => {
      /** What CloudWatch tells at a time: each call once it has come in. */
      const told = (ask: Ask, now: number) =>
        calls.flatMap(([minute, delay], index) => {
          const start = END - MINUTE_MS + minute * MINUTE_MS
          const known = start + delay * MINUTE_MS <= now
          if (!known || start < ask.window.start || start >= ask.window.end) return []
          return [row('maker.one', { invocations: 1, inputTokens: index }, { start })]
        })
      let state = newRegion({ account: '111122223333', region: 'us-east-1' })
      let now = NOW
      for (const pause of minutes) {
        const ask = nextAsk(state, now)
        state = fold(state, answer(ask, now, told(ask, now)))
        now += pause * MINUTE_MS
      }
      const ask = nextAsk(state, now)
      state = fold(state, answer(ask, now, told(ask, now)))
      const whole = told({ ...ask, window: ask.hour }, now)
      const sortKey = ({ start, counters }: Row) => start * 100 + counters.inputTokens
      const inOrder = (rows: readonly Row[]) => [...rows].sort((a, b) => sortKey(a) - sortKey(b))
      expect(inOrder(state.rows)).toEqual(inOrder(whole))
    }),
  )
})

test('only models that were called in the hour are asked for by the minute', () => {
  expect(called(surveyed([row('maker.two', { invocations: 1 }, { start: END - MINUTE_MS })]))).toEqual([
    subject('maker.two'),
  ])
})

describe("the account's totals", () => {
  const minutes = nextAsk(surveyed(), NOW + MINUTE_MS)
  const one = [row('maker.one', { invocations: 2, throttles: 1 }, { start: END })]

  test.each<[string, number, boolean]>([
    ['tell of others when they have more calls than the models that are watched', 4, true],
    ['tell nothing when they have the same', 3, false],
    ['tell nothing when there are none', 0, false],
  ])('%s', (_, accountCalls, othersCalled) => {
    expect(fold(surveyed(), answer(minutes, NOW, one, { accountCalls })).othersCalled).toBe(othersCalled)
  })

  test('have no percentile of all models where they are of other calls', () => {
    const timed = [row('maker.one', {}, { start: END - MINUTE_MS, latency: { sumMs: 9, samples: 3, maxMs: 5 } })]
    const p99 = new Map([['', 5]])
    expect(surveyed(timed, { p99, accountSamples: 3 }).p99.get('')).toBe(5)
    expect(surveyed(timed, { p99, accountSamples: 4 }).p99.has('')).toBe(false)
  })
})

describe('an hour of watching costs', () => {
  test('a bound until minutes were asked for, then what four surveys and the minutes between them cost', () => {
    const first = surveyed([], { metrics: 100 })
    const next = fold(first, answer(nextAsk(first, NOW + MINUTE_MS), NOW + MINUTE_MS, [], { metrics: 30 }))
    expect(hourlyCost([first], MINUTE_MS)).toBeCloseTo((60 * 100 + 4 * 2) * 0.00001, 9)
    expect(hourlyCost([next], MINUTE_MS)).toBeCloseTo((4 * 100 + 56 * 30 + 4 * 2) * 0.00001, 9)
    expect(next.spent.metrics).toBe(130)
  })

  test('one survey where it is refreshed once an hour', () => {
    expect(hourlyCost([surveyed([], { metrics: 100, lists: 0 })], HOUR_MS)).toBeCloseTo(0.001, 9)
  })
})
