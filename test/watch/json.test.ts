import { expect, test } from '@jest/globals'
import { AppError } from '../../src/core/errors.ts'
import { noCounters } from '../../src/report/tally.ts'
import type { WatchView } from '../../src/watch/view.ts'
import { watchJson } from '../../src/watch/view.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 30, 20)
const none = { avg: null, p50: null, p90: null, p99: null, max: null }
const spending = {
  costUsd: null,
  costs: null,
  pricedShare: null,
  costIsFloor: true,
  costLacks: ['tokens'] as const,
  listCostUsd: null,
  listCostIsFloor: false,
}
const usage = { ...noCounters(), errorRate: 0, latencyMs: none, timeToFirstTokenMs: none, ...spending }
const view: WatchView = {
  accounts: ['111122223333'],
  regions: ['us-east-1', 'eu-west-1'],
  now: NOW,
  hour: { start: NOW - 3_600_000, end: NOW },
  intervalMs: 60_000,
  models: [{ model: 'maker.one', account: '111122223333', region: 'us-east-1', usage, course: [1, 2], recent: 1 }],
  total: { usage, course: [1, 2], recent: 1 },
  stale: [],
  missing: [],
  hourlyUsd: 0.012_345_678_9,
  metricsRequested: 7,
  notes: [],
}

test('a Region that was never read has no time; one that was has its own', () => {
  const error = new AppError('aws', 'ThrottlingException', 'Rate exceeded')
  const stale = [
    { account: '111122223333', region: 'us-east-1', since: undefined, error },
    { account: '111122223333', region: 'eu-west-1', since: NOW - 60_000, error },
  ]
  const told = { code: 'ThrottlingException', message: 'Rate exceeded' }
  expect(watchJson({ ...view, stale })).toMatchObject({
    ok: false,
    stale: [
      { region: 'us-east-1', since: null, error: told },
      { region: 'eu-west-1', since: '2026-11-23T10:29:20Z', error: told },
    ],
  })
})

test('times are whole seconds in UTC, dollars are to the millionth, and calls are by the minute', () => {
  expect(watchJson(view)).toMatchObject({
    ok: true,
    generatedAt: '2026-11-23T10:30:20Z',
    groups: [{ key: { model: 'maker.one', region: 'us-east-1' }, invocationsByMinute: [1, 2] }],
    cost: { metricsRequested: 7, usdAnHour: 0.012346 },
  })
})
