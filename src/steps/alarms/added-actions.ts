import { createHash } from 'node:crypto'
import {
  type CompositeAlarm,
  ListTagsForResourceCommand,
  type MetricAlarm,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { isOurKey, type Tag, tagsFor } from '../../aws/ownership.ts'
import type { AlarmActions } from './alarm-actions.ts'

/** The actions of an alarm that a topic may be added to. */
const KINDS = ['AlarmActions', 'OKActions'] as const

/** The tags on an adopted alarm that name the topics which were added to one kind of actions: a topic of theirs is not taken out. */
const keyOf = (kind: string): string => `bedrock-monitor:added:${kind}:`

type Actions = Pick<MetricAlarm, (typeof KINDS)[number]>

/** What stands, with the topic told of alarms and of their end, too. */
export function withTopic<State extends AlarmActions>(have: State, topic: string): State {
  const add = (actions: readonly string[]) => [...new Set([...actions, topic])].sort()
  return { ...have, alarmActions: add(have.alarmActions), okActions: add(have.okActions) }
}

/** What stands, without the topic. */
export function withoutTopic<State extends AlarmActions>(have: State, topics: readonly string[]): State {
  const drop = (actions: readonly string[]) => actions.filter((action) => !topics.includes(action))
  return { ...have, alarmActions: drop(have.alarmActions), okActions: drop(have.okActions) }
}

/** Marks an alarm as adopted, with what is about to be added to it: before that, so that a run which ends here leaves no doubt. */
export async function markAdopted(cx: AwsContext, ResourceARN: string, found: Actions, topic: string | undefined) {
  const missing = KINDS.filter((kind) => topic !== undefined && !found[kind]?.includes(topic))
  const hash = createHash('sha256')
    .update(topic ?? '')
    .digest('hex')
    .slice(0, 16)
  const added = missing.map((kind) => ({ Key: keyOf(kind) + hash, Value: topic }))
  await cx.aws.cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [...tagsFor('unmarked'), ...added] }))
}

/** The same actions with a topic in each kind. */
export function addTo(found: Actions, topic: string): Actions {
  const added = KINDS.map((kind) => [kind, [...new Set([...(found[kind] ?? []), topic])]])
  return Object.fromEntries(added) as Actions
}

/** The same actions without what the tags say was added; undefined where nothing of it is left. */
export function takenOut(found: Actions, tags: readonly Tag[]): Actions | undefined {
  const left = KINDS.map((kind) => {
    const added = tags.flatMap(({ Key, Value }) => (Key?.startsWith(keyOf(kind)) ? [Value] : []))
    return [kind, (found[kind] ?? []).filter((action) => !added.includes(action))] as const
  })
  const isSame = left.every(([kind, actions]) => actions.length === (found[kind] ?? []).length)
  return isSame ? undefined : (Object.fromEntries(left) as Actions)
}

/** The tags of an alarm. */
export async function tagsOfAlarm({ aws }: AwsContext, ResourceARN: string): Promise<Tag[]> {
  return (await aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags ?? []
}

/** Takes our marks off an alarm. */
export async function unmark({ aws }: AwsContext, ResourceARN: string, tags: readonly Tag[]): Promise<void> {
  const TagKeys = tags.flatMap(({ Key = '' }) => (isOurKey(Key) ? [Key] : []))
  if (TagKeys.length > 0) await aws.cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys }))
}

/** What CloudWatch tells of an alarm and takes again: all but its states, times and ARN. */
export function settable<Alarm extends MetricAlarm | CompositeAlarm>(found: Alarm): Alarm {
  const settings = Object.entries(found).filter(
    ([name, value]) =>
      value !== undefined &&
      !/^(AlarmArn|AlarmConfigurationUpdated.*|State.*|EvaluationState|ActionsSuppressed.*)$/.test(name),
  )
  return Object.fromEntries(settings) as Alarm
}
