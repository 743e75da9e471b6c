import type { Metric, MetricAlarm, MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { type AlarmActions, actionsInput, actionsOf } from './added-actions.ts'
import { type AlarmDefinition, isMath, type WatchedMath, type WatchedMetric } from './alarm-definition.ts'

/** A metric as it is compared: its dimensions are `Name=Value`, sorted. */
type SingleMetric = ReturnType<typeof told>

interface MetricQuery extends SingleMetric {
  expression: string | undefined
  label: string | undefined
  /** Whether the alarm looks at it, or only calculates with it. */
  returned: boolean
}

type MetricQueries = Readonly<Record<string, MetricQuery>>

/** A metric alarm's settings. Those of a single metric are empty where it watches `metrics`, and the other way round. */
export type AlarmState = ReturnType<typeof stateOf> & AlarmActions

export interface AlarmSource {
  name: string
  /** The metric that CloudWatch learns for this alarm what to expect of, if it does. */
  learns?: WatchedMetric
  /** What stands of it and is ours goes: what it watched is known to be no more. */
  retires?: boolean
  /** The alarm as it should be, given what stands. Undefined when settings or facts do not ask for one. Pure. */
  define(have?: AlarmState): AlarmDefinition | undefined
}

export const NAMESPACE = 'AWS/Bedrock'
/** The ids of what an alarm compares: the outcome of its metric math; its only metric, and the band of that. */
const RESULT = 'result'
const WATCHED = 'm1'
const BAND = 'band'

/** What CloudWatch tells of an alarm, in the shape in which it is compared. Neither detector nor composite alarm is part of that. */
export function stateOf(found: MetricAlarm) {
  return {
    description: found.AlarmDescription,
    ...told(found, found.Statistic ?? found.ExtendedStatistic, found.Period),
    metrics: queriesOf(found.Metrics),
    evaluationPeriods: found.EvaluationPeriods,
    // Left out, it is the number of evaluation periods.
    datapointsToAlarm: found.DatapointsToAlarm ?? found.EvaluationPeriods,
    comparison: found.ComparisonOperator as string | undefined,
    threshold: found.Threshold,
    /** The id of the band that stands in for a threshold. */
    thresholdMetric: found.ThresholdMetricId,
    missingData: found.TreatMissingData,
    /** What a percentile of few samples counts for. */
    lowSamples: found.EvaluateLowSampleCountPercentile || 'evaluate',
    ...actionsOf(found),
    /** Whether CloudWatch has a model of what to expect of the metric; undefined for an alarm that needs none. */
    detector: undefined as boolean | undefined,
    /** Whether the composite alarm tells for it. Known, not set. */
    toldFor: false as boolean,
  }
}

export function settingsOf(definition: AlarmDefinition): Omit<AlarmState, keyof AlarmActions | 'detector' | 'toldFor'> {
  const { watched, periodSeconds, evaluationPeriods, threshold, band } = definition
  const { datapointsToAlarm = evaluationPeriods } = definition
  const queries = () => {
    if (isMath(watched)) return mathQueries(watched, periodSeconds)
    return band === undefined ? undefined : bandQueries(watched, band, periodSeconds)
  }
  const metrics = queries()
  return {
    description: definition.description,
    ...(metrics || isMath(watched) ? told({}) : metricIn(watched, periodSeconds)),
    metrics,
    evaluationPeriods,
    datapointsToAlarm,
    comparison: band === undefined ? 'GreaterThanThreshold' : 'GreaterThanUpperThreshold',
    threshold: band === undefined ? threshold : undefined,
    thresholdMetric: band === undefined ? undefined : BAND,
    missingData: 'notBreaching',
    lowSamples: 'evaluate',
  }
}

/** The request that brings an alarm into a state, its tags apart. */
export function putInput(AlarmName: string, want: AlarmState): PutMetricAlarmInput {
  const { statistic } = want
  const single = (): Partial<PutMetricAlarmInput> => ({
    ...metricOf(want),
    // CloudWatch takes percentiles under a name of their own.
    ...(statistic?.startsWith('p') ? { ExtendedStatistic: statistic } : { Statistic: statistic as 'Sum' }),
    Period: want.periodSeconds,
  })
  return {
    AlarmName,
    AlarmDescription: want.description,
    ...(want.metrics ? { Metrics: toQueries(want.metrics) } : single()),
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

/** An expression over metrics: its result alone is what the alarm looks at. */
export function mathQueries({ metrics, expression, label }: WatchedMath, periodSeconds: number): MetricQueries {
  const inputs = Object.entries(metrics).map(([id, metric]) => [id, metricQuery(metric, periodSeconds, false)] as const)
  return { ...Object.fromEntries(inputs), [RESULT]: { expression, label, ...told({}), returned: true } }
}

/** A metric and the band that it is expected in, `width` standard deviations to either side. */
export function bandQueries(metric: WatchedMetric, width: number, periodSeconds: number): MetricQueries {
  const [expression, label] = [`ANOMALY_DETECTION_BAND(${WATCHED}, ${width})`, `${metric.metric} (expected)`]
  return {
    [WATCHED]: metricQuery(metric, periodSeconds, true),
    [BAND]: { expression, label, ...told({}), returned: true },
  }
}

function metricQuery(watched: WatchedMetric, periodSeconds: number, returned: boolean): MetricQuery {
  return { expression: undefined, label: undefined, ...metricIn(watched, periodSeconds), returned }
}

const metricIn = (watched: WatchedMetric, periodSeconds: number): SingleMetric => ({
  namespace: watched.namespace ?? NAMESPACE,
  metric: watched.metric,
  dimensions: dimensionList(watched.dimensions),
  statistic: watched.statistic,
  periodSeconds,
})

export const dimensionList = (dimensions: WatchedMetric['dimensions'] = {}): string[] =>
  Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .sort()

/** As CloudWatch tells it; of nothing, what is no single metric has. */
function told({ Namespace, MetricName, Dimensions }: Metric, statistic?: string, periodSeconds?: number) {
  return {
    namespace: Namespace,
    metric: MetricName,
    dimensions: (Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).sort(),
    // `p99.00` is `p99`.
    statistic: statistic?.replace(/^(p\d+)(?:\.0+|(\.\d*?[1-9])0+)$/, '$1$2'),
    periodSeconds,
  }
}

export function metricOf({ namespace, metric, dimensions }: Omit<SingleMetric, 'statistic' | 'periodSeconds'>): Metric {
  return {
    Namespace: namespace,
    MetricName: metric,
    ...(dimensions.length > 0 && { Dimensions: toDimensions(dimensions) }),
  }
}

/** A name has no equals sign, a value may. */
const toDimensions = (dimensions: readonly string[]) =>
  dimensions.map((text) => {
    const end = text.indexOf('=')
    return { Name: text.slice(0, end), Value: text.slice(end + 1) }
  })

/** Undefined for an alarm on a single metric. */
export function queriesOf(found: readonly MetricDataQuery[] | undefined): MetricQueries | undefined {
  if (!found || found.length === 0) return undefined
  return Object.fromEntries(
    found.map(({ Id = '', Expression, Label, MetricStat: { Metric = {}, Stat, Period } = {}, ...query }) => [
      Id,
      {
        expression: Expression,
        // What is only calculated with, CloudWatch may give a label of its own, and an expression a period.
        label: Expression === undefined ? undefined : Label,
        ...told(Metric, Stat, Expression === undefined ? (Period ?? query.Period) : undefined),
        // Left out, the data is returned.
        returned: query.ReturnData ?? true,
      },
    ]),
  )
}

export function toQueries(queries: MetricQueries): MetricDataQuery[] {
  const sorted = Object.entries(queries).sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([Id, query]) => ({
    Id,
    ...(query.label !== undefined && { Label: query.label }),
    ...(query.expression === undefined ? { MetricStat: metricStat(query) } : { Expression: query.expression }),
    ReturnData: query.returned,
  }))
}

function metricStat(query: MetricQuery) {
  const Metric = { ...metricOf(query), Dimensions: toDimensions(query.dimensions) }
  return { Metric, Stat: query.statistic, Period: query.periodSeconds }
}
