import type { CompositeAlarm, Dimension, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { AlarmBook, StateChange } from './alarm-book.ts'
import { childrenOf, parseRule } from './composite-rule.ts'

/** What CloudWatch publishes to a topic. */
export interface Notification {
  readonly topicArn: string
  readonly subject: string
  readonly message: string
  /** ARN of the alarm. */
  readonly source: string
}

/** To the topics among the alarm's actions. CloudWatch's own JSON, but that the Region stands by its code. */
export function notificationsOf({ kept, from }: StateChange, book: AlarmBook): Notification[] {
  const { alarm } = kept
  if (alarm.ActionsEnabled === false) return []
  const [, , , region = '', account = ''] = alarm.AlarmArn?.split(':') ?? []
  const actions = {
    ALARM: alarm.AlarmActions,
    OK: alarm.OKActions,
    INSUFFICIENT_DATA: alarm.InsufficientDataActions,
  }[alarm.StateValue ?? 'INSUFFICIENT_DATA']
  const subject = `${alarm.StateValue}: "${alarm.AlarmName}" in ${region}`.slice(0, 100)
  const message = JSON.stringify({
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: timeOf(alarm.AlarmConfigurationUpdatedTimestamp),
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: timeOf(alarm.StateUpdatedTimestamp),
    Region: region,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: from,
    OKActions: alarm.OKActions ?? [],
    AlarmActions: alarm.AlarmActions ?? [],
    InsufficientDataActions: alarm.InsufficientDataActions ?? [],
    ...(kept.type === 'MetricAlarm' ? { Trigger: triggerOf(kept.alarm) } : compositeOf(kept.alarm, book)),
  })
  return (actions ?? [])
    .filter((action) => action.split(':')[2] === 'sns')
    .map((topicArn) => ({ topicArn, subject, message, source: alarm.AlarmArn ?? '' }))
}

function triggerOf(alarm: MetricAlarm): object {
  const { Metrics, Statistic, ExtendedStatistic } = alarm
  const metric = {
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    StatisticType: Statistic === undefined ? 'ExtendedStatistic' : 'Statistic',
    ...(Statistic === undefined ? { ExtendedStatistic } : { Statistic: Statistic.toUpperCase() }),
    Unit: alarm.Unit ?? null,
    Dimensions: (alarm.Dimensions ?? []).map(({ Name, Value }: Dimension) => ({ value: Value, name: Name })),
    Period: alarm.Period,
  }
  return {
    ...(Metrics ? { Metrics } : metric),
    EvaluationPeriods: alarm.EvaluationPeriods,
    DatapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold ?? 0,
    ...(alarm.ThresholdMetricId !== undefined && { ThresholdMetricId: alarm.ThresholdMetricId }),
    TreatMissingData: alarm.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile ?? '',
  }
}

function compositeOf({ AlarmRule = '' }: CompositeAlarm, book: AlarmBook): object {
  const triggering = childrenOf(parseRule(AlarmRule)).flatMap((child) => {
    const alarm = book.get(child)?.alarm
    if (alarm?.StateValue !== 'ALARM') return []
    return [{ Arn: alarm.AlarmArn, State: { Value: alarm.StateValue, Timestamp: timeOf(alarm.StateUpdatedTimestamp) } }]
  })
  return { AlarmRule, TriggeringChildren: triggering }
}

function timeOf(time: Date | undefined): string | undefined {
  return time?.toISOString().replace('Z', '+0000')
}
