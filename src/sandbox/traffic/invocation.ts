export type InvocationOperation = 'InvokeModel' | 'InvokeModelWithResponseStream' | 'Converse' | 'ConverseStream'

/** A client error was refused before, a server error failed after acceptance; a throttle is neither call nor error. */
export type Outcome = 'success' | 'client-error' | 'server-error' | 'throttle'

/** What a model takes and gives, which decides the shape of its bodies. */
export type ModelFormat = 'anthropic' | 'nova' | 'titan-embedding' | 'nova-image'

/** One call of a model with everything that its metrics and its log record tell. */
export interface Invocation {
  /** Milliseconds since the epoch, whole seconds. */
  time: number
  requestId: string
  account: string
  /** Where it was called: inference in other Regions counts here. */
  region: string
  /** Where it ran, for a cross-Region inference profile. */
  inferenceRegion?: string
  identity: string
  /** What the caller passed: a model id or that of an inference profile. */
  modelId: string
  format: ModelFormat
  operation: InvocationOperation
  outcome: Outcome
  errorCode?: string
  /** Without cache reads and writes. All tokens are 0 unless the call succeeded. */
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  /** The part of the cache writes that is kept for an hour; the others are for five minutes. */
  cacheWrite1hTokens: number
  images: number
  /** From the request to the last token; only of calls that succeeded. */
  latencyMs?: number
  /** Only of streams that succeeded. */
  timeToFirstTokenMs?: number
  /** What the caller sent along to be logged. */
  metadata?: Record<string, string>
  /** EstimatedTPMQuotaUsage: input + cache writes + output × the model's burn-down rate. */
  quotaTokens: number
  /** Which of the two names of the cache metrics the model uses. */
  cacheMetrics: CacheSpelling
  /** As metrics name them: what was asked for, and what it came to. */
  serviceTier?: { asked: string; resolved: string }
  /** What an answer says to a request for optimised latency, which AWS may turn down. */
  latencyMode?: 'optimized' | 'standard'
  routedModel?: string
  /** How the log record looks; the numbers do not depend on it. */
  look: RecordLook
}

/** `InputTokens` is what the documentation says, `InputTokenCount` what working tools read. */
export type CacheSpelling = 'InputTokens' | 'InputTokenCount'

export interface RecordLook {
  /** Older records begin with schemaType and identity, newer ones end with them. */
  keyOrder: 'older' | 'newer'
  /** Messages in the request: from about a hundred on, Insights no longer sees what comes after them. */
  messages: number
  /** Characters in each message; 100 KB and more moves the body to S3. */
  messageLength: number
}

export const HOUR_MS = 3_600_000

/** The first millisecond of the hour (UTC) that a time falls into. */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS
}
