import type { MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { evaluationRange } from './alarm-state.ts'
import type { Series, Value } from './math/series.ts'
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
  const answer = period % 60 === 0 ? queryEvaluator(() => store, queriesOf(alarm), window) : () => []
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
