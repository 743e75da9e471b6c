import {
  type AnomalyDetector,
  DeleteAnomalyDetectorCommand,
  DescribeAnomalyDetectorsCommand,
  PutAnomalyDetectorCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { pagesOf } from '../../aws/pages.ts'
import { GONE } from './alarm-calls.ts'
import type { WatchedMetric } from './alarm-definition.ts'
import { dimensionList, NAMESPACE, toDimensions } from './alarm-state.ts'

/**
 * On an alarm of ours whose metric CloudWatch had a model of before: the model is somebody's, and outlives the alarm. Models
 * have no tags of their own.
 */
export const OTHERS_MODEL_TAG = { Key: 'bedrock-monitor:anomaly-model', Value: 'not-ours' } as const

/** Whether CloudWatch has a model of what to expect of a metric. */
export async function isLearned({ aws }: AwsContext, metric: WatchedMetric): Promise<boolean> {
  const Namespace = metric.namespace ?? NAMESPACE
  const ask = (NextToken: string | undefined) =>
    aws.cloudwatch.send(
      new DescribeAnomalyDetectorsCommand({
        Namespace,
        MetricName: metric.metric,
        AnomalyDetectorTypes: ['SINGLE_METRIC'],
        NextToken,
      }),
    )
  const pages = pagesOf('cloudwatch:DescribeAnomalyDetectors', ask, (page) => page.NextToken)
  for await (const { AnomalyDetectors = [] } of pages) {
    if (AnomalyDetectors.some((found) => isModelOf(found, metric))) return true
  }
  return false
}

/** A model is of one metric, with just these dimensions, and one statistic. */
function isModelOf({ SingleMetricAnomalyDetector: model }: AnomalyDetector, metric: WatchedMetric): boolean {
  const { Namespace, MetricName, Dimensions = [], Stat } = model ?? {}
  const identity = (parts: readonly unknown[]) => JSON.stringify(parts)
  return (
    identity([Namespace, MetricName, Stat, Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort()]) ===
    identity([metric.namespace ?? NAMESPACE, metric.metric, metric.statistic, dimensionList(metric.dimensions)])
  )
}

/** Has CloudWatch learn what to expect of a metric. */
export async function learn({ aws }: AwsContext, metric: WatchedMetric): Promise<void> {
  await aws.cloudwatch.send(new PutAnomalyDetectorCommand({ SingleMetricAnomalyDetector: modelOf(metric) }))
}

/** Drops the model; succeeds when there is none. */
export async function unlearn({ aws }: AwsContext, metric: WatchedMetric): Promise<void> {
  const drop = new DeleteAnomalyDetectorCommand({ SingleMetricAnomalyDetector: modelOf(metric) })
  await orUndefined(aws.cloudwatch.send(drop), ...GONE)
}

/** The model of a metric as CloudWatch takes it. */
export function modelOf({ namespace, metric, dimensions, statistic }: WatchedMetric) {
  const Dimensions = toDimensions(dimensionList(dimensions))
  return {
    Namespace: namespace ?? NAMESPACE,
    MetricName: metric,
    ...(Dimensions.length > 0 && { Dimensions }),
    Stat: statistic,
  }
}
