import { createHash } from 'node:crypto'
import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { type Tag, tagsFor } from '../../aws/ownership.ts'
import { type Concern, concernsIn, type Known } from '../../core/resource.ts'
import { type Env, ownTopicArn, topicArn } from '../env.ts'

export type AlarmActions = ReturnType<typeof actionsOf> & {
  /** Of one that is to go or to be released: its tags, which name what was added. Known, not set. */
  tags?: readonly Tag[]
  /** An alarm of the other kind has the name: names are one for both. Known, not set. */
  isOtherKind?: true
}

export function actionsOf(found: MetricAlarm | CompositeAlarm) {
  return {
    actionsEnabled: found.ActionsEnabled ?? true,
    alarmActions: [...(found.AlarmActions ?? [])].sort(),
    okActions: [...(found.OKActions ?? [])].sort(),
    insufficientDataActions: [...(found.InsufficientDataActions ?? [])].sort(),
  }
}

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
  const actions = (standing: readonly string[] = []) => {
    const others = standing.filter((action) => !topics.includes(action))
    return notifies ? withOne(others, topicArn(env)).sort() : [...new Set(others)].sort()
  }
  return {
    actionsEnabled: true,
    alarmActions: actions(have?.alarmActions),
    okActions: actions(have?.okActions),
    insufficientDataActions: have?.insufficientDataActions ?? [],
  }
}

export const withOne = (actions: readonly string[] = [], topic: string): string[] => [...new Set([...actions, topic])]

/** The actions of one that was there before us, of which some may be of our adding, by CloudWatch's names for their kinds. */
const byKind = ({ alarmActions, okActions }: AlarmActions) => ({ AlarmActions: alarmActions, OKActions: okActions })

/** On an adopted alarm, the tags that name the topics added to one kind of actions: theirs are not taken out. */
const keyOf = (kind: string): string => `bedrock-monitor:added:${kind}:`

/** The tags of an alarm that was there before us, with what is to be added to it; none of one of ours. */
export function marksOf({ owner, tagKeys, state }: Known<AlarmActions>, topic: string | undefined) {
  if (owner === 'ours') return []
  const hash = createHash('sha256')
    .update(topic ?? '')
    .digest('hex')
    .slice(0, 16)
  const added = Object.entries(byKind(state)).flatMap(([kind, standing]) =>
    topic === undefined || standing.includes(topic) ? [] : [{ Key: keyOf(kind) + hash, Value: topic }],
  )
  return [...tagsFor(owner, tagKeys), ...added]
}

export function withoutAdded(
  kind: 'AlarmActions' | 'OKActions',
  actions: readonly string[] = [],
  tags: readonly Tag[],
) {
  const added = tags.flatMap(({ Key, Value }) => (Key?.startsWith(keyOf(kind)) ? [Value] : []))
  return actions.filter((action) => !added.includes(action))
}

/** The most actions that an alarm has for one of its states (docs: PutMetricAlarm, PutCompositeAlarm). */
const MOST_ACTIONS = 5

export function withoutRoom(name: string, have: AlarmActions, topic: string): Concern[] {
  const isFull = (actions: readonly string[]) => actions.length >= MOST_ACTIONS && !actions.includes(topic)
  const message = `alarm ${name} has ${MOST_ACTIONS} actions for one of its states, the most that CloudWatch takes: none is left for ${topic}`
  const hint = 'take one of them out, or rename the alarm'
  return concernsIn(['alarm-full', Object.values(byKind(have)).some(isFull), message, hint, 'apply'])
}
