import type { CloudWatch as Api } from '@aws-sdk/client-cloudwatch'
import type { Service } from '../service.ts'
import { perRegion } from '../state.ts'
import { createAlarms } from './cloudwatch/alarms.ts'
import { createAnomalyDetectors } from './cloudwatch/anomaly-detectors.ts'
import { createDashboards } from './cloudwatch/dashboards.ts'
import { listMetrics } from './cloudwatch/list-metrics.ts'
import { getMetricData } from './cloudwatch/metric-data.ts'
import type { Notification } from './cloudwatch/notification.ts'
import { putMetricData } from './cloudwatch/put-metric-data.ts'
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
