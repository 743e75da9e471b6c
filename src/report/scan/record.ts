import type { Tier } from '../terms.ts'
import type { Billing } from './billing.ts'
import type { CallHash } from './calls-seen.ts'

/** What a record of an invocation log tells, prompt and answer left out. Undefined is what the record does not say. */
export interface InvocationRecord {
  time: number
  /** It names no zone, and is taken for that of UTC. */
  isTimeAssumed?: true | undefined
  /** It has neither an id nor the schema's name, and the time of an hour's beginning: it may be of several calls. */
  mayBeSum?: true | undefined
  accountId: string | undefined
  identityArn: string | undefined
  /** Where it was called, and where it ran if that was elsewhere. */
  region: string | undefined
  inferenceRegion: string | undefined
  /** Of calls that were read before, the hash. */
  requestId: string | CallHash | undefined
  operation: string | undefined
  /** What the caller passed: an id, the id of a profile, or an ARN. */
  modelId: string
  errorCode: string | undefined
  status: string | undefined
  /** The values of the keys of `requestMetadata` that were asked for, in the order in which they were asked for. */
  metadata: readonly (string | undefined)[]
  inputTokens: number | undefined
  outputTokens: number | undefined
  cacheReadTokens: number | undefined
  cacheWriteTokens: number | undefined
  /** How much of the cache writes is kept for an hour, where the body tells it. */
  cacheWrite1hTokens: number | undefined
  images: number
  /** '' where the record does not tell it. */
  tier: Tier | ''
  billing: Billing
  latencyMs: number | undefined
  timeToFirstTokenMs: number | undefined
}
