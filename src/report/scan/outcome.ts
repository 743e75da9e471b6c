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
