import type { Counter } from '../../model.ts'

export const NAMESPACE = 'AWS/Bedrock'

/**
 * The metrics behind each counter. Where two are named, they are two spellings of one thing: AWS documents
 * CacheReadInputTokens, working tools read CacheReadInputTokenCount. Of those, the one with data counts; they are never
 * added.
 */
export const COUNTER_METRICS: Record<Counter, readonly string[]> = {
  invocations: ['Invocations'],
  clientErrors: ['InvocationClientErrors'],
  serverErrors: ['InvocationServerErrors'],
  throttles: ['InvocationThrottles'],
  inputTokens: ['InputTokenCount'],
  outputTokens: ['OutputTokenCount'],
  cacheReadTokens: ['CacheReadInputTokenCount', 'CacheReadInputTokens'],
  cacheWriteTokens: ['CacheWriteInputTokenCount', 'CacheWriteInputTokens'],
  images: ['OutputImageCount'],
}

/** Durations in milliseconds. TimeToFirstToken exists for streaming operations only, since March 2026. */
export const TIMING_METRICS = { latency: 'InvocationLatency', timeToFirstToken: 'TimeToFirstToken' } as const
export type TimingName = keyof typeof TIMING_METRICS
export const TIMING_NAMES = Object.keys(TIMING_METRICS) as TimingName[]

/** The metrics of the OpenAI-compatible endpoint, by dimension Model; by project and model, tokens have another name. It has no others for a model. */
export const MANTLE_NAMESPACE = 'AWS/BedrockMantle'
export const MANTLE_COUNTERS: readonly (readonly [Counter, metric: string, ofProject: string])[] = [
  ['invocations', 'Inferences', 'Inferences'],
  ['clientErrors', 'InferenceClientErrors', 'InferenceClientErrors'],
  ['inputTokens', 'TotalInputTokens', 'InputTokens'],
  ['outputTokens', 'TotalOutputTokens', 'OutputTokens'],
]

/** What AWS documents log delivery under. It stands where a model's id does, and is none. */
export const ALL_MODELS = 'Across all model IDs'

/** The dimensions, besides ModelId, of metrics by service tier. */
export const SERVICE_TIER = 'ServiceTier'
export const RESOLVED_TIER = 'ResolvedServiceTier'

/** One metric of one model (or of the account, without a model) in one statistic: `Sum`, `Maximum`, `p99` … */
export interface Query {
  model: string | undefined
  metric: string
  stat: string
  /** Of the OpenAI-compatible endpoint, whose metrics have a namespace of their own. */
  mantle?: boolean
  /** Any other metric, where it stands. */
  at?: MetricAt
  /** Only calls that asked for the one service tier and ran in the other; of all tiers without. */
  tier?: TierPair
}

export interface MetricAt {
  readonly namespace: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** The values of the dimensions ServiceTier and ResolvedServiceTier. */
export interface TierPair {
  readonly asked: string
  readonly resolved: string
}
