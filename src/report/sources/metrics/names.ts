import type { Warning } from '../../../core/events.ts'
import { FAILURES } from '../../features.ts'
import type { Counter, Window } from '../../model.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../window.ts'

export const NAMESPACE = 'AWS/Bedrock'

/** Two spellings of one metric are never added: AWS documents CacheReadInputTokens, tools read …TokenCount. */
export const COUNTER_METRICS: Record<Counter, readonly string[]> = {
  invocations: ['Invocations'],
  ...FAILURES,
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

/** ListMetrics names only metrics with data in this span. */
const LISTED_FOR_MS = 14 * DAY_MS
const KEPT_FOR_MS = 455 * DAY_MS

/**
 * How finely CloudWatch still keeps the points of a time this long ago: by the minute for 15 days, by 5 minutes for 63, by
 * the hour for 455. A start is rounded down to it, and a period has to be a multiple of it. An hour's margin keeps a
 * window of exactly 15 days from falling between two answers.
 */
export function granularityMs(start: number, now: number): number {
  const age = now - start + HOUR_MS
  if (age <= 15 * DAY_MS) return MINUTE_MS
  return age <= 63 * DAY_MS ? 5 * MINUTE_MS : HOUR_MS
}

/** The window as CloudWatch will read it: its start rounded down to what is still kept. */
export function readableWindow(window: Window, now: number): Window {
  const step = granularityMs(window.start, now)
  return { start: Math.floor(window.start / step) * step, end: window.end }
}

/** The one period that spans a whole window, in seconds. It may reach past the end, where nothing is asked for. */
export function wholePeriodSeconds(window: Window, now: number): number {
  const step = granularityMs(window.start, now)
  return (Math.ceil((window.end - window.start) / step) * step) / 1000
}

export function isBeyond({ start }: Window, now: number): boolean {
  return now - start > KEPT_FOR_MS
}

export function ageWarnings(window: Window, now: number): Warning[] {
  const idle =
    'CloudWatch lists only models and service tiers that were used in the last two weeks; other models are missing, and other tiers are counted as standard'
  const gone = 'CloudWatch keeps metrics for 455 days; older use is missing'
  return [
    ...(now - window.start > LISTED_FOR_MS ? [{ code: 'idle-models', message: idle } as const] : []),
    ...(isBeyond(window, now) ? [{ code: 'retention', message: gone } as const] : []),
  ]
}
