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
  /** The metrics of a Region. */
  metricsOf(region: string): MetricStore
  /** Puts one value of a metric, as an AWS service does for its own. */
  putMetric(region: string, sample: MetricSample): void
  /**
   * Evaluates every alarm at a time in milliseconds, as CloudWatch does each minute, and tells the topics of those that
   * change their state. DescribeAlarms shows the state of the last evaluation.
   */
  evaluateAlarms(now: number): void
}

/**
 * Amazon CloudWatch: metrics and alarms by Region, dashboards for all of them.
 * @param publish what alarms tell the topics among their actions.
 * @param shared the metrics that other accounts share with one in a Region, by account
 */
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
