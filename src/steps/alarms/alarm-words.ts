import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { grouped } from '../../text/numbers.ts'
import { queriesOf } from './alarm-state.ts'

/** What an alarm looks at, "p99 of InvocationLatency"; when it goes off, "> 60,000 ms in 15 min"; its threshold, where it has one. */
export function compositeWords({ AlarmRule = '' }: CompositeAlarm) {
  const children = AlarmRule.match(/\bALARM\s*\(/g)?.length ?? 0
  return { watches: `${children} other alarms`, goesOff: 'while any of them is in ALARM', threshold: null }
}

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['GreaterThanThreshold', '>'],
  ['GreaterThanOrEqualToThreshold', '>='],
  ['LessThanThreshold', '<'],
  ['LessThanOrEqualToThreshold', '<='],
])

/** Counts need none: what is counted stands beside it. */
const UNITS: readonly [RegExp, (value: string) => string][] = [
  [/^US dollars/, (value) => `$${value}`],
  [/^Per ?cent|per hundred/, (value) => `${value} %`],
  [/Latency$/, (value) => `${value} ms`],
]

export function metricWords(alarm: MetricAlarm) {
  const { ComparisonOperator = '', Threshold, EvaluationPeriods = 1, DatapointsToAlarm = EvaluationPeriods } = alarm
  const queries = Object.values(queriesOf(alarm.Metrics) ?? {})
  const input = queries.find(({ metric }) => metric !== undefined)
  const minutes = (alarm.Period ?? input?.periodSeconds ?? 60) / 60
  const span =
    DatapointsToAlarm === EvaluationPeriods
      ? `in ${minutes * EvaluationPeriods} min`
      : `in ${DatapointsToAlarm} of ${EvaluationPeriods} × ${minutes} min`
  const label = alarm.ThresholdMetricId === undefined && queries.find(({ returned }) => returned)?.label
  const statistic = input?.statistic ?? alarm.Statistic ?? alarm.ExtendedStatistic ?? ''
  const watches = label || `${statistic} of ${input?.metric ?? alarm.MetricName ?? ''}`
  const inUnit = UNITS.find(([those]) => those.test(watches))?.[1] ?? String
  const comparison = COMPARISONS.get(ComparisonOperator) ?? ComparisonOperator
  const limit = Threshold === undefined ? 'above what is expected' : `${comparison} ${inUnit(grouped(Threshold))}`
  return { watches, goesOff: `${limit} ${span}`, threshold: Threshold ?? null }
}
