import type { ListMetricsInput } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import { invalidValue } from './faults.ts'
import { pageOf } from './paging.ts'
import type { MetricStore } from './store.ts'

const PAGE = 500
const TWO_WEEKS_MS = 14 * 86_400_000
const THREE_HOURS_MS = 3 * 3_600_000

/** ListMetrics: what had data in the last two weeks, 500 a page. */
export function listMetrics(store: MetricStore, input: ListMetricsInput, call: Call): object {
  const { Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken } = input
  if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') throw invalidValue('RecentlyActive must be PT3H.')
  const found = store
    .active(call.now - (RecentlyActive === undefined ? TWO_WEEKS_MS : THREE_HOURS_MS))
    .filter(
      (metric) =>
        (Namespace === undefined || metric.namespace === Namespace) &&
        (MetricName === undefined || metric.name === MetricName) &&
        Dimensions.every((wanted) =>
          metric.dimensions.some(
            ({ Name, Value }) => Name === wanted.Name && (wanted.Value === undefined || Value === wanted.Value),
          ),
        ),
    )
  const { items, next } = pageOf(found, NextToken, PAGE)
  return {
    Metrics: items.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: [...dimensions],
    })),
    NextToken: next,
  }
}
