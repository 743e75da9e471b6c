import type { Counters, Row } from '../model.ts'
import type { Tally } from '../tally.ts'
import type { InvocationRecord } from './record.ts'

/** How a call ended, as the metrics of AWS/Bedrock tell it. */
export type Outcome = 'success' | 'client-error' | 'server-error' | 'throttle'

const THROTTLES = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'SlowDown'])

/** The errors of the Bedrock runtime whose fault is the service's. */
const SERVER_ERRORS = new Set([
  'InternalServerException',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailableException',
  'ServiceUnavailable',
])

/** A call that failed has an error code; a status, where there is one, is that of HTTP. */
export function outcomeOf({ errorCode, status }: Pick<InvocationRecord, 'errorCode' | 'status'>): Outcome {
  if (errorCode === undefined) return 'success'
  if (THROTTLES.has(errorCode) || status === '429') return 'throttle'
  return SERVER_ERRORS.has(errorCode) || (status?.length === 3 && status.startsWith('5'))
    ? 'server-error'
    : 'client-error'
}

/** The sums of some records, which tell how much was written to the cache for an hour. */
export type LogTally = Tally & { counters: Counters & { cacheWrite1hTokens: number } }

/**
 * A call counts as invoked if it was accepted: those that the service then failed do, those that it refused or throttled do
 * not, so that logs and metrics tell the same.
 */
export function addRecord({ counters, latency, timeToFirstToken }: LogTally, record: InvocationRecord): void {
  const outcome = outcomeOf(record)
  if (outcome === 'success' || outcome === 'server-error') counters.invocations++
  if (outcome === 'client-error') counters.clientErrors++
  if (outcome === 'server-error') counters.serverErrors++
  if (outcome === 'throttle') counters.throttles++
  counters.inputTokens += record.inputTokens ?? 0
  counters.outputTokens += record.outputTokens ?? 0
  counters.cacheReadTokens += record.cacheReadTokens ?? 0
  counters.cacheWriteTokens += record.cacheWriteTokens ?? 0
  counters.cacheWrite1hTokens += record.cacheWrite1hTokens ?? 0
  counters.images += record.images
  addSample(latency, record.latencyMs)
  addSample(timeToFirstToken, record.timeToFirstTokenMs)
}

function addSample(moments: Row['latency'], milliseconds: number | undefined): void {
  if (milliseconds === undefined) return
  moments.sumMs += milliseconds
  moments.samples++
  if (milliseconds > (moments.maxMs ?? -1)) moments.maxMs = milliseconds
}
