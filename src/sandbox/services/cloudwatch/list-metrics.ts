import type { ListMetricsInput } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import { invalidValue } from './faults.ts'
import { pageOf } from './paging.ts'
import type { MetricStore } from './store.ts'

const PAGE = 500
const TWO_WEEKS_MS = 14 * 86_400_000
const THREE_HOURS_MS = 3 * 3_600_000

/** ListMetrics: what had data in the last two weeks, 500 a page; on request that of the accounts that share theirs, too. */
export function listMetrics(
  own: MetricStore,
  shared: ReadonlyMap<string, MetricStore>,
  input: ListMetricsInput,
  call: Call,
): object {
  const { Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken } = input
  const { IncludeLinkedAccounts = false, OwningAccount } = input
  if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') throw invalidValue('RecentlyActive must be PT3H.')
  const since = call.now - (RecentlyActive === undefined ? TWO_WEEKS_MS : THREE_HOURS_MS)
  const stores = [[call.account, own] as const, ...(IncludeLinkedAccounts ? shared : [])]
  const found = stores
    .filter(([account]) => !IncludeLinkedAccounts || OwningAccount === undefined || OwningAccount === account)
    .flatMap(([account, store]) => store.active(since).map((metric) => ({ account, metric })))
    .filter(
      ({ metric }) =>
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
    // Nobody is told the accounts who is not a monitoring account.
    ...(IncludeLinkedAccounts && shared.size > 0 && { OwningAccounts: items.map(({ account }) => account) }),
    Metrics: items.map(({ metric: { namespace, name, dimensions } }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: [...dimensions],
    })),
    NextToken: next,
  }
}
