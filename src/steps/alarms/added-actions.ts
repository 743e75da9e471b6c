import { createHash } from 'node:crypto'
import {
  type CompositeAlarm,
  ListTagsForResourceCommand,
  type MetricAlarm,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { ourKeys, type Tag, tagsFor } from '../../aws/ownership.ts'
import type { Concern, Known } from '../../core/resource.ts'
import { type Env, ownTopicArn, topicArn } from '../env.ts'

/** The actions of an alarm that a topic may be added to. */
const KINDS = ['AlarmActions', 'OKActions'] as const

/** On an adopted alarm, the tags that name the topics added to one kind of actions: theirs are not taken out. */
const keyOf = (kind: string): string => `bedrock-monitor:added:${kind}:`

type Actions = Pick<MetricAlarm, (typeof KINDS)[number]>
type Marks = { Key: string; Value: string | undefined }[]

/** What stands, with the topic told of alarms and of their end, too. */
export function withTopic<State extends AlarmActions>(have: State, topic: string): State {
  const add = (actions: readonly string[]) => [...new Set([...actions, topic])].sort()
  return { ...have, alarmActions: add(have.alarmActions), okActions: add(have.okActions) }
}

/** What stands, without what its tags say was added. */
export function withoutAdded<State extends AlarmActions>(have: State): State {
  const { alarmActions, okActions, tags = [] } = have
  const left = takenOut({ AlarmActions: alarmActions, OKActions: okActions }, tags)
  return left ? { ...have, alarmActions: left.AlarmActions, okActions: left.OKActions } : have
}

/** The most actions that an alarm has for one of its states (docs: PutMetricAlarm, PutCompositeAlarm). */
const MOST_ACTIONS = 5

/** An alarm that has no room for the topic. */
export function withoutRoom(name: string, { alarmActions, okActions }: AlarmActions, topic: string): Concern[] {
  const isFull = (actions: readonly string[]) => actions.length >= MOST_ACTIONS && !actions.includes(topic)
  if (![alarmActions, okActions].some(isFull)) return []
  const message = `alarm ${name} has ${MOST_ACTIONS} actions for one of its states, the most that CloudWatch takes: none is left for ${topic}`
  return [{ code: 'alarm-full', message, hint: 'take one of them out, or rename the alarm', stops: 'apply' }]
}

/** An alarm whose name is taken by one of the other kind: names are one for both. */
export function nameTaken(name: string, kind: 'composite' | 'metric'): Concern {
  const message = `a ${kind} alarm has the name ${name} already`
  return {
    code: 'alarm-name-taken',
    message,
    hint: 'rename it: put it under another name and delete this one',
    stops: 'apply',
  }
}

/** The tags of an alarm that was there before us, with what is to be added to it; none of one of ours. */
export function marksOf({ owner, tagKeys, state }: Known<AlarmActions>, topic: string | undefined): Marks {
  if (owner === 'ours') return []
  const standing = { AlarmActions: state.alarmActions, OKActions: state.okActions }
  const missing = KINDS.filter((kind) => topic !== undefined && !standing[kind].includes(topic))
  const hash = createHash('sha256')
    .update(topic ?? '')
    .digest('hex')
    .slice(0, 16)
  return [...tagsFor(owner, tagKeys), ...missing.map((kind) => ({ Key: keyOf(kind) + hash, Value: topic }))]
}

/** Marks an alarm as adopted: before anything is added, so that a run which ends here leaves no doubt. */
export async function mark({ aws }: AwsContext, ResourceARN: string, Tags: Marks): Promise<void> {
  await aws.cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags }))
}

/** The same actions with a topic in each kind. */
export function addTo(found: Actions, topic: string): Actions {
  const added = KINDS.map((kind) => [kind, [...new Set([...(found[kind] ?? []), topic])]])
  return Object.fromEntries(added) as Actions
}

/** The same actions without what the tags say was added; undefined where nothing of it is left. */
export function takenOut(found: Actions, tags: readonly Tag[]): Required<Actions> | undefined {
  const left = KINDS.map((kind) => {
    const added = tags.flatMap(({ Key, Value }) => (Key?.startsWith(keyOf(kind)) ? [Value] : []))
    return [kind, (found[kind] ?? []).filter((action) => !added.includes(action))] as const
  })
  const isSame = left.every(([kind, actions]) => actions.length === (found[kind] ?? []).length)
  return isSame ? undefined : (Object.fromEntries(left) as Required<Actions>)
}

export async function tagsOfAlarm({ aws }: AwsContext, ResourceARN: string): Promise<Tag[]> {
  return (await aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags ?? []
}

/** Takes our marks off an alarm. */
export async function unmark({ aws }: AwsContext, ResourceARN: string, tags: readonly Tag[]): Promise<void> {
  const TagKeys = ourKeys(tags)
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

/** Whom an alarm tells of its states. */
export interface AlarmActions {
  actionsEnabled: boolean
  alarmActions: string[]
  okActions: string[]
  insufficientDataActions: string[]
  /** Of one that is to go or to be released: its tags, which name what was added. Known, not set. */
  tags?: readonly Tag[]
}

/** The actions that CloudWatch tells of an alarm. */
export function actionsOf(found: MetricAlarm | CompositeAlarm): AlarmActions {
  return {
    actionsEnabled: found.ActionsEnabled ?? true,
    alarmActions: [...(found.AlarmActions ?? [])].sort(),
    okActions: [...(found.OKActions ?? [])].sort(),
    insufficientDataActions: [...(found.InsufficientDataActions ?? [])].sort(),
  }
}

/** The same as CloudWatch takes them. */
export function actionsInput(want: AlarmActions) {
  return {
    ActionsEnabled: want.actionsEnabled,
    AlarmActions: want.alarmActions,
    OKActions: want.okActions,
    InsufficientDataActions: want.insufficientDataActions,
  }
}

/** The actions an alarm should have: our topic is among them or not, those that others have added stay. */
export function desiredActions(env: Env, notifies: boolean, have: AlarmActions | undefined): AlarmActions {
  // Our own topic too, where another has taken its place.
  const topics = [topicArn(env), ownTopicArn(env)]
  const actions = (standing: readonly string[] = []) =>
    [
      ...new Set([...standing.filter((action) => !topics.includes(action)), ...(notifies ? [topicArn(env)] : [])]),
    ].sort()
  return {
    actionsEnabled: true,
    alarmActions: actions(have?.alarmActions),
    okActions: actions(have?.okActions),
    insufficientDataActions: have?.insufficientDataActions ?? [],
  }
}
