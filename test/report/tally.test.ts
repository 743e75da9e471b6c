import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { attemptsInMetrics, attemptsInRecords, errorRate, tally, toUsage } from '../../src/report/tally.ts'
import { row } from '../support/report-rows.ts'

describe('errorRate of metrics', () => {
  it.each([
    ['nothing was called', 0, 0, 0, 0],
    ['Invocations holds the failed calls', 100, 4, 1, 0.05],
    ['Invocations holds successes only, and there was none', 0, 3, 0, 1],
    ['there were more errors than invocations', 2, 4, 0, 1],
  ])('%s', (_case, invocations, clientErrors, serverErrors, rate) => {
    expect(errorRate({ invocations, clientErrors, serverErrors }, attemptsInMetrics)).toBe(rate)
  })
})

describe('errorRate of records', () => {
  it.each([
    ['nothing was called', 0, 0, 0, 0],
    ['one call succeeded and one was refused', 1, 1, 0, 0.5],
    ['one call succeeded and the service failed one', 2, 0, 1, 0.5],
    ['every call was refused', 0, 3, 0, 1],
    ['every call was failed by the service', 2, 0, 2, 1],
    ['of four calls one was refused and one failed', 3, 1, 1, 0.5],
  ])('%s', (_case, invocations, clientErrors, serverErrors, rate) => {
    expect(errorRate({ invocations, clientErrors, serverErrors }, attemptsInRecords)).toBe(rate)
  })
})

test('an error rate lies between 0 and 1, and that of metrics is never below that of records', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), (successes, clientErrors, serverErrors) => {
      const calls = { invocations: successes + serverErrors, clientErrors, serverErrors }
      const exact = errorRate(calls, attemptsInRecords)
      expect(exact).toBeGreaterThanOrEqual(0)
      expect(errorRate(calls, attemptsInMetrics)).toBeGreaterThanOrEqual(exact)
      expect(errorRate(calls, attemptsInMetrics)).toBeLessThanOrEqual(1)
    }),
  )
})

const NOTHING = {
  costUsd: 0,
  costs: null,
  pricedShare: null,
  costIsFloor: false,
  costLacks: [],
  listCostUsd: null,
  listCostIsFloor: false,
}

describe('timing', () => {
  test('the average weighs every call the same, not every hour', () => {
    const busy = row('m', {}, { latency: { sumMs: 9_000, samples: 9, maxMs: 1_500 } })
    const quiet = row('m', {}, { latency: { sumMs: 5_000, samples: 1, maxMs: 5_000 } })
    expect(toUsage(tally([busy, quiet]), undefined, NOTHING).latencyMs).toEqual({
      avg: 1_400,
      p50: null,
      p90: null,
      p99: null,
      max: 5_000,
    })
  })

  test('the longest call is the longest of all rows, whatever their order, and rows without calls do not count', () => {
    const anyRow = fc
      .option(fc.integer({ min: 1, max: 60_000 }), { nil: null })
      .map((maxMs) =>
        row('m', { invocations: 1 }, { latency: { sumMs: maxMs ?? 0, samples: maxMs === null ? 0 : 1, maxMs } }),
      )
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        const times = rows.flatMap(({ latency }) => latency.maxMs ?? [])
        const { counters, latency } = tally(rows)
        expect(counters.invocations).toBe(rows.length)
        expect(latency.maxMs).toBe(times.length === 0 ? null : Math.max(...times))
      }),
    )
  })

  test('without samples nothing is known', () => {
    const { latencyMs } = toUsage(tally([row('m')]), undefined, NOTHING)
    expect(latencyMs).toEqual({ avg: null, p50: null, p90: null, p99: null, max: null })
  })
})
