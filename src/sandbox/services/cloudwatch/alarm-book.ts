import type { CompositeAlarm, MetricAlarm, StateValue, Tag } from '@aws-sdk/client-cloudwatch'
import { Tags } from '../tags.ts'
import { validation } from './faults.ts'

/** An alarm of either kind, as DescribeAlarms shows it, with its tags beside it. */
export type Kept =
  | { readonly type: 'MetricAlarm'; alarm: MetricAlarm; readonly tags: Tags }
  | { readonly type: 'CompositeAlarm'; alarm: CompositeAlarm; readonly tags: Tags }

/** The alarms of a Region by name: metric alarms and composite alarms share one space of names. */
export type AlarmBook = Map<string, Kept>

/** An alarm that went into another state. */
export interface StateChange {
  readonly kept: Kept
  readonly from: StateValue
}

/** Puts an alarm into a state; a change of state when it was in another. `now` in milliseconds. */
export function setState(
  kept: Kept,
  state: { StateValue: StateValue; StateReason: string; StateReasonData?: string | undefined },
  now: number,
): StateChange | undefined {
  const from = kept.alarm.StateValue ?? 'INSUFFICIENT_DATA'
  const at = new Date(now)
  const { StateReasonData, ...given } = state
  const { StateReasonData: _, ...before } = kept.alarm
  const times = {
    StateUpdatedTimestamp: at,
    StateTransitionedTimestamp: from === state.StateValue ? (kept.alarm.StateTransitionedTimestamp ?? at) : at,
  }
  kept.alarm = { ...before, ...given, ...(StateReasonData !== undefined && { StateReasonData }), ...times }
  return from === state.StateValue ? undefined : { kept, from }
}

/** What both kinds of alarm have, of a request that puts one: replacing an alarm keeps its state. */
export function commonOf(
  input: {
    ActionsEnabled?: boolean | undefined
    AlarmActions?: string[] | undefined
    OKActions?: string[] | undefined
    InsufficientDataActions?: string[] | undefined
  },
  before: MetricAlarm | CompositeAlarm | undefined,
  now: number,
) {
  const at = new Date(now)
  return {
    ActionsEnabled: input.ActionsEnabled ?? true,
    AlarmActions: input.AlarmActions ?? [],
    OKActions: input.OKActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    AlarmConfigurationUpdatedTimestamp: at,
    StateValue: before?.StateValue ?? ('INSUFFICIENT_DATA' as const),
    StateReason: before?.StateReason ?? 'Unchecked: Initial alarm creation',
    ...(before?.StateReasonData !== undefined && { StateReasonData: before.StateReasonData }),
    StateUpdatedTimestamp: before?.StateUpdatedTimestamp ?? at,
    StateTransitionedTimestamp: before?.StateTransitionedTimestamp ?? at,
  }
}

/** @throws AwsFault where there are more than a resource may have, then or later. */
export const tagsOf = (tags?: readonly Tag[]): Tags =>
  new Tags(tags, () => validation('A resource takes at most 50 tags.'))

/** What CloudWatch publishes to a topic. */
export interface Notification {
  readonly topicArn: string
  readonly subject: string
  readonly message: string
  /** ARN of the alarm. */
  readonly source: string
}

/** To the topics among the alarm's actions: of CloudWatch's own JSON what tells of the change, the Region by its code. */
export function notificationsOf({ kept: { alarm }, from }: StateChange): Notification[] {
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
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: alarm.StateUpdatedTimestamp?.toISOString().replace('Z', '+0000'),
    Region: region,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: from,
  })
  return (actions ?? [])
    .filter((action) => action.split(':')[2] === 'sns')
    .map((topicArn) => ({ topicArn, subject, message, source: alarm.AlarmArn ?? '' }))
}
