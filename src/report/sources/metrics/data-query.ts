import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { ownerOf } from '../../../aws/link.ts'
import type { Asked } from './get-data.ts'
import { MANTLE_NAMESPACE, NAMESPACE, type Query, RESOLVED_TIER, SERVICE_TIER } from './names.ts'

export function toMetricDataQuery({ cx, query }: Asked, index: number, periodSeconds: number): MetricDataQuery {
  const { metric, stat, mantle, at } = query
  const dimensions = dimensionsOf(query)
  const owner = ownerOf(cx)
  return {
    Id: `q${index}`,
    ...(owner !== undefined && { AccountId: owner }),
    MetricStat: {
      Metric: {
        Namespace: at?.namespace ?? (mantle ? MANTLE_NAMESPACE : NAMESPACE),
        MetricName: metric,
        ...(dimensions.length > 0 && { Dimensions: dimensions }),
      },
      Period: periodSeconds,
      Stat: stat,
    },
  }
}

function dimensionsOf({ model, mantle, tier, at }: Query): { Name: string; Value: string }[] {
  if (at) return Object.entries(at.dimensions).map(([Name, Value]) => ({ Name, Value }))
  if (model === undefined) return []
  const own = { Name: mantle ? 'Model' : 'ModelId', Value: model }
  if (!tier) return [own]
  return [own, { Name: SERVICE_TIER, Value: tier.asked }, { Name: RESOLVED_TIER, Value: tier.resolved }]
}

export function queryKey({ model, metric, stat, mantle = false, tier, at }: Query): string {
  if (at) return JSON.stringify([at, stat, metric])
  const whose = tier ? JSON.stringify([tier.asked, tier.resolved, model]) : model
  return `${mantle}/${stat}/${metric}${whose === undefined ? '' : `/${whose}`}`
}

/** CloudWatch bills a metric in a request with up to this many statistics as one; from there on as another one. */
const STATISTICS_A_METRIC = 5

/** How many metrics AWS bills for a request of GetMetricData with these queries (aws.amazon.com/cloudwatch/pricing). */
export function billedMetrics(queries: readonly Query[]): number {
  const statistics = new Map<string, number>()
  for (const { model, metric, mantle = false, tier, at } of queries) {
    const key = JSON.stringify([model ?? null, metric, mantle, tier ?? null, at ?? null])
    statistics.set(key, (statistics.get(key) ?? 0) + 1)
  }
  return [...statistics.values()].reduce((sum, count) => sum + Math.ceil(count / STATISTICS_A_METRIC), 0)
}
