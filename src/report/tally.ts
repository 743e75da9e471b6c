import type { Attempts, Counter, Counters, Moments, Percentiles, Timing, Told, Usage } from './model.ts'
import { COUNTERS } from './model.ts'
import type { Spending } from './spending.ts'

export interface Tally {
  counters: Counters
  latency: Moments
  timeToFirstToken: Moments
  /** What is not known of some of them, and so not of all together. */
  unknown?: ReadonlySet<Told>
}

export function noCounters(): Counters {
  return {
    ...{ invocations: 0, clientErrors: 0, serverErrors: 0, throttles: 0 },
    ...{ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, images: 0 },
  }
}

export function noMoments(): Moments {
  return { sumMs: 0, samples: 0, maxMs: null }
}

export function noTally(): Tally {
  return { counters: noCounters(), latency: noMoments(), timeToFirstToken: noMoments() }
}

export function addTo(sum: Tally, row: Tally): void {
  addCounts(sum, row)
  addMoments(sum, row)
}

export function addCounts(sum: Pick<Tally, 'counters' | 'unknown'>, { counters, unknown }: Tally): void {
  // Mostly those of the same model again.
  if (unknown && unknown !== sum.unknown) sum.unknown = sum.unknown ? new Set([...sum.unknown, ...unknown]) : unknown
  for (const counter of COUNTERS) sum.counters[counter] += counters[counter]
}

export function addMoments(sum: Pick<Tally, 'latency' | 'timeToFirstToken'>, more: Tally): void {
  add(sum.latency, more.latency)
  add(sum.timeToFirstToken, more.timeToFirstToken)
}

export function tally(rows: Iterable<Tally>): Tally {
  const sum = noTally()
  for (const row of rows) addTo(sum, row)
  return sum
}

export function toUsage(
  sum: Tally,
  percentiles: { latency: Percentiles; timeToFirstToken: Percentiles } | undefined,
  spending: Spending,
  attempts: Attempts = attemptsInMetrics,
): Usage {
  const isKnown = (...told: Told[]) => !told.some((name) => sum.unknown?.has(name))
  const counters = COUNTERS.map((counter) => [counter, isKnown(counter) ? sum.counters[counter] : null])
  const areCallsKnown = isKnown('invocations', 'clientErrors', 'serverErrors')
  const timingOf = (what: 'latency' | 'timeToFirstToken') =>
    timing(isKnown(what) ? sum[what] : noMoments(), percentiles?.[what])
  return {
    ...(Object.fromEntries(counters) as Record<Counter, number | null>),
    errorRate: areCallsKnown ? errorRate(sum.counters, attempts) : null,
    latencyMs: timingOf('latency'),
    timeToFirstTokenMs: timingOf('timeToFirstToken'),
    ...spending,
  }
}

type Calls = Pick<Counters, 'invocations' | 'clientErrors' | 'serverErrors'>

/**
 * AWS defines Invocations in two ways (only those that succeeded; or all that were accepted, which leaves out calls that
 * failed validation): the larger of invocations and errors is what were calls by either.
 */
export const attemptsInMetrics: Attempts = ({ invocations, clientErrors, serverErrors }) =>
  Math.max(invocations, clientErrors + serverErrors)

/** Records are counted one by one: as an invocation, with those that the service failed, or as refused. */
export const attemptsInRecords: Attempts = ({ invocations, clientErrors, serverErrors }) =>
  Math.max(invocations, serverErrors) + clientErrors

export function errorRate(calls: Calls, attempts: Attempts): number {
  const errors = calls.clientErrors + calls.serverErrors
  return errors === 0 ? 0 : errors / attempts(calls)
}

const UNKNOWN: Percentiles = { p50: null, p90: null, p99: null }

function timing(moments: Moments, percentiles: Percentiles = UNKNOWN): Timing {
  const { p50, p90, p99 } = percentiles
  return { avg: moments.samples > 0 ? moments.sumMs / moments.samples : null, p50, p90, p99, max: moments.maxMs }
}

function add(sum: Moments, more: Moments): void {
  sum.sumMs += more.sumMs
  sum.samples += more.samples
  if (more.maxMs !== null) sum.maxMs = Math.max(sum.maxMs ?? more.maxMs, more.maxMs)
}
