import { isNamed, wordsOfId } from './model-words.ts'
import { MEASURES, type Measure, parseQuotaName, type QuotaName } from './quota-name.ts'
import type { RoutedModel } from './routing.ts'

/** A quota as Service Quotas tells it. */
export interface Quota {
  code: string
  name: string
  value: number
}

/** The quotas of a model by the minute, as far as they are known. */
export type ModelQuotas = Partial<Record<Measure, Quota>>

/** Finds the quotas of models among those of a Region, whose names it reads once. */
export function quotaBook(quotas: readonly Quota[]): (model: RoutedModel) => ModelQuotas {
  const named = quotas.flatMap((quota) => {
    const name = parseQuotaName(quota.name)
    return name ? [{ quota, name }] : []
  })
  return (model) => quotasAmong(named, model)
}

/**
 * A quota is a model's where its name says so: the same routing, maker, words and version. AWS names no other link (its
 * quotas of Bedrock have no UsageMetric). None, or several that say so, is unknown: a limit is never guessed.
 */
function quotasAmong(named: readonly { quota: Quota; name: QuotaName }[], { routing, base }: RoutedModel): ModelQuotas {
  const id = wordsOfId(base)
  if (!id) return {}
  const own = named.filter(({ name }) => name.routing === routing && isNamed(name.model, id))
  const known: ModelQuotas = {}
  for (const measure of MEASURES) {
    const [only, ...others] = own.filter(({ name }) => name.measure === measure)
    if (only && others.length === 0) known[measure] = only.quota
  }
  return known
}
