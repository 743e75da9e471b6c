import { type CompositeAlarm, PutCompositeAlarmCommand, type PutCompositeAlarmInput } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { OF_A_STACK, tagsFor, whose } from '../../aws/ownership.ts'
import { equal } from '../../core/diff.ts'
import { type Concern, type Owner, type Resource, wantedState } from '../../core/resource.ts'
import { alarmArn, type Env, topicArn } from '../env.ts'
import {
  type AlarmActions,
  actionsInput,
  actionsOf,
  addTo,
  desiredActions,
  mark,
  marksOf,
  nameTaken,
  settable,
  tagsOfAlarm,
  takenOut,
  unmark,
  withoutAdded,
  withoutRoom,
  withTopic,
} from './added-actions.ts'
import { type DescribeAlarms, deleteAlarm, silence } from './alarm-calls.ts'
import { compositeWords } from './alarm-words.ts'
import { addedTo, alarmsIn, anyOf, COMPOSITE_NAME, isAnyOf, theirsOf } from './composite-rule.ts'

const DESCRIPTION =
  'At least one of the alarms on Amazon Bedrock in this Region is in ALARM. It notifies once, instead of each of them.'

interface CompositeState extends AlarmActions {
  description: string | undefined
  rule: string | undefined
  /** What keeps its actions from being taken, as CloudWatch tells it. */
  suppressor: Pick<
    CompositeAlarm,
    'ActionsSuppressor' | 'ActionsSuppressorWaitPeriod' | 'ActionsSuppressorExtensionPeriod'
  >
  /** It is no composite alarm: somebody's metric alarm has its name. */
  isMetric?: true
  /** The alarms it may be about that stand. Known, not set. */
  standing: string[]
}

interface CompositeOptions {
  /** Those that settings and facts ask for. */
  wanted: readonly string[]
  /** Those, and all others that could be ours. */
  known: readonly string[]
  needs: readonly string[]
  describe: DescribeAlarms
  /** Those that were there before us: they are not silenced. */
  notOurs: ReadonlySet<string>
}

