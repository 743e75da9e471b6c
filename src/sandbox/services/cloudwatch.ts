import type { CloudWatch as Api, ListMetricsInput, PutMetricDataInput } from '@aws-sdk/client-cloudwatch'
import type { Call, Service } from '../service.ts'
import { perRegion } from '../state.ts'
import type { Notification } from './cloudwatch/alarm-book.ts'
import { createAlarms } from './cloudwatch/alarms.ts'
import { createAnomalyDetectors } from './cloudwatch/anomaly-detectors.ts'
import { createDashboards } from './cloudwatch/dashboards.ts'
import { invalidValue, missing, noSuchResource, pageOf } from './cloudwatch/faults.ts'
import { getMetricData } from './cloudwatch/metric-data.ts'
import { dimensionsOf } from './cloudwatch/queries.ts'
import { type MetricSample, MetricStore } from './cloudwatch/store.ts'
import { tagging } from './tags.ts'
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
      ...tagging((arn = '', call) => {
        const tags = alarms.tags(arn, call) ?? dashboards.tags(arn)
        if (!tags) throw noSuchResource(arn)
        return tags
      }),
    } satisfies Operations<Api>,
  }
}

const PAGE = 500
const TWO_WEEKS_MS = 14 * 86_400_000

/** ListMetrics: what had data in the last two weeks, 500 a page; on request that of the accounts that share theirs, too. */
function listMetrics(
  own: MetricStore,
  shared: ReadonlyMap<string, MetricStore>,
  input: ListMetricsInput,
  call: Call,
): object {
  const { Namespace, MetricName, Dimensions = [], NextToken, IncludeLinkedAccounts = false, OwningAccount } = input
  const stores = [[call.account, own] as const, ...(IncludeLinkedAccounts ? shared : [])]
  const found = stores
    .filter(([account]) => !IncludeLinkedAccounts || OwningAccount === undefined || OwningAccount === account)
    .flatMap(([account, store]) => store.active(call.now - TWO_WEEKS_MS).map((metric) => ({ account, metric })))
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

/** Takes AWS's own namespaces too, which AWS refuses: metrics of Bedrock have to come from somewhere. Single values only. */
function putMetricData(store: MetricStore, { Namespace, MetricData = [] }: PutMetricDataInput, call: Call): void {
  if (!Namespace) throw missing('Namespace')
  const samples = MetricData.map(({ MetricName: name, Value: value, Dimensions, Timestamp, Unit: unit }) => {
    if (!name) throw missing('MetricData.member.MetricName')
    if (value === undefined || !Number.isFinite(value)) throw invalidValue('The sandbox takes a number as the value.')
    const timestamp = Timestamp?.getTime() ?? call.now
    return { namespace: Namespace, name, value, timestamp, dimensions: dimensionsOf(Dimensions), ...(unit && { unit }) }
  })
  for (const sample of samples) store.put(sample)
}
