import type { Counters, Moments } from '../model.ts'
import { outcomeOf } from './outcome.ts'
import type { InvocationRecord } from './record.ts'

/** The counters of a row, and the split of the cache writes as far as the records tell it. */
export type LogCounters = Counters & { cacheWrite5mTokens: number; cacheWrite1hTokens: number }

/** The counters in the order in which they stand in the sums. */
const COUNTERS: readonly (keyof LogCounters)[] = [
  ...(['invocations', 'clientErrors', 'serverErrors', 'throttles'] as const),
  ...(['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'images'] as const),
  ...(['cacheWrite5mTokens', 'cacheWrite1hTokens'] as const),
]
const PLACE = Object.fromEntries(COUNTERS.map((name, place) => [name, place])) as Record<keyof LogCounters, number>

/** Behind the counters: sum, number and maximum of the latencies, and the same of the times to the first token. */
const LATENCY = COUNTERS.length
const FIRST_TOKEN = LATENCY + 3
const LENGTH = FIRST_TOKEN + 3

/** The sums of some records. A typed array, so that threads can hand it over; whole numbers up to 2^53 are exact in it. */
export type Sums = Float64Array

export function noSums(): Sums {
  return new Float64Array(LENGTH)
}

/**
 * A call counts as invoked if it was accepted: those that the service then failed do, those that it refused or throttled do
 * not, so that logs and metrics tell the same.
 */
export function addRecord(sums: Sums, record: InvocationRecord): void {
  const outcome = outcomeOf(record)
  if (outcome === 'success' || outcome === 'server-error') bump(sums, PLACE.invocations, 1)
  if (outcome === 'client-error') bump(sums, PLACE.clientErrors, 1)
  if (outcome === 'server-error') bump(sums, PLACE.serverErrors, 1)
  if (outcome === 'throttle') bump(sums, PLACE.throttles, 1)
  bump(sums, PLACE.inputTokens, record.inputTokens)
  bump(sums, PLACE.outputTokens, record.outputTokens)
  bump(sums, PLACE.cacheReadTokens, record.cacheReadTokens)
  bump(sums, PLACE.cacheWriteTokens, record.cacheWriteTokens)
  bump(sums, PLACE.images, record.images)
  bump(sums, PLACE.cacheWrite5mTokens, record.cacheWrite5mTokens)
  bump(sums, PLACE.cacheWrite1hTokens, record.cacheWrite1hTokens)
  if (record.latencyMs !== undefined) addSample(sums, LATENCY, record.latencyMs)
  if (record.timeToFirstTokenMs !== undefined) addSample(sums, FIRST_TOKEN, record.timeToFirstTokenMs)
}

export function addSums(sums: Sums, more: Sums): void {
  for (let place = 0; place < LENGTH; place++) {
    if (place === LATENCY + 2 || place === FIRST_TOKEN + 2) sums[place] = Math.max(sums[place] ?? 0, more[place] ?? 0)
    else bump(sums, place, more[place])
  }
}

export function countersOf(sums: Sums): LogCounters {
  return Object.fromEntries(COUNTERS.map((name, place) => [name, sums[place] ?? 0])) as LogCounters
}

export function latencyOf(sums: Sums): Moments {
  return momentsAt(sums, LATENCY)
}

export function timeToFirstTokenOf(sums: Sums): Moments {
  return momentsAt(sums, FIRST_TOKEN)
}

function momentsAt(sums: Sums, place: number): Moments {
  const [sumMs = 0, samples = 0, maxMs = 0] = sums.subarray(place, place + 3)
  return { sumMs, samples, maxMs: samples === 0 ? null : maxMs }
}

function addSample(sums: Sums, place: number, milliseconds: number): void {
  bump(sums, place, milliseconds)
  bump(sums, place + 1, 1)
  if (milliseconds > (sums[place + 2] ?? 0)) sums[place + 2] = milliseconds
}

function bump(sums: Sums, place: number, by: number | undefined): void {
  if (by !== undefined) sums[place] = (sums[place] ?? 0) + by
}