/** The alarm that is in ALARM as long as any other of the Region is, and notifies in their place. */
export function compositeAlarm(
  env: Env,
  { wanted, known, needs, describe, notOurs }: CompositeOptions,
): Resource<CompositeState, AwsContext> {
  const ResourceARN = alarmArn(env, COMPOSITE_NAME)
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]
  const find = async (cx: AwsContext) =>
    (await describe(cx)).compositeAlarms.find(({ AlarmName }) => AlarmName === COMPOSITE_NAME)
  const put = async ({ aws }: AwsContext, found: CompositeAlarm, more: object) =>
    aws.cloudwatch.send(new PutCompositeAlarmCommand({ ...settable(found), ...more } as PutCompositeAlarmInput))
  /** An alarm that is not asked for any more, but stands, keeps its place: left out, nobody would hear of it. */
  const watched = (have?: CompositeState) => {
    const kept = alarmsIn(have?.rule).filter((name) => have?.standing.includes(name) && known.includes(name))
    return [...new Set([...wanted, ...kept])].sort()
  }

  return {
    step: '5',
    type: 'composite-alarm',
    name: COMPOSITE_NAME,
    region: env.region,
    wanted: env.settings.pageOnce,
    // The others tell by themselves again: it would only repeat them.
    retires: true,
    needs,

    summary: ({ rule }) => `${compositeWords({ AlarmRule: rule }).watches}`,
    known: ['standing', 'isMetric', 'tags'],
    foreign: OF_A_STACK,

    desired: (have) => ({
      description: DESCRIPTION,
      rule: isAnyOf(watched(have), have?.rule) ? have?.rule : anyOf(watched(have)),
      suppressor: have?.suppressor ?? {},
      standing: have?.standing ?? [],
      ...desiredActions(env, true, have),
    }),

    // Somebody's goes off as before, and for our alarms, too.
    adopted: (have) => withTopic({ ...have, rule: addedTo(theirsOf(have.rule), watched(have)) }, topicArn(env)),
    released: (have) => withoutAdded({ ...have, rule: theirsOf(have.rule) }),
    marks: (have) => marksOf(have, topicArn(env)).map(({ Key }) => Key),
    concerns: (have, owner) =>
      have.isMetric
        ? [nameTaken(COMPOSITE_NAME, 'metric')]
        : [
            ...hindrances(have, owner, addedTo(theirsOf(have.rule), watched(have))),
            ...withoutRoom(COMPOSITE_NAME, have, topicArn(env)),
          ],

    template: (want, Tags) => [
      { type: 'AWS::CloudWatch::CompositeAlarm', id: COMPOSITE_NAME, properties: { ...inputOf(want), Tags } },
    ],

    permissions: () => ({
      read: [{ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }, ...grant('cloudwatch:ListTagsForResource')],
      write: [
        // CloudWatch takes composite alarms from those only who may put any of them.
        { actions: ['cloudwatch:PutCompositeAlarm'], resources: ['*'] },
        ...grant('cloudwatch:TagResource', 'cloudwatch:DeleteAlarms'),
      ],
      remove: [
        { actions: ['cloudwatch:PutCompositeAlarm'], resources: ['*'] },
        // The rights that the other alarms take: a policy has one statement for all, and stays within IAM's limit.
        ...grant('cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:UntagResource'),
      ],
    }),

    async read(cx) {
      const { metricAlarms, compositeAlarms } = await describe(cx)
      const found = compositeAlarms.find(({ AlarmName }) => AlarmName === COMPOSITE_NAME)
      if (!found && metricAlarms.some(({ AlarmName }) => AlarmName === COMPOSITE_NAME)) {
        const state = { ...stateOf({}, []), isMetric: true as const }
        return { state, owner: async () => (env.removing ? 'foreign' : 'unmarked') }
      }
      if (!found) return undefined
      const standing = metricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []).sort()
      const tags = env.removing && (await tagsOfAlarm(cx, ResourceARN))
      return {
        state: { ...stateOf(found, standing), ...(tags && { tags }) },
        owner: async () => whose(tags ?? (await tagsOfAlarm(cx, ResourceARN))),
      }
    },

    async write(cx, have) {
      const { aws } = cx
      const want = wantedState(this, have)
      if (have?.owner === 'unmarked' || have?.owner === 'adopted') {
        const found = await find(cx)
        if (!found) return
        await mark(cx, ResourceARN, marksOf(have, topicArn(env)))
        if (!equal(have.state, want)) await put(cx, found, { AlarmRule: want.rule, ...addTo(found, topicArn(env)) })
      } else {
        const Tags = have ? undefined : tagsFor(undefined)
        await aws.cloudwatch.send(new PutCompositeAlarmCommand({ ...inputOf(want), ...(Tags && { Tags }) }))
      }
      // Not before it stands: until then each of them tells by itself, so that no alarm is ever without a voice.
      const { metricAlarms } = await describe(cx)
      await silence(
        cx,
        env,
        metricAlarms.filter(({ AlarmName = '' }) => wanted.includes(AlarmName) && !notOurs.has(AlarmName)),
      )
    },

    // CloudWatch deletes no alarm that a composite alarm is about.
    async release(cx, { state: { tags = [] } }) {
      const found = await find(cx)
      if (!found) return
      const left = takenOut(found, tags)
      const AlarmRule = theirsOf(found.AlarmRule)
      if (left || AlarmRule !== found.AlarmRule) await put(cx, found, { ...left, AlarmRule })
      await unmark(cx, ResourceARN, tags)
    },

    remove: (cx) => deleteAlarm(cx, COMPOSITE_NAME),
  }
}

/** The most that a rule may have (docs: PutCompositeAlarm). */
const LONGEST_RULE = 10_240

/** Why somebody's composite alarm cannot tell for ours. */
function hindrances({ actionsEnabled }: CompositeState, owner: Owner, rule: string): Concern[] {
  if (owner === 'ours') return []
  const why = actionsEnabled
    ? rule.length > LONGEST_RULE && 'its rule has no room for more'
    : 'its actions are disabled'
  if (!why) return []
  const message = `composite alarm ${COMPOSITE_NAME} was there before, and cannot tell for the other alarms: ${why}`
  return [{ code: 'composite-unusable', message, hint: 'rename it, or pass --page-once=false', stops: 'apply' }]
}

function inputOf(want: CompositeState): PutCompositeAlarmInput {
  return {
    AlarmName: COMPOSITE_NAME,
    AlarmDescription: want.description,
    AlarmRule: want.rule,
    ...want.suppressor,
    ...actionsInput(want),
  }
}

function stateOf(found: CompositeAlarm, standing: string[]): CompositeState {
  return {
    description: found.AlarmDescription,
    rule: found.AlarmRule,
    suppressor: {
      ...(found.ActionsSuppressor && { ActionsSuppressor: found.ActionsSuppressor }),
      ...(found.ActionsSuppressorWaitPeriod && { ActionsSuppressorWaitPeriod: found.ActionsSuppressorWaitPeriod }),
      ...(found.ActionsSuppressorExtensionPeriod && {
        ActionsSuppressorExtensionPeriod: found.ActionsSuppressorExtensionPeriod,
      }),
    },
    standing,
    ...actionsOf(found),
  }
}
