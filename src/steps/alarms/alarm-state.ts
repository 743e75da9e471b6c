import type { MetricAlarm, MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { type AlarmActions, actionsInput, actionsOf } from './added-actions.ts'
import type { StandingAlarm, Watched, WatchedMetric } from './alarm-definition.ts'

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

/** A metric in the shape in which it is compared. */
interface SingleMetric {
  namespace: string | undefined
  metric: string | undefined
  /** `Name=Value`, sorted. */
  dimensions: string[]
  statistic: string | undefined
  periodSeconds: number | undefined
}

/** One of an alarm's metrics, or an expression over them. */
interface MetricQuery extends SingleMetric {
  expression: string | undefined
  label: string | undefined
  /** Whether the alarm looks at it, or only calculates with it. */
  returned: boolean
}

/** By id. */
type MetricQueries = Readonly<Record<string, MetricQuery>>

export const NAMESPACE = 'AWS/Bedrock'
/** The ids of what an alarm compares: the outcome of its metric math; its only metric, and the band of that. */
const RESULT = 'result'
const WATCHED = 'm1'
export const BAND = 'band'

/** An expression over metrics: its result alone is what the alarm looks at. */
export function mathQueries(
  metrics: Readonly<Record<string, WatchedMetric>>,
  expression: string,
  label: string,
  periodSeconds: number,
): MetricQueries {
  const inputs = Object.entries(metrics).map(([id, metric]) => [id, metricQuery(metric, periodSeconds, false)] as const)
  return { ...Object.fromEntries(inputs), [RESULT]: expressionQuery(expression, label) }
}

/** A metric and the band that it is expected in, `width` standard deviations to either side. */
export function bandQueries(metric: WatchedMetric, width: number, periodSeconds: number): MetricQueries {
  return {
    [WATCHED]: metricQuery(metric, periodSeconds, true),
    [BAND]: expressionQuery(`ANOMALY_DETECTION_BAND(${WATCHED}, ${width})`, `${metric.metric} (expected)`),
  }
}

export const dimensionList = (dimensions: WatchedMetric['dimensions'] = {}): string[] =>
  Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .sort()

function metricQuery(watched: WatchedMetric, periodSeconds: number, returned: boolean): MetricQuery {
  return {
    expression: undefined,
    label: undefined,
    namespace: watched.namespace ?? NAMESPACE,
    metric: watched.metric,
    dimensions: dimensionList(watched.dimensions),
    statistic: watched.statistic,
    periodSeconds,
    returned,
  }
}

/** Of what is not a single metric. */
export const NO_METRIC: SingleMetric = {
  namespace: undefined,
  metric: undefined,
  dimensions: [],
  statistic: undefined,
  periodSeconds: undefined,
}

function expressionQuery(expression: string, label: string): MetricQuery {
  return { expression, label, ...NO_METRIC, returned: true }
}

/** `p99` for `p99.00`, which is the same. */
function plainStatistic(statistic: string | undefined): string | undefined {
  return statistic?.replace(/^(p\d+)(?:\.0+|(\.\d*?[1-9])0+)$/, '$1$2')
}

/** As CloudWatch tells them; undefined for an alarm on a single metric. */
export function queriesOf(found: readonly MetricDataQuery[] | undefined): MetricQueries | undefined {
  if (!found || found.length === 0) return undefined
  return Object.fromEntries(
    found.map(({ Id = '', Expression, Label, MetricStat, Period, ReturnData }) => [
      Id,
      {
        expression: Expression,
        // What is only calculated with, CloudWatch may give a label of its own, and an expression a period.
        label: Expression === undefined ? undefined : Label,
        namespace: MetricStat?.Metric?.Namespace,
        metric: MetricStat?.Metric?.MetricName,
        dimensions: (MetricStat?.Metric?.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).sort(),
        statistic: plainStatistic(MetricStat?.Stat),
        periodSeconds: Expression === undefined ? (MetricStat?.Period ?? Period) : undefined,
        // Left out, the data is returned.
        returned: ReturnData ?? true,
      },
    ]),
  )
}

/** As CloudWatch takes them, by id. */
export function toQueries(queries: MetricQueries): MetricDataQuery[] {
  const sorted = Object.entries(queries).sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([Id, query]) => ({
    Id,
    ...(query.label !== undefined && { Label: query.label }),
    ...(query.expression === undefined ? { MetricStat: metricStat(query) } : { Expression: query.expression }),
    ReturnData: query.returned,
  }))
}

function metricStat({ namespace, metric, dimensions, statistic, periodSeconds }: MetricQuery) {
  const Dimensions = toDimensions(dimensions)
  return { Metric: { Namespace: namespace, MetricName: metric, Dimensions }, Stat: statistic, Period: periodSeconds }
}

/** `Name=Value` taken apart: a name has no equals sign, a value may. */
const nameAndValue = (text: string): [string, string] => {
  const end = text.indexOf('=')
  return [text.slice(0, end), text.slice(end + 1)]
}

export const toDimensions = (dimensions: readonly string[]): { Name: string; Value: string }[] =>
  dimensions.map(nameAndValue).map(([Name, Value]) => ({ Name, Value }))

/** What `queries`, or the single metric beside them, were made from; undefined when a definition could not have. */
function watchedIn(state: SingleMetric & { metrics: MetricQueries | undefined }): Watched | undefined {
  if (!state.metrics) return watchedMetric(state)
  const { [RESULT]: result, ...rest } = state.metrics
  if (result?.expression === undefined || !result.returned) return undefined
  const metrics = Object.entries(rest).map(([id, query]) => [id, watchedMetric(query)] as const)
  if (metrics.some(([, metric]) => metric === undefined)) return undefined
  const label = result.label ?? ''
  return { expression: result.expression, label, metrics: Object.fromEntries(metrics) as Record<string, WatchedMetric> }
}

function watchedMetric({ namespace, metric, statistic, dimensions }: SingleMetric): WatchedMetric | undefined {
  if (metric === undefined || statistic === undefined) return undefined
  return {
    ...(namespace !== undefined && namespace !== NAMESPACE && { namespace }),
    metric,
    ...(dimensions.length > 0 && { dimensions: Object.fromEntries(dimensions.map(nameAndValue)) }),
    statistic: statistic as WatchedMetric['statistic'],
  }
}
