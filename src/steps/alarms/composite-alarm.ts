import { type CompositeAlarm, PutCompositeAlarmCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { tagsFor } from '../../aws/ownership.ts'
import { equal } from '../../core/diff.ts'
import { type Concern, concernsIn, type Owner, type Resource, wantedState } from '../../core/resource.ts'
import { alarmArn, type Env, topicArn } from '../env.ts'
import { type AlarmActions, actionsInput, actionsOf, desiredActions } from './added-actions.ts'
import { type DescribeAlarms, deleteAlarm } from './alarm-calls.ts'
import { putInput, stateOf as stateOfMetric } from './alarm-state.ts'
import { compositeWords } from './alarm-words.ts'
import { anyAlarm } from './any-alarm.ts'
import { addedTo, alarmsIn, anyOf, COMPOSITE_NAME, isAnyOf, theirsOf } from './composite-rule.ts'

const DESCRIPTION =
  'At least one of the alarms on Amazon Bedrock in this Region is in ALARM. It notifies once, instead of each of them.'

type CompositeState = ReturnType<typeof stateOf> & AlarmActions

const SUPPRESSOR = ['ActionsSuppressor', 'ActionsSuppressorWaitPeriod', 'ActionsSuppressorExtensionPeriod'] as const

interface CompositeOptions {
  wanted: readonly string[]
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
  const grant = (...actions: string[]) => [{ actions, resources: [alarmArn(env, COMPOSITE_NAME)] }]
  // CloudWatch takes composite alarms from those only who may put any of them.
  const putAny = { actions: ['cloudwatch:PutCompositeAlarm'], resources: ['*'] }
  /** An alarm that is not asked for any more, but stands, keeps its place: left out, nobody would hear of it. */
  const watched = (have?: CompositeState) => {
    const kept = alarmsIn(have?.rule).filter((name) => have?.standing.includes(name) && known.includes(name))
    return [...new Set([...wanted, ...kept])].sort()
  }
  const joined = (have: CompositeState) => addedTo(theirsOf(have.rule), watched(have))
  const common = anyAlarm<CompositeState>(env, {
    kind: 'composite',
    name: COMPOSITE_NAME,
    topic: topicArn(env),
    describe,
    stateOf: (found, { metric }) => stateOf(found, metric.flatMap(({ AlarmName }) => AlarmName ?? []).sort()),
    // CloudWatch deletes no alarm that a composite alarm is about.
    theirRule: theirsOf,
  })

  return {
    ...common,
    type: 'composite-alarm',
    wanted: env.settings.pageOnce,
    // The others tell by themselves again: it would only repeat them.
    retires: true,
    needs,
    summary: ({ rule }) => compositeWords({ AlarmRule: rule }).watches,
    known: ['standing', 'isOtherKind', 'tags'],

    desired: (have) => ({
      description: DESCRIPTION,
      rule: isAnyOf(watched(have), have?.rule) ? have?.rule : anyOf(watched(have)),
      suppressor: have?.suppressor ?? {},
      standing: have?.standing ?? [],
      ...desiredActions(env, true, have),
    }),

    // Somebody's goes off as before, and for our alarms, too.
    adopted: (have) => common.withTopic({ ...have, rule: joined(have) }),
    concerns: (have, owner) => common.concernsOf(have, () => hindrances(have, owner, joined(have))),

    template: (want, Tags) => [
      { type: 'AWS::CloudWatch::CompositeAlarm', id: COMPOSITE_NAME, properties: { ...inputOf(want), Tags } },
    ],

    permissions: () => ({
      read: [{ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }, ...grant('cloudwatch:ListTagsForResource')],
      write: [putAny, ...grant('cloudwatch:TagResource', 'cloudwatch:DeleteAlarms')],
      // The rights that the other alarms take: a policy has one statement for all, and stays within IAM's limit.
      remove: [putAny, ...grant('cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:UntagResource')],
    }),

    async write(cx, have) {
      const { cloudwatch } = cx.aws
      const want = wantedState(this, have)
      if (have?.owner === 'unmarked' || have?.owner === 'adopted') {
        await common.adopt(cx, have, want, { AlarmRule: want.rule })
      } else {
        const Tags = have ? undefined : tagsFor(undefined)
        await cloudwatch.send(new PutCompositeAlarmCommand({ ...inputOf(want), ...(Tags && { Tags }) }))
      }
      // Not before it stands: until then each of them tells by itself, so that no alarm is ever without a voice.
      const silenced = (await describe(cx)).metric.flatMap((alarm) => {
        const { AlarmName = '' } = alarm
        if (!wanted.includes(AlarmName) || notOurs.has(AlarmName)) return []
        const state = stateOfMetric(alarm)
        const silent = { ...state, ...desiredActions(env, false, state) }
        return equal(state, silent) ? [] : [new PutMetricAlarmCommand(putInput(AlarmName, silent))]
      })
      await Promise.all(silenced.map((put) => cloudwatch.send(put)))
    },

    remove: (cx) => deleteAlarm(cx, COMPOSITE_NAME),
  }
}

/** The most that a rule may have (docs: PutCompositeAlarm). */
const LONGEST_RULE = 10_240

function hindrances({ actionsEnabled }: CompositeState, owner: Owner, rule: string): Concern[] {
  const why = actionsEnabled ? 'its rule has no room for more' : 'its actions are disabled'
  const isHindered = owner !== 'ours' && (!actionsEnabled || rule.length > LONGEST_RULE)
  const message = `composite alarm ${COMPOSITE_NAME} was there before, and cannot notify for the other alarms: ${why}`
  return concernsIn(['composite-unusable', isHindered, message, 'rename it, or pass --page-once=false', 'apply'])
}

const inputOf = (want: CompositeState) => ({
  AlarmName: COMPOSITE_NAME,
  AlarmDescription: want.description,
  AlarmRule: want.rule,
  ...want.suppressor,
  ...actionsInput(want),
})

function stateOf(found: CompositeAlarm, standing: string[]) {
  const suppressor = SUPPRESSOR.flatMap((name) => (found[name] ? [[name, found[name]]] : []))
  return {
    description: found.AlarmDescription,
    rule: found.AlarmRule,
    /** What keeps its actions from being taken, as CloudWatch tells it. */
    suppressor: Object.fromEntries(suppressor) as Partial<Pick<CompositeAlarm, (typeof SUPPRESSOR)[number]>>,
    /** The alarms it may be about that stand. Known, not set. */
    standing,
    ...actionsOf(found),
  }
}
