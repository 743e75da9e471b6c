import type { QuotaLine, QuotaPeak } from './line.ts'
import type { ModelQuotas } from './match.ts'
import { MEASURES, type Measure } from './quota-name.ts'

/** Model ids that draw on the same quotas: a model by one routing, under its own id, an ARN or application profiles. */
export interface QuotaPool {
  region: string
  /** The same from one run to the next, whichever ids are in use: `cross-region.amazon.nova-pro-v1:0`. */
  name: string
  /** The one with most calls first. */
  modelIds: readonly [string, ...string[]]
  quotas: ModelQuotas
}

/** What was used in the minutes of a window: the minute's start (ms since the epoch) and a number of tokens or requests. */
export type Minutes = readonly { time: number; value: number }[]

/** The busiest minute of each pool beside its quota. @param used empty where CloudWatch has nothing, null where it did not tell */
export function headroom(
  pools: readonly QuotaPool[],
  used: (pool: QuotaPool, modelId: string, measure: Measure) => Minutes | null,
): QuotaLine[] {
  return pools.map((pool) => {
    const [model, ...sharedWith] = pool.modelIds
    const of = (measure: Measure): QuotaPeak | null => {
      const quota = pool.quotas[measure]
      return quota
        ? peakOf(
            quota.value,
            pool.modelIds.map((modelId) => used(pool, modelId, measure)),
          )
        : null
    }
    const [tokensPerMinute, requestsPerMinute] = MEASURES.map(of) as [QuotaPeak | null, QuotaPeak | null]
    return {
      region: pool.region,
      model,
      ...(sharedWith.length > 0 && { sharedWith }),
      tokensPerMinute,
      requestsPerMinute,
    }
  })
}

/** What shares a quota is added up minute by minute before the largest is sought. Null without any minute, and where some are not known. */
function peakOf(quota: number, series: readonly (Minutes | null)[]): QuotaPeak | null {
  const known = series.filter((one) => one !== null)
  if (known.length < series.length) return null
  const minutes = new Map<number, number>()
  for (const { time, value } of known.flat()) minutes.set(time, (minutes.get(time) ?? 0) + value)
  let most: { time: number; value: number } | undefined
  for (const [time, value] of minutes) if (most === undefined || value > most.value) most = { time, value }
  if (!most) return null
  const usedPercent = quota > 0 ? Math.round((most.value / quota) * 10_000) / 100 : null
  return { peak: most.value, quota, usedPercent, at: new Date(most.time).toISOString().replace('.000Z', 'Z') }
}

/** Nearest to its limit first; what has no known quota last. */
export function byUse(a: QuotaLine, b: QuotaLine): number {
  const most = ({ tokensPerMinute, requestsPerMinute }: QuotaLine) =>
    Math.max(tokensPerMinute?.usedPercent ?? -1, requestsPerMinute?.usedPercent ?? -1)
  return most(b) - most(a) || (a.model < b.model ? -1 : 1)
}
