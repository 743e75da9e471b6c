import {
  type CompositeAlarm,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  type PutCompositeAlarmInput,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { ownerOf, tagsFor } from '../../aws/ownership.ts'
import type { Resource } from '../../core/resource.ts'
import { alarmArn, type Env } from '../env.ts'
import { type AlarmActions, desiredActions } from './alarm-actions.ts'
import type { DescribeAlarms } from './alarm-describe.ts'
import { alarmsIn, anyOf, COMPOSITE_NAME, isAnyOf, withoutAlarms } from './composite-rule.ts'
import { deleteAlarm } from './delete-alarm.ts'
import { silence } from './silence.ts'

const DESCRIPTION =
  'At least one of the alarms on Amazon Bedrock in this Region is ringing. It tells once, instead of each of them.'

interface CompositeState extends AlarmActions {
  description: string | undefined
  rule: string | undefined
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
}

/** The alarm that rings as long as any other of the Region does, and tells in their place. */
export function compositeAlarm(
  env: Env,
  { wanted, known, needs, describe }: CompositeOptions,
): Resource<CompositeState, AwsContext> {
  const ResourceARN = alarmArn(env, COMPOSITE_NAME)
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]

  return {
    step: '5',
    type: 'composite-alarm',
    name: COMPOSITE_NAME,
    region: env.region,
    holdsData: false,
    wanted: env.settings.pageOnce,
    // The others tell by themselves again: it would only repeat them.
    retires: true,
    needs,

    /** An alarm that is not asked for any more, but stands, keeps its place: left out, nobody would hear of it. */
    desired(have) {
      const kept = alarmsIn(have?.rule).filter((name) => have?.standing.includes(name) && known.includes(name))
      const names = [...new Set([...wanted, ...kept])].sort()
      return {
        description: DESCRIPTION,
        rule: isAnyOf(names, have?.rule) ? have?.rule : anyOf(names),
        standing: have?.standing ?? [],
        ...desiredActions(env, true, have),
      }
    },

    permissions: () => ({
      read: [{ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }, ...grant('cloudwatch:ListTagsForResource')],
      write: [
        // CloudWatch takes composite alarms from those only who may put any of them.
        { actions: ['cloudwatch:PutCompositeAlarm'], resources: ['*'] },
        ...grant('cloudwatch:TagResource', 'cloudwatch:DeleteAlarms'),
      ],
      remove: [{ actions: ['cloudwatch:PutCompositeAlarm'], resources: ['*'] }, ...grant('cloudwatch:DeleteAlarms')],
    }),

    async read(cx) {
      const { metricAlarms, compositeAlarms } = await describe(cx)
      const found = compositeAlarms.find(({ AlarmName }) => AlarmName === COMPOSITE_NAME)
      if (!found) return undefined
      const standing = metricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []).sort()
      return {
        state: stateOf(found, standing),
        async owner() {
          const { Tags } = await cx.aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))
          return ownerOf(Tags)
        },
      }
    },

    async write(cx, have) {
      const { aws } = cx
      const want = this.desired(have?.state)
      const Tags = have ? undefined : tagsFor(undefined)
      await aws.cloudwatch.send(new PutCompositeAlarmCommand({ ...inputOf(want), ...(Tags && { Tags }) }))
      if (have?.owner === 'unmarked') {
        await aws.cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: tagsFor(have.owner) }))
      }
      // Not before it stands: until then each of them tells by itself, so that no alarm is ever without a voice.
      const { metricAlarms } = await describe(cx)
      await silence(
        cx,
        env,
        metricAlarms.filter(({ AlarmName = '' }) => wanted.includes(AlarmName)),
      )
    },

    // CloudWatch deletes no alarm that a composite alarm is about.
    release: {
      state: (have) => ({ ...have, rule: withoutAlarms(known, have.rule) }),
      async write({ aws }, have) {
        await aws.cloudwatch.send(new PutCompositeAlarmCommand(inputOf(this.state(have.state))))
      },
    },

    remove: (cx) => deleteAlarm(cx, COMPOSITE_NAME),
  }
}

function inputOf(want: CompositeState): PutCompositeAlarmInput {
  return {
    AlarmName: COMPOSITE_NAME,
    AlarmDescription: want.description,
    AlarmRule: want.rule,
    ActionsEnabled: want.actionsEnabled,
    AlarmActions: want.alarmActions,
    OKActions: want.okActions,
    InsufficientDataActions: want.insufficientDataActions,
  }
}

function stateOf(found: CompositeAlarm, standing: string[]): CompositeState {
  return {
    description: found.AlarmDescription,
    rule: found.AlarmRule,
    standing,
    actionsEnabled: found.ActionsEnabled ?? true,
    alarmActions: [...(found.AlarmActions ?? [])].sort(),
    okActions: [...(found.OKActions ?? [])].sort(),
    insufficientDataActions: [...(found.InsufficientDataActions ?? [])].sort(),
  }
}
