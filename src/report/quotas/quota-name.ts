import type { Routing } from './routing.ts'

export const MEASURES = ['tokensPerMinute', 'requestsPerMinute'] as const
export type Measure = (typeof MEASURES)[number]

/** What tells the use of each quota: tokens with the burn-down rate of the model in them, and accepted calls. */
export const METRIC_OF: Record<Measure, string> = {
  tokensPerMinute: 'EstimatedTPMQuotaUsage',
  requestsPerMinute: 'Invocations',
}

export interface QuotaName {
  measure: Measure
  routing: Routing
  /** The model as the quota calls it: `Anthropic Claude Sonnet 4.5 V1`. */
  model: string
}

/** By the words in front, of which there are two generations. */
const ROUTINGS: ReadonlyMap<string, Routing> = new Map(
  Object.entries<Routing>({
    'on-demand': 'in-region',
    'cross-region': 'geographic',
    'global cross-region': 'global',
  }),
)

/**
 * Reads the name of a quota on a model's tokens or requests a minute. Undefined for every other quota: of days, of batches,
 * of the latency-optimized tier, of other endpoints, and of requests without a word of how they are routed.
 */
export function parseQuotaName(name: string): QuotaName | undefined {
  const match =
    /^(?<routing>on-demand|(?:global )?cross-region) (?:model inference|invokemodel) (?<what>tokens|requests) per minute for (?<model>\S.*)$/i.exec(
      name.trim(),
    )
  const { routing: words = '', what = '', model = '' } = match?.groups ?? {}
  const routing = ROUTINGS.get(words.toLowerCase())
  if (routing === undefined) return undefined
  return { measure: what.toLowerCase() === 'tokens' ? 'tokensPerMinute' : 'requestsPerMinute', routing, model }
}
