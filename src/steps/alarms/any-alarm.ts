import {
  PutCompositeAlarmCommand,
  type PutCompositeAlarmInput,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { OF_A_STACK, ourKeys, whose } from '../../aws/ownership.ts'
import { equal } from '../../core/diff.ts'
import type { Concern, Known, Observed } from '../../core/resource.ts'
import { alarmArn, type Env } from '../env.ts'
import { type AlarmActions, marksOf, withOne, withoutAdded, withoutRoom } from './added-actions.ts'
import { type AnyAlarm, type DescribeAlarms, type StandingAlarms, tagsOfAlarm } from './alarm-calls.ts'

interface AlarmKind<State> {
  kind: keyof StandingAlarms
  name: string
  /** The topic that it is to tell; none where another alarm tells for it. */
  topic: string | undefined
  describe: DescribeAlarms
  /** Of nothing, a state without any settings. */
  stateOf(found: AnyAlarm, all: StandingAlarms, cx?: AwsContext): Promise<State> | State
  /** A composite alarm's rule, without what we added to it. */
  theirRule?(rule: string | undefined): string
}

/** What metric and composite alarms have in common: whose they are, and how ours is added to, and taken out of, those of others. */
export function anyAlarm<State extends AlarmActions>(env: Env, about: AlarmKind<State>) {
  const { kind, name, topic, describe, stateOf, theirRule } = about
  const other = kind === 'metric' ? 'composite' : 'metric'
  const ResourceARN = alarmArn(env, name)
  const named = ({ AlarmName }: AnyAlarm) => AlarmName === name
  const find = async (cx: AwsContext): Promise<AnyAlarm | undefined> => (await describe(cx))[kind].find(named)
  /** Replaces what stands by the same with other actions: everything else is sent again as CloudWatch told it. */
  const put = async ({ aws: { cloudwatch } }: AwsContext, found: AnyAlarm, more: object): Promise<unknown> => {
    const input = { ...settable(found), ...more }
    return kind === 'metric'
      ? cloudwatch.send(new PutMetricAlarmCommand(input as PutMetricAlarmInput))
      : cloudwatch.send(new PutCompositeAlarmCommand(input as PutCompositeAlarmInput))
  }

  return {
    step: '5',
    name,
    region: env.region,
    foreign: OF_A_STACK,
    find,
    withTopic: (have: State): State =>
      topic === undefined
        ? have
        : {
            ...have,
            alarmActions: withOne(have.alarmActions, topic).sort(),
            okActions: withOne(have.okActions, topic).sort(),
          },
    released: (have: State): State => ({
      ...have,
      alarmActions: withoutAdded('AlarmActions', have.alarmActions, have.tags ?? []),
      okActions: withoutAdded('OKActions', have.okActions, have.tags ?? []),
      ...(theirRule && 'rule' in have && { rule: theirRule(have.rule as string) }),
    }),
    marks: (have: Known<State>) => marksOf(have, topic).map(({ Key }) => Key),

    /** @param others of one that has the name alone */
    concernsOf(have: State, others: () => Concern[]): Concern[] {
      if (!have.isOtherKind) return [...others(), ...(topic === undefined ? [] : withoutRoom(name, have, topic))]
      const message = `a ${other} alarm has the name ${name} already`
      const hint = 'rename it: create it under another name and delete this one'
      return [{ code: 'alarm-name-taken', message, hint, stops: 'apply' }]
    },

    async read(cx: AwsContext): Promise<Observed<State> | undefined> {
      const all = await describe(cx)
      const found: AnyAlarm | undefined = all[kind].find(named)
      if (!found) {
        if (!all[other].some(named)) return undefined
        const state = { ...(await stateOf({}, { metric: [], composite: [] })), isOtherKind: true as const }
        return { state, owner: async () => (env.removing ? 'foreign' : 'unmarked') }
      }
      const state = await stateOf(found, all, cx)
      const tags = env.removing && (await tagsOfAlarm(cx, ResourceARN))
      return {
        state: { ...state, ...(tags && { tags }) },
        owner: async () => whose(tags ?? (await tagsOfAlarm(cx, ResourceARN))),
      }
    },

    /** Has one that was there before us tell the topic, too. It is marked first: a run that ends there leaves no doubt. */
    async adopt(cx: AwsContext, have: Known<State>, want: State, more = {}): Promise<void> {
      const found = await find(cx)
      if (!found) return
      const differs = !equal(have.state, want)
      if (differs || have.owner === 'unmarked') {
        await cx.aws.cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: marksOf(have, topic) }))
      }
      if (!differs || topic === undefined) return
      const { AlarmActions, OKActions } = found
      const added = { AlarmActions: withOne(AlarmActions, topic), OKActions: withOne(OKActions, topic) }
      await put(cx, found, { ...more, ...added })
    },

    async release(cx: AwsContext, { state: { tags = [] } }: Known<State>): Promise<void> {
      const found = await find(cx)
      if (!found) return
      const { AlarmActions = [], OKActions = [], AlarmRule } = found
      const left = {
        AlarmActions: withoutAdded('AlarmActions', AlarmActions, tags),
        OKActions: withoutAdded('OKActions', OKActions, tags),
        ...(theirRule && { AlarmRule: theirRule(AlarmRule) }),
      }
      if (!equal(left, { AlarmActions, OKActions, AlarmRule })) await put(cx, found, left)
      const TagKeys = ourKeys(tags)
      if (TagKeys.length > 0) await cx.aws.cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys }))
    },
  }
}

/** What CloudWatch tells of an alarm and takes again: all but its states, times and ARN. */
function settable(found: AnyAlarm): AnyAlarm {
  const told = /^(AlarmArn|AlarmConfigurationUpdated.*|State.*|EvaluationState|ActionsSuppressed.*)$/
  return Object.fromEntries(Object.entries(found).filter(([name, value]) => value !== undefined && !told.test(name)))
}
