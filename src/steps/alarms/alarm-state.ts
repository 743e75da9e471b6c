import type { MetricAlarm, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { type AlarmActions, actionsInput, actionsOf } from './added-actions.ts'
import type { StandingAlarm } from './alarm-definition.ts'
import {
  type MetricQueries,
  plainStatistic,
  queriesOf,
  type SingleMetric,
  toDimensions,
  toQueries,
  watchedIn,
} from './alarm-queries.ts'

/** A metric alarm's settings. Those of a single metric are empty where it watches `metrics`, and the other way round. */
export interface AlarmState extends AlarmActions, SingleMetric {
  description: string | undefined
  /** Metric math and its metrics, by their ids. */
  metrics: MetricQueries | undefined
  evaluationPeriods: number | undefined
  datapointsToAlarm: number | undefined
  comparison: string | undefined
  threshold: number | undefined
  /** The id of the band that stands in for a threshold. */
  thresholdMetric: string | undefined
  missingData: string | undefined
  /** What a percentile of few samples counts for. */
  lowSamples: string
  /** Whether CloudWatch has a model of what to expect of the metric; undefined for an alarm that needs none. */
  detector: boolean | undefined
  /** It is no metric alarm: somebody's composite alarm has its name. */
  isComposite?: true
  /** Whether the composite alarm tells for it. Known, not set. */
  toldFor: boolean
}

/** What CloudWatch tells of an alarm, in the shape in which it is compared. Neither detector nor composite alarm is part of that. */
export function stateOf(found: MetricAlarm): AlarmState {
  return {
    description: found.AlarmDescription,
    namespace: found.Namespace,
    metric: found.MetricName,
    dimensions: (found.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).sort(),
    statistic: found.Statistic ?? plainStatistic(found.ExtendedStatistic),
    periodSeconds: found.Period,
    metrics: queriesOf(found.Metrics),
    evaluationPeriods: found.EvaluationPeriods,
    // Left out, it is the number of evaluation periods.
    datapointsToAlarm: found.DatapointsToAlarm ?? found.EvaluationPeriods,
    comparison: found.ComparisonOperator,
    threshold: found.Threshold,
    thresholdMetric: found.ThresholdMetricId,
    missingData: found.TreatMissingData,
    lowSamples: found.EvaluateLowSampleCountPercentile || 'evaluate',
    ...actionsOf(found),
    detector: undefined,
    toldFor: false,
  }
}

/** The request that brings an alarm into a state, its tags apart. */
export function putInput(AlarmName: string, want: AlarmState): PutMetricAlarmInput {
  return {
    AlarmName,
    AlarmDescription: want.description,
    ...(want.metrics ? { Metrics: toQueries(want.metrics) } : metricInput(want)),
    EvaluationPeriods: want.evaluationPeriods,
    DatapointsToAlarm: want.datapointsToAlarm,
    ...(want.thresholdMetric === undefined
      ? { Threshold: want.threshold }
      : { ThresholdMetricId: want.thresholdMetric }),
    ComparisonOperator: want.comparison as PutMetricAlarmInput['ComparisonOperator'],
    TreatMissingData: want.missingData,
    ...actionsInput(want),
  }
}

function metricInput({
  namespace,
  metric,
  dimensions,
  statistic,
  periodSeconds,
}: AlarmState): Partial<PutMetricAlarmInput> {
  return {
    Namespace: namespace,
    MetricName: metric,
    ...(dimensions.length > 0 && { Dimensions: toDimensions(dimensions) }),
    // CloudWatch takes percentiles under a name of their own.
    ...(statistic?.startsWith('p')
      ? { ExtendedStatistic: statistic }
      : { Statistic: statistic as PutMetricAlarmInput['Statistic'] }),
    Period: periodSeconds,
  }
}

/** What a definition may see of an alarm that stands. */
export function standingOf(have: AlarmState): StandingAlarm {
  return { description: have.description, watched: watchedIn(have), threshold: have.threshold }
}
