import type { Counter } from '../../model.ts'

export const NAMESPACE = 'AWS/Bedrock'

/** Two spellings of one metric are never added: AWS documents CacheReadInputTokens, tools read …TokenCount. */
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

export const SERVICE_TIER = 'ServiceTier'
export const RESOLVED_TIER = 'ResolvedServiceTier'

/** One metric of one model (or of the account, without a model) in one statistic: `Sum`, `Maximum`, `p99` … */
export interface Query {
  model: string | undefined
  metric: string
  stat: string
  /** Of the OpenAI-compatible endpoint, whose metrics have a namespace of their own. */
  mantle?: boolean
  at?: MetricAt
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

export function dimensionsOf({ model, mantle, tier, at }: Query): Readonly<Record<string, string>> {
  if (at) return at.dimensions
  if (model === undefined) return {}
  if (mantle) return { Model: model }
  return { ModelId: model, ...(tier && { [SERVICE_TIER]: tier.asked, [RESOLVED_TIER]: tier.resolved }) }
}

export function namespaceOf({ at, mantle }: Query): string {
  return at?.namespace ?? (mantle ? MANTLE_NAMESPACE : NAMESPACE)
}

function metricKey(query: Query): string {
  const { at, mantle, metric, model, tier } = query
  // Plain text where it is enough: a year of hundreds of models asks for many.
  return at ? JSON.stringify([at, metric]) : [mantle ?? false, metric, tier?.asked, tier?.resolved, model].join('/')
}

export const queryKey = (query: Query): string => `${query.stat} ${metricKey(query)}`

/** CloudWatch bills a metric in a request with up to this many statistics as one; from there on as another one. */
const STATISTICS_A_METRIC = 5

/** How many metrics AWS bills for a request of GetMetricData with these queries (aws.amazon.com/cloudwatch/pricing). */
export function billedMetrics(queries: readonly Query[]): number {
  const statistics = new Map<string, number>()
  for (const query of queries) statistics.set(metricKey(query), (statistics.get(metricKey(query)) ?? 0) + 1)
  return [...statistics.values()].reduce((sum, count) => sum + Math.ceil(count / STATISTICS_A_METRIC), 0)
}
