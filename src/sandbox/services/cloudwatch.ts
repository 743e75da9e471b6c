import type { Service } from '../service.ts'
import { perRegion } from '../state.ts'
import { createAlarms } from './cloudwatch/alarms.ts'
import { createDashboards } from './cloudwatch/dashboards.ts'
import { listMetrics } from './cloudwatch/list-metrics.ts'
import { getMetricData } from './cloudwatch/metric-data.ts'
import { getMetricStatistics } from './cloudwatch/metric-statistics.ts'
import { putMetricData } from './cloudwatch/put-metric-data.ts'
import { type MetricSample, MetricStore } from './cloudwatch/store.ts'
import { createTagging } from './cloudwatch/tags.ts'
import { typed } from './typed.ts'

export interface CloudWatch extends Service {
  /** Puts one value of a metric, as an AWS service does for its own. */
  putMetric(region: string, sample: MetricSample): void
}

/** Amazon CloudWatch: metrics and alarms by Region, dashboards for all of them. */
export function createCloudWatch(): CloudWatch {
  const metricsOf = perRegion(() => new MetricStore())
  const alarms = createAlarms()
  const dashboards = createDashboards()
  return {
    id: 'cloudwatch',
    putMetric: (region, sample) => metricsOf(region).put(sample),
    operations: {
      PutMetricData: typed((input: Parameters<typeof putMetricData>[1], call) =>
        putMetricData(metricsOf(call.region), input, call),
      ),
      ListMetrics: typed((input: Parameters<typeof listMetrics>[1], call) =>
        listMetrics(metricsOf(call.region), input, call),
      ),
      GetMetricData: typed((input: Parameters<typeof getMetricData>[1], call) =>
        getMetricData(metricsOf(call.region), input, call),
      ),
      GetMetricStatistics: typed((input: Parameters<typeof getMetricStatistics>[1], call) =>
        getMetricStatistics(metricsOf(call.region), input, call),
      ),
      ...alarms.operations,
      ...dashboards.operations,
      ...createTagging((arn, call) => alarms.tags(arn, call) ?? dashboards.tags(arn)),
    },
  }
}
