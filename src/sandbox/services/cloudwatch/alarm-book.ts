import type {
  CompositeAlarm,
  MetricAlarm,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  StateValue,
  Tag,
} from '@aws-sdk/client-cloudwatch'
import { arnOf } from '../../arn.ts'
import type { Call } from '../../service.ts'
import { Tags } from '../tags.ts'
import { validation } from './faults.ts'

/** An alarm of either kind, as DescribeAlarms shows it, with its tags beside it. */
export type Kept =
  | { readonly type: 'MetricAlarm'; alarm: MetricAlarm; readonly tags: Tags }
  | { readonly type: 'CompositeAlarm'; alarm: CompositeAlarm; readonly tags: Tags }

/** The alarms of a Region by name: metric alarms and composite alarms share one space of names. */
export type AlarmBook = Map<string, Kept>

export interface StateChange {
  readonly kept: Kept
  readonly from: StateValue
}

/** Puts an alarm into a state; a change of state when it was in another. `now` in milliseconds. */
export function setState(
  kept: Kept,
  state: { StateValue: StateValue; StateReason: string },
  now: number,
): StateChange | undefined {
  const from = kept.alarm.StateValue ?? 'INSUFFICIENT_DATA'
  kept.alarm = { ...kept.alarm, ...state, StateUpdatedTimestamp: new Date(now) }
  return from === state.StateValue ? undefined : { kept, from }
}

type Put = Omit<PutMetricAlarmInput & PutCompositeAlarmInput, 'AlarmRule'>

/** Puts an alarm of either kind. Replacing keeps the state, and ignores the tags: only TagResource changes those. */
export function putAlarm(book: AlarmBook, type: Kept['type'], { Tags, ...input }: Partial<Put>, call: Call): void {
  const { AlarmName: name = '' } = input
  const before = book.get(name)
  if (before && before.type !== type) throw validation(`An alarm of another kind has the name ${name} already.`)
  const at = new Date(call.now)
  const alarm = {
    ...input,
    AlarmArn: arnOf('cloudwatch', call, `alarm:${name}`),
    ActionsEnabled: input.ActionsEnabled ?? true,
    AlarmActions: input.AlarmActions ?? [],
    OKActions: input.OKActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    AlarmConfigurationUpdatedTimestamp: at,
    StateValue: before?.alarm.StateValue ?? ('INSUFFICIENT_DATA' as const),
    StateReason: before?.alarm.StateReason ?? 'Unchecked: Initial alarm creation',
    StateUpdatedTimestamp: before?.alarm.StateUpdatedTimestamp ?? at,
  }
  book.set(name, { type, alarm, tags: before?.tags ?? tagsOf(Tags) })
}

/** @throws AwsFault where there are more than a resource may have, then or later. */
export const tagsOf = (tags?: readonly Tag[]): Tags =>
  new Tags(tags, () => validation('A resource takes at most 50 tags.'))

/** What CloudWatch publishes to a topic. */
export interface Notification {
  readonly topicArn: string
  readonly subject: string
  readonly message: string
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
