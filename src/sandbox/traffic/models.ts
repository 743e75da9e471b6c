import { partitionOf } from '../arn.ts'
import type { CacheSpelling, InvocationOperation, ModelFormat } from './invocation.ts'

/** How one model is used. Weights are relative to each other. */
export interface TrafficModel {
  modelId: string
  format: ModelFormat
  weight: number
  operations: readonly (readonly [InvocationOperation, number])[]
  /** Medians of what it is sent and answers; 0 for what it has not. */
  inputTokens: number
  outputTokens: number
  /** How often a call reads from the prompt cache; 0 for models without one. */
  cacheRate: number
  cacheMetrics: CacheSpelling
  /** Output tokens count this many times against the quota: 5 for Claude 3.7 and later, otherwise 1. */
  burnDown: number
  /** Milliseconds to the first token, and for each further one. */
  firstTokenMs: number
  tokenMs: number
  /** For models whose metrics tell service tiers. */
  serviceTier?: string
}

/** Who calls, how often, and what he sends along in requestMetadata. */
export interface TrafficIdentity {
  arn: string
  weight: number
  metadata?: Record<string, string>
}

const ALL_OPERATIONS: TrafficModel['operations'] = [
  ['Converse', 4],
  ['ConverseStream', 3],
  ['InvokeModel', 2],
  ['InvokeModelWithResponseStream', 2],
]

const UNCACHED = { cacheRate: 0, cacheMetrics: 'InputTokens', burnDown: 1 } as const
const CLAUDE = { format: 'anthropic', operations: ALL_OPERATIONS, burnDown: 5 } as const
const NOVA = { format: 'nova', operations: ALL_OPERATIONS, ...UNCACHED } as const
const NATIVE = { operations: [['InvokeModel', 1]], ...UNCACHED, outputTokens: 0, tokenMs: 0 } as const

export const DEFAULT_MODELS: readonly TrafficModel[] = [
  {
    modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ...CLAUDE,
    weight: 26,
    inputTokens: 1_400,
    outputTokens: 420,
    firstTokenMs: 900,
    tokenMs: 14,
    cacheRate: 0.6,
    cacheMetrics: 'InputTokenCount',
  },
  {
    modelId: 'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    ...CLAUDE,
    weight: 24,
    inputTokens: 800,
    outputTokens: 250,
    firstTokenMs: 420,
    tokenMs: 6,
    cacheRate: 0.3,
    cacheMetrics: 'InputTokens',
  },
  {
    modelId: 'amazon.nova-pro-v1:0',
    ...NOVA,
    weight: 18,
    inputTokens: 900,
    outputTokens: 300,
    firstTokenMs: 500,
    tokenMs: 8,
    cacheRate: 0.2,
    serviceTier: 'default',
  },
  {
    modelId: 'us.amazon.nova-micro-v1:0',
    ...NOVA,
    weight: 14,
    inputTokens: 350,
    outputTokens: 90,
    firstTokenMs: 220,
    tokenMs: 3,
  },
  {
    modelId: 'amazon.titan-embed-text-v2:0',
    format: 'titan-embedding',
    ...NATIVE,
    weight: 15,
    inputTokens: 220,
    firstTokenMs: 90,
  },
  {
    modelId: 'amazon.nova-canvas-v1:0',
    format: 'nova-image',
    ...NATIVE,
    weight: 3,
    inputTokens: 0,
    firstTokenMs: 9_000,
  },
]

export function defaultIdentities(account: string, region: string): TrafficIdentity[] {
  const arn = (service: string, who: string) => `arn:${partitionOf(region)}:${service}::${account}:${who}`
  const production = (team: string) => ({ team, environment: 'production' })
  return [
    { arn: arn('sts', 'assumed-role/SupportChat/web-1'), weight: 6, metadata: production('support') },
    { arn: arn('sts', 'assumed-role/NightlySummaries/batch'), weight: 3, metadata: production('search') },
    { arn: arn('iam', 'user/analyst'), weight: 2 },
  ]
}
