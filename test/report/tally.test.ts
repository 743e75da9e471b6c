import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { errorRate, tally, toUsage } from '../../src/report/tally.ts'
import { row } from '../support/report-rows.ts'

describe('errorRate', () => {
  it.each([
    ['nothing was called', 0, 0, 0, 0],
    ['Invocations holds the failed calls', 100, 4, 1, 0.05],
    ['Invocations holds successes only, and there was none', 0, 3, 0, 1],
    ['there were more errors than invocations', 2, 4, 0, 1],
  ])('%s', (_case, invocations, clientErrors, serverErrors, rate) => {
    expect(errorRate({ invocations, clientErrors, serverErrors })).toBe(rate)
  })

  test('it lies between 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (invocations, clientErrors, serverErrors) => {
        const rate = errorRate({ invocations, clientErrors, serverErrors })
        expect(rate >= 0 && rate <= 1).toBe(true)
      }),
    )
  })
})

describe('timing', () => {
  test('the average weighs every call the same, not every hour', () => {
    const busy = row('m', {}, { latency: { sumMs: 9_000, samples: 9, maxMs: 1_500 } })
    const quiet = row('m', {}, { latency: { sumMs: 5_000, samples: 1, maxMs: 5_000 } })
    expect(toUsage(tally([busy, quiet]), undefined, 0).latencyMs).toEqual({
      avg: 1_400,
      p50: null,
      p90: null,
      p99: null,
      max: 5_000,
    })
  })

  test('without samples nothing is known', () => {
    const { latencyMs } = toUsage(tally([row('m')]), undefined, 0)
    expect(latencyMs).toEqual({ avg: null, p50: null, p90: null, p99: null, max: null })
  })
})
