import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../aws/context.ts'
import { ownerOf, tagsFor } from '../aws/ownership.ts'
import type { Resource } from '../core/resource.ts'
import { alarmArn, type Env, topicArn } from './env.ts'

/** What an alarm watches: all models of the Region together. */
export interface AlarmDefinition {
  name: string
  description: string
  metric: string
  statistic: 'Sum' | 'Average'
  periodSeconds: number
  evaluationPeriods: number
  /** It rings above this. */
  threshold: number
}

interface AlarmState {
  description: string | undefined
  namespace: string | undefined
  metric: string | undefined
  dimensions: string[]
  statistic: string | undefined
  periodSeconds: number | undefined
  evaluationPeriods: number | undefined
  datapointsToAlarm: number | undefined
  comparison: string | undefined
  threshold: number | undefined
  missingData: string | undefined
  actionsEnabled: boolean
  alarmActions: string[]
  okActions: string[]
  insufficientDataActions: string[]
}

/** Reads the alarms of these names. */
export type DescribeAlarms = (cx: AwsContext) => Promise<MetricAlarm[]>

/**
 * One answer for all resources that ask while the call is on its way: a plan reads its resources side by side, and
 * DescribeAlarms takes a hundred names.
 */
export function describeTogether(names: readonly string[]): DescribeAlarms {
  let underway: Promise<MetricAlarm[]> | undefined
  return ({ aws }) => {
    underway ??= aws.cloudwatch
      .send(new DescribeAlarmsCommand({ AlarmNames: [...names], MaxRecords: 100 }))
      .then(({ MetricAlarms = [] }) => MetricAlarms)
      .finally(() => {
        underway = undefined
      })
    return underway
  }
}

export function alarm(
  env: Env,
  definition: AlarmDefinition,
  needs: readonly string[],
  describe: DescribeAlarms,
): Resource<AlarmState, AwsContext> {
  const { name } = definition
  const ResourceARN = alarmArn(env, name)
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]
  const desired = (have?: AlarmState) => desiredAlarm(env, definition, have)

  return {
    step: '5',
    type: 'alarm',
    name,
    region: env.region,
    holdsData: false,
    needs,
    desired,

    permissions: () => ({
      read: [
        // Several alarms in one call are checked against all of the Region.
        { actions: ['cloudwatch:DescribeAlarms'], resources: [alarmArn(env, '*')] },
        ...grant('cloudwatch:ListTagsForResource'),
      ],
      write: grant('cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'),
      remove: grant('cloudwatch:DeleteAlarms'),
    }),

    async read(cx) {
      const found = (await describe(cx)).find(({ AlarmName }) => AlarmName === name)
      if (!found) return undefined
      return {
        state: stateOf(found),
        async owner() {
          const { Tags } = await cx.aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))
          return ownerOf(Tags)
        },
      }
    },

    async write({ aws }, have) {
      const want = desired(have?.state)
      await aws.cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: name,
          AlarmDescription: want.description,
          Namespace: want.namespace,
          MetricName: want.metric,
          Statistic: definition.statistic,
          Period: want.periodSeconds,
          EvaluationPeriods: want.evaluationPeriods,
          DatapointsToAlarm: want.datapointsToAlarm,
          Threshold: want.threshold,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: want.missingData,
          ActionsEnabled: want.actionsEnabled,
          AlarmActions: want.alarmActions,
          OKActions: want.okActions,
          InsufficientDataActions: want.insufficientDataActions,
          // Counted at creation only: later ones are ignored without a word.
          ...(!have && { Tags: tagsFor(undefined) }),
        }),
      )
      if (have?.owner === 'unmarked') {
        await aws.cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: tagsFor(have.owner) }))
      }
    },

    async remove({ aws }) {
      await aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }))
    },
  }
}

/** Actions that others have added stay; the metric is the account's total, which has no dimensions. */
function desiredAlarm(env: Env, definition: AlarmDefinition, have: AlarmState | undefined): AlarmState {
  const toTopic = (actions: readonly string[] = []) => [...new Set([...actions, topicArn(env)])].sort()
  return {
    description: definition.description,
    namespace: 'AWS/Bedrock',
    metric: definition.metric,
    dimensions: [],
    statistic: definition.statistic,
    periodSeconds: definition.periodSeconds,
    evaluationPeriods: definition.evaluationPeriods,
    datapointsToAlarm: definition.evaluationPeriods,
    comparison: 'GreaterThanThreshold',
    threshold: definition.threshold,
    missingData: 'notBreaching',
    actionsEnabled: true,
    alarmActions: toTopic(have?.alarmActions),
    okActions: toTopic(have?.okActions),
    insufficientDataActions: have?.insufficientDataActions ?? [],
  }
}

function stateOf(found: MetricAlarm): AlarmState {
  return {
    description: found.AlarmDescription,
    namespace: found.Namespace,
    metric: found.MetricName,
    dimensions: (found.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).sort(),
    statistic: found.Statistic ?? found.ExtendedStatistic,
    periodSeconds: found.Period,
    evaluationPeriods: found.EvaluationPeriods,
    // Left out, it is the number of evaluation periods.
    datapointsToAlarm: found.DatapointsToAlarm ?? found.EvaluationPeriods,
    comparison: found.ComparisonOperator,
    threshold: found.Threshold,
    missingData: found.TreatMissingData,
    actionsEnabled: found.ActionsEnabled ?? true,
    alarmActions: [...(found.AlarmActions ?? [])].sort(),
    okActions: [...(found.OKActions ?? [])].sort(),
    insufficientDataActions: [...(found.InsufficientDataActions ?? [])].sort(),
  }
}
