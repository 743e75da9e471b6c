import type { Query } from './names.ts'

/** CloudWatch bills a metric in a request with up to this many statistics as one; from there on as another one. */
const STATISTICS_A_METRIC = 5

/** How many metrics AWS bills for a request of GetMetricData with these queries (aws.amazon.com/cloudwatch/pricing). */
export function billedMetrics(queries: readonly Query[]): number {
  const statistics = new Map<string, number>()
  for (const { model, metric, mantle = false } of queries) {
    const key = JSON.stringify([model ?? null, metric, mantle])
    statistics.set(key, (statistics.get(key) ?? 0) + 1)
  }
  return [...statistics.values()].reduce((sum, count) => sum + Math.ceil(count / STATISTICS_A_METRIC), 0)
}
