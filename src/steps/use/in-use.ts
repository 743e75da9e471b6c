import type { Feature } from '../../report/features.ts'
import { MANTLE_PREFIX } from '../../report/prices/model-id.ts'
import type { TierPair } from '../../report/sources/metrics/names.ts'
import type { Floor } from '../../text/floor.ts'

/** What a kind of token of a model costs in a Region: US dollars a million; null where no price is known. */
export type TokenPrices = Record<TokenKind, number | null>

export type TokenKind = (typeof TOKEN_KINDS)[number]
export const TOKEN_KINDS = ['input', 'output', 'cacheRead', 'cacheWrite'] as const

/** A model that was called in a Region in the last two weeks. */
export interface ModelInUse {
  /** What stands in the dimension ModelId, exactly what the callers pass; of the OpenAI-compatible endpoint after `bedrock-mantle/`. */
  modelId: string
  invocations: number
  /** Sums over the two weeks. */
  tokens: Readonly<Record<TokenKind, number>>
  /** The metric of each kind. Those of the cache have two spellings: this is the one that has data. */
  metrics: Readonly<Record<TokenKind, string>>
  prices: TokenPrices
  /** Where other service tiers were called: what they cost least and most, as a multiple of `prices`; null where not known. */
  tierPrices?: { least: number; most: number } | null
  /** Its metrics of calls in the reserved tier, which draw on no quota by the minute. */
  reserved?: readonly TierPair[]
  /** It has metrics by project and model alone: none that is of all its calls. */
  byProject?: true
  /** Left out where nobody has looked for them, and where none is truly known. */
  quotas?: QuotasInUse
}

/** The account's quotas by the minute that a model's calls count against. */
export interface QuotasInUse {
  /** Names what shares them: a model by one routing, whatever ids it is called by. */
  pool: string
  tokensPerMinute?: number
  requestsPerMinute?: number
}

/** The names of the quota alarms that stand, by Region. A Region that was not looked at is not in it. */
export type QuotaAlarmNames = ReadonlyMap<string, readonly string[]>

/** By Region, the model that costs most first. A Region that was not looked at is not in it. */
export type InUse = ReadonlyMap<string, readonly ModelInUse[]>

/** What is used besides models, by Region. A Region that was not looked at is not in it. */
export type FeaturesInUse = ReadonlyMap<string, readonly Feature['name'][]>

export const NOTHING_IN_USE: InUse = new Map()

/** Whether a model was called through the OpenAI-compatible endpoint, which has metrics, prices and alarms of its own. */
export const isMantle = ({ modelId }: Pick<ModelInUse, 'modelId'>): boolean => modelId.startsWith(MANTLE_PREFIX)

/** What a model's tokens of the two weeks cost: US dollars, without the kinds whose price is not known. */
export function costOfTokens({ tokens, prices }: Pick<ModelInUse, 'tokens' | 'prices'>): number {
  return TOKEN_KINDS.reduce((sum, kind) => sum + (tokens[kind] * (prices[kind] ?? 0)) / 1e6, 0)
}

/** What a sum over models in use leaves out, by their use of the two weeks; undefined where every kind that is used has a price. */
export function floorInUse(models: readonly Pick<ModelInUse, 'tokens' | 'prices'>[]): Floor | undefined {
  let [tokens, priced, isUncounted] = [0, 0, false]
  for (const model of models) {
    for (const kind of TOKEN_KINDS) {
      tokens += model.tokens[kind]
      if (model.prices[kind] !== null) priced += model.tokens[kind]
    }
    // A model without tokens and without a price is billed by something else.
    isUncounted ||= TOKEN_KINDS.every((kind) => model.tokens[kind] === 0 && model.prices[kind] === null)
  }
  const lacks = [...(priced < tokens ? ['tokens' as const] : []), ...(isUncounted ? ['calls' as const] : [])]
  return lacks.length === 0 ? undefined : { lacks, pricedShare: tokens === 0 ? null : priced / tokens }
}
