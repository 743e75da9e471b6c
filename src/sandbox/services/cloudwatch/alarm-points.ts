import type { MetricAlarm, MetricDataQuery, StateValue } from '@aws-sdk/client-cloudwatch'
import type { Series, Value } from './math/functions.ts'
import { queryEvaluator, type Window } from './queries.ts'
import type { MetricStore } from './store.ts'

const MINUTE_MS = 60_000

/** A data point of an alarm's evaluation range. `time` is its start in milliseconds; without a value it is missing. */
export interface AlarmPoint {
  time: number
  value: number | undefined
  breaching: boolean | undefined
}

/** Oldest first, to the last full minute of `now`. Metrics are kept by the minute: shorter periods have no data. */
export function alarmPoints(store: MetricStore, alarm: MetricAlarm, now: number): AlarmPoint[] {
  const { window, period, times } = rangeOf(alarm, now)
  const answer = period % 60 === 0 ? queryEvaluator(() => store, queriesOf(alarm), window).reference : () => []
  const watched = seriesOf(answer(watchedId(alarm)))
  const [upper, lower] = bandOf(alarm.ThresholdMetricId === undefined ? [] : answer(alarm.ThresholdMetricId))
  return times.map((time) => {
    const value = watched?.points.get(time)
    const threshold = { fixed: alarm.Threshold, upper: upper?.points.get(time), lower: lower?.points.get(time) }
    const breaching = value === undefined ? undefined : breaches(alarm.ComparisonOperator ?? '', value, threshold)
    // Where no band is known there is nothing to compare with.
    return { time, value: breaching === undefined ? undefined : value, breaching }
  })
}

/** What an alarm watches, as GetMetricData would be asked for it. */
function queriesOf(alarm: MetricAlarm): MetricDataQuery[] {
  if (alarm.Metrics) return alarm.Metrics
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic, Unit } = alarm
  const Metric = { Namespace, MetricName, Dimensions }
  return [{ Id: 'm1', MetricStat: { Metric, Period, Stat: Statistic ?? ExtendedStatistic, Unit } }]
}

function rangeOf(alarm: MetricAlarm, now: number): { window: Window; period: number; times: number[] } {
  const period = Math.max(
    ...queriesOf(alarm).map((query) => query.MetricStat?.Period ?? query.Period ?? 0),
    alarm.Period ?? 0,
  )
  const points = evaluationRange(alarm.EvaluationPeriods ?? 1)
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS
  const start = end - points * period * 1_000
  const times = Array.from({ length: points }, (_, i) => start + i * period * 1_000)
  return { window: { start, end, now }, period, times }
}

/** The id of the one query that returns data and is not the threshold. */
function watchedId(alarm: MetricAlarm): string {
  const watched = queriesOf(alarm).find(({ Id, ReturnData }) => ReturnData !== false && Id !== alarm.ThresholdMetricId)
  return watched?.Id ?? ''
}

function seriesOf(value: Value): Series | undefined {
  if (Array.isArray(value)) return value[0]
  return typeof value === 'object' ? value : undefined
}

function bandOf(value: Value): (Series | undefined)[] {
  return Array.isArray(value) ? value : []
}

type Bounds = Record<'fixed' | 'upper' | 'lower', number | undefined>

function breaches(operator: string, value: number, { fixed, upper, lower }: Bounds): boolean | undefined {
  switch (operator) {
    case 'GreaterThanThreshold':
      return fixed === undefined ? undefined : value > fixed
    case 'GreaterThanOrEqualToThreshold':
      return fixed === undefined ? undefined : value >= fixed
    case 'LessThanThreshold':
      return fixed === undefined ? undefined : value < fixed
    case 'LessThanOrEqualToThreshold':
      return fixed === undefined ? undefined : value <= fixed
    default:
      if (upper === undefined || lower === undefined) return undefined
      return (
        (operator !== 'LessThanLowerThreshold' && value > upper) ||
        (operator !== 'GreaterThanUpperThreshold' && value < lower)
      )
  }
}

export interface Evaluated {
  /** Whether each data point of the evaluation range breaches, oldest first; undefined where it is missing. */
  points: readonly (boolean | undefined)[]
  evaluationPeriods: number
  datapointsToAlarm: number
  missing: string
  state: StateValue
}

/** How many points are looked at. The documentation gives no rule but one example: 5 for 3 evaluation periods. */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2
}

/** By "Configuring how CloudWatch alarms treat missing data". Where the guide is silent the alarm stays as it is. */
export function alarmState({ points, evaluationPeriods, datapointsToAlarm, missing, state }: Evaluated): StateValue {
  const real = points
    .map((breaching, i) => ({ breaching, age: points.length - i }))
    .filter(({ breaching }) => breaching !== undefined)
    .slice(-evaluationPeriods)
  const breaching = real.filter((point) => point.breaching).length
  const filled = evaluationPeriods - real.length
  if (breaching >= datapointsToAlarm) return 'ALARM'
  if (filled === 0) return 'OK'
  if (missing === 'breaching') return breaching + filled >= datapointsToAlarm ? 'ALARM' : 'OK'
  if (missing === 'notBreaching' || breaching < real.length) return 'OK'
  if (missing === 'ignore') return state
  const oldest = real[0]
  if (oldest === undefined) return 'INSUFFICIENT_DATA'
  // "Avoiding premature transitions to alarm state": too few points, but the oldest had time enough to be contradicted.
  return oldest.age >= datapointsToAlarm ? 'ALARM' : state
}
