import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { grouped } from '../../text/numbers.ts'
import { queriesOf } from './alarm-state.ts'

/** What an alarm looks at, "p99 of InvocationLatency"; when it goes off, "> 60,000 ms in 15 min"; its threshold, where it has one. */
export interface AlarmWords {
  watches: string
  goesOff: string
  threshold: number | null
}

export function compositeWords({ AlarmRule = '' }: CompositeAlarm): AlarmWords {
  const children = AlarmRule.match(/\bALARM\s*\(/g)?.length ?? 0
  return { watches: `${children} other alarms`, goesOff: 'while any of them is in ALARM', threshold: null }
}

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['GreaterThanThreshold', '>'],
  ['GreaterThanOrEqualToThreshold', '>='],
  ['LessThanThreshold', '<'],
  ['LessThanOrEqualToThreshold', '<='],
])

/** What an alarm watches and when it goes off. Pure. */
export function metricWords(alarm: MetricAlarm): AlarmWords {
  const { ComparisonOperator = '', Threshold, EvaluationPeriods = 1, DatapointsToAlarm = EvaluationPeriods } = alarm
  const queries = Object.values(queriesOf(alarm.Metrics) ?? {})
  const inputs = queries.filter(({ metric }) => metric !== undefined)
  const minutes = (alarm.Period ?? inputs[0]?.periodSeconds ?? 60) / 60
  const span =
    DatapointsToAlarm === EvaluationPeriods
      ? `in ${minutes * EvaluationPeriods} min`
      : `in ${DatapointsToAlarm} of ${EvaluationPeriods} × ${minutes} min`
  const label = alarm.ThresholdMetricId === undefined && queries.find(({ returned }) => returned)?.label
  const watches = label || metricText(alarm, inputs[0])
  const limit =
    Threshold === undefined
      ? 'above what is expected'
      : `${COMPARISONS.get(ComparisonOperator) ?? ComparisonOperator} ${inItsUnit(watches, grouped(Threshold))}`
  return { watches, goesOff: `${limit} ${span}`, threshold: Threshold ?? null }
}

function metricText(
  { MetricName, Statistic, ExtendedStatistic }: MetricAlarm,
  input: { metric: string | undefined; statistic: string | undefined } | undefined,
): string {
  const statistic = input?.statistic ?? Statistic ?? ExtendedStatistic ?? ''
  return `${statistic} of ${input?.metric ?? MetricName ?? ''}`
}

/** Counts need none: what is counted stands beside it. */
function inItsUnit(watches: string, value: string): string {
  if (/^US dollars/.test(watches)) return `$${value}`
  if (/^Per ?cent|per hundred/.test(watches)) return `${value} %`
  return /Latency$/.test(watches) ? `${value} ms` : value
}
