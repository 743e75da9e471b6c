import { ListTagsForResourceCommand, PutMetricAlarmCommand, TagResourceCommand } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { ownerOf, tagsFor } from '../../aws/ownership.ts'
import { equal } from '../../core/diff.ts'
import type { Resource } from '../../core/resource.ts'
import { alarmArn, type Env } from '../env.ts'
import { type AlarmActions, desiredActions } from './alarm-actions.ts'
import { type AlarmDefinition, type AlarmSource, isMath } from './alarm-definition.ts'
import type { DescribeAlarms } from './alarm-describe.ts'
import { BAND, bandQueries, dimensionList, mathQueries, NAMESPACE } from './alarm-queries.ts'
import { type AlarmState, putInput, standingOf, stateOf } from './alarm-state.ts'
import { isLearned, learn, OTHERS_MODEL_TAG, unlearn } from './anomaly-detector.ts'
import { isToldFor } from './composite-rule.ts'
import { deleteAlarm, GONE } from './delete-alarm.ts'

export interface AlarmOptions {
  /** Whether it tells the topic by itself, or leaves that to the composite alarm. */
  tells: boolean
  needs: readonly string[]
  describe: DescribeAlarms
}

/** One metric alarm of a Region, with the model of its metric where it has one. */
export function alarm(
  env: Env,
  source: AlarmSource,
  { tells, needs, describe }: AlarmOptions,
): Resource<AlarmState, AwsContext> {
  const { name, learns, retires = false } = source
  const ResourceARN = alarmArn(env, name)
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]
  // Models know no resource to allow.
  const ofModels = (...actions: string[]) => (learns ? [{ actions, resources: ['*'] }] : [])
  const tagsOf = async ({ aws }: AwsContext) =>
    (await aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags

  return {
    step: '5',
    type: 'alarm',
    name,
    region: env.region,
    holdsData: false,
    wanted: source.define() !== undefined,
    retires,
    needs,

    desired(have) {
      const definition = source.define(have && standingOf(have))
      // Nothing asks for it: what stands is right as it is.
      if (!definition) return have ?? stateOf({})
      return {
        ...settingsOf(definition),
        ...desiredActions(env, tells, have),
        detector: learns ? true : undefined,
        toldFor: have?.toldFor ?? false,
      }
    },

    permissions: () => ({
      read: [
        // Several alarms in one call, and composite ones at all, are only told to who may see every alarm.
        { actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] },
        ...grant('cloudwatch:ListTagsForResource'),
        ...ofModels('cloudwatch:DescribeAnomalyDetectors'),
      ],
      write: [
        ...grant('cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'),
        ...ofModels('cloudwatch:PutAnomalyDetector'),
        ...(retires ? grant('cloudwatch:DeleteAlarms') : []),
      ],
      remove: [...grant('cloudwatch:DeleteAlarms'), ...ofModels('cloudwatch:DeleteAnomalyDetector')],
    }),

    billedMetrics: ({ metrics, thresholdMetric }) =>
      // A band is billed as the two metrics that it is made of (aws.amazon.com/cloudwatch/pricing).
      metrics ? Object.values(metrics).filter(({ metric }) => metric).length + (thresholdMetric ? 2 : 0) : 1,

    async read(cx) {
      const { metricAlarms, compositeAlarms } = await describe(cx)
      const found = metricAlarms.find(({ AlarmName }) => AlarmName === name)
      if (!found) return undefined
      const detector = learns && (await isLearned(cx, learns))
      const toldFor = isToldFor(env, name, compositeAlarms)
      return { state: { ...stateOf(found), detector, toldFor }, owner: async () => ownerOf(await tagsOf(cx)) }
    },

    async write(cx, have) {
      const { cloudwatch } = cx.aws
      const learned = have ? have.state.detector === true : learns !== undefined && (await isLearned(cx, learns))
      const othersModel = learned ? [OTHERS_MODEL_TAG] : []
      // What nobody tells for tells by itself; the composite alarm silences it once it stands.
      const actions = desiredActions(env, tells || !have?.state.toldFor, have?.state)
      const want = { ...this.desired(have?.state), ...actions }
      if (!equal(have?.state, want)) {
        await cloudwatch.send(
          new PutMetricAlarmCommand({
            ...putInput(name, want),
            // Counted at creation only: later ones are ignored without a word.
            ...(!have && { Tags: [...tagsFor(undefined), ...othersModel] }),
          }),
        )
      }
      if (have?.owner === 'unmarked') {
        const Tags = [...tagsFor(have.owner), ...othersModel]
        await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags }))
      }
      // After the alarm, whose tags say whether there was a model before: a run that ends here leaves no doubt whose it is.
      if (learns && !learned) await learn(cx, learns)
    },

    async remove(cx) {
      const tags = learns && (await orUndefined(tagsOf(cx), ...GONE))
      const model = tags?.some(({ Key }) => Key === OTHERS_MODEL_TAG.Key) === false ? learns : undefined
      // Before the alarm, without which nobody could tell whose the model is; and after it, since CloudWatch makes one anew
      // whenever it evaluates an alarm that needs it.
      if (model) await unlearn(cx, model)
      await deleteAlarm(cx, name)
      if (model) await unlearn(cx, model)
    },
  }
}

type Settings = Omit<AlarmState, keyof AlarmActions | 'detector' | 'toldFor'>

const UNWATCHED = {
  namespace: undefined,
  metric: undefined,
  dimensions: [],
  statistic: undefined,
  periodSeconds: undefined,
  metrics: undefined,
} satisfies Partial<AlarmState>

function settingsOf(definition: AlarmDefinition): Settings {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, threshold, band } = definition
  return {
    description: definition.description,
    ...UNWATCHED,
    ...watching(definition),
    evaluationPeriods,
    datapointsToAlarm,
    comparison: band === undefined ? 'GreaterThanThreshold' : 'GreaterThanUpperThreshold',
    threshold: band === undefined ? threshold : undefined,
    thresholdMetric: band === undefined ? undefined : BAND,
    missingData: 'notBreaching',
    lowSamples: 'evaluate',
  }
}

function watching({ watched, periodSeconds, band }: AlarmDefinition): Partial<AlarmState> {
  if (isMath(watched)) {
    return { metrics: mathQueries(watched.metrics, watched.expression, watched.label, periodSeconds) }
  }
  if (band !== undefined) return { metrics: bandQueries(watched, band, periodSeconds) }
  const { namespace = NAMESPACE, metric, dimensions, statistic } = watched
  return { namespace, metric, dimensions: dimensionList(dimensions), statistic, periodSeconds }
}
