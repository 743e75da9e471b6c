import type { CloudWatch as Api, ListMetricsInput, MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch'
import type { Call, Service } from '../service.ts'
import { perRegion } from '../state.ts'
import { createAlarms } from './cloudwatch/alarms.ts'
import { createAnomalyDetectors } from './cloudwatch/anomaly-detectors.ts'
import { createDashboards } from './cloudwatch/dashboards.ts'
import { invalidCombination, invalidValue, missing } from './cloudwatch/faults.ts'
import { getMetricData } from './cloudwatch/metric-data.ts'
import type { Notification } from './cloudwatch/notification.ts'
import { pageOf } from './cloudwatch/paging.ts'
import { dimensionsOf } from './cloudwatch/queries.ts'
import { type MetricSample, MetricStore } from './cloudwatch/store.ts'
import { createTagging } from './cloudwatch/tags.ts'
import type { Operations } from './typed.ts'

export interface CloudWatch extends Service {
  metricsOf(region: string): MetricStore
  /** Puts one value of a metric, as an AWS service does for its own. */
  putMetric(region: string, sample: MetricSample): void
  /** Every alarm at a time in ms, each minute; tells the topics of those that change. DescribeAlarms shows the last. */
  evaluateAlarms(now: number): void
}

/** Metrics and alarms by Region, dashboards for all. @param shared others' metrics in a Region, by account */
export function createCloudWatch(
  publish: (notification: Notification) => unknown = () => {},
  shared: (account: string, region: string) => ReadonlyMap<string, MetricStore> = () => new Map(),
): CloudWatch {
  const metricsOf = perRegion(() => new MetricStore())
  const detectors = createAnomalyDetectors(metricsOf)
  const alarms = createAlarms({ metricsOf, publish, watch: detectors.watch })
  const dashboards = createDashboards()
  return {
    id: 'cloudwatch',
    metricsOf,
    putMetric: (region, sample) => metricsOf(region).put(sample),
    evaluateAlarms: alarms.evaluate,
    operations: {
      PutMetricData: (input, call) => putMetricData(metricsOf(call.region), input, call),
      ListMetrics: (input, call) => listMetrics(metricsOf(call.region), shared(call.account, call.region), input, call),
      GetMetricData: (input, call) =>
        getMetricData(metricsOf(call.region), shared(call.account, call.region), input, call),
      ...alarms.operations,
      ...detectors.operations,
      ...dashboards.operations,
      ...createTagging((arn, call) => alarms.tags(arn, call) ?? dashboards.tags(arn)),
    } satisfies Operations<Api>,
  }
}

const PAGE = 500
const TWO_WEEKS_MS = 14 * 86_400_000
const THREE_HOURS_MS = 3 * 3_600_000

/** ListMetrics: what had data in the last two weeks, 500 a page; on request that of the accounts that share theirs, too. */
function listMetrics(
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

const MOST_DATA = 1_000
const MOST_DIMENSIONS = 30

/** Takes AWS's own namespaces too, which AWS refuses: metrics of Bedrock have to come from somewhere. */
function putMetricData(store: MetricStore, input: PutMetricDataInput, call: Call): object {
  const { Namespace, MetricData = [] } = input
  if (!Namespace) throw missing('Namespace')
  if (MetricData.length === 0) throw missing('MetricData')
  if (MetricData.length > MOST_DATA) {
    throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`)
  }
  for (const datum of MetricData) check(datum)
  for (const datum of MetricData) put(store, Namespace, datum, call.now)
  return {}
}

function check({ MetricName, Value, Values, Counts, StatisticValues, Dimensions = [] }: MetricDatum): void {
  if (!MetricName) throw missing('MetricData.member.MetricName')
  if ([Value, Values, StatisticValues].filter((given) => given !== undefined).length !== 1) {
    throw invalidCombination('Exactly one of the parameters Value, Values and StatisticValues must be given.')
  }
  if (Counts && Counts.length !== Values?.length) {
    throw invalidCombination('The parameters Values and Counts must have the same length.')
  }
  if (Dimensions.length > MOST_DIMENSIONS) throw invalidValue(`More than ${MOST_DIMENSIONS} dimensions.`)
  if (Dimensions.some(({ Name, Value: value }) => !Name || !value))
    throw invalidValue('A dimension needs a name and a value.')
  if ([Value, ...(Values ?? [])].some((value) => value !== undefined && !Number.isFinite(value))) {
    throw invalidValue('The value must be a number.')
  }
}

function put(store: MetricStore, namespace: string, datum: MetricDatum, now: number): void {
  const sample = {
    namespace,
    name: datum.MetricName ?? '',
    dimensions: dimensionsOf(datum.Dimensions),
    timestamp: datum.Timestamp?.getTime() ?? now,
    ...(datum.Unit !== undefined && { unit: datum.Unit }),
  }
  const set = datum.StatisticValues
  if (set) {
    const { SampleCount: count = 0, Sum: sum = 0, Minimum: min = 0, Maximum: max = 0 } = set
    store.putSet(sample, { count, sum, min, max })
  }
  for (const [i, value] of (datum.Values ?? [datum.Value]).entries()) {
    if (value !== undefined) store.put({ ...sample, value, times: datum.Counts?.[i] ?? 1 })
  }
}
