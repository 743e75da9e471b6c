import { PutMetricAlarmCommand, type PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { OF_A_STACK, tagsFor, whose } from '../../aws/ownership.ts'
import { equal } from '../../core/diff.ts'
import { type Concern, type Known, type Resource, wantedState } from '../../core/resource.ts'
import { alarmArn, type Env, topicArn } from '../env.ts'
import {
  type AlarmActions,
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
import { type DescribeAlarms, deleteAlarm } from './alarm-calls.ts'
import { type AlarmDefinition, type AlarmSource, isMath } from './alarm-definition.ts'
import {
  type AlarmState,
  BAND,
  bandQueries,
  dimensionList,
  mathQueries,
  NAMESPACE,
  NO_METRIC,
  putInput,
  standingOf,
  stateOf,
} from './alarm-state.ts'
import { metricWords } from './alarm-words.ts'
import { isLearned, learn, modelOf, OTHERS_MODEL_TAG, unlearn } from './anomaly-detector.ts'
import { isToldFor } from './composite-rule.ts'

export interface AlarmOptions {
  /** Whether it tells the topic by itself, or leaves that to the composite alarm. */
  notifies: boolean
  needs: readonly string[]
  describe: DescribeAlarms
  /** Hears of an alarm that was there before us: it is not silenced. */
  notOurs?: Set<string>
}

/** One metric alarm of a Region, with the model of its metric where it has one. */
export function alarm(
  env: Env,
  source: AlarmSource,
  { notifies, needs, describe, notOurs }: AlarmOptions,
): Resource<AlarmState, AwsContext> {
  const { name, learns, retires = false } = source
  const ResourceARN = alarmArn(env, name)
  const granted = alarmArn(env, grantedName(name))
  const grant = (...actions: string[]) => [{ actions, resources: [granted] }]
  // Models know no resource to allow.
  const ofModels = (...actions: string[]) => (learns ? [{ actions, resources: ['*'] }] : [])
  const find = async (cx: AwsContext) => (await describe(cx)).metricAlarms.find(({ AlarmName }) => AlarmName === name)
  const marksFor = (have: Known<AlarmState>) => marksOf(have, notifies ? topicArn(env) : undefined)
  /** Replaces what stands by the same with other actions: everything else is sent again as CloudWatch told it. */
  const putActions = async ({ aws }: AwsContext, found: object, actions: object) =>
    aws.cloudwatch.send(new PutMetricAlarmCommand({ ...settable(found), ...actions } as PutMetricAlarmInput))

  return {
    step: '5',
    type: 'alarm',
    name,
    region: env.region,
    wanted: source.define() !== undefined,
    retires,
    needs,
    known: ['detector', 'toldFor', 'isComposite', 'tags'],
    foreign: OF_A_STACK,

    desired(have) {
      const definition = source.define(have && standingOf(have))
      // Nothing asks for it: what stands is right as it is.
      if (!definition) return have ?? stateOf({})
      return {
        ...settingsOf(definition),
        ...desiredActions(env, notifies, have),
        detector: learns ? true : undefined,
        toldFor: have?.toldFor ?? false,
      }
    },

    adopted: (have) => (notifies ? withTopic(have, topicArn(env)) : have),
    released: withoutAdded,
    marks: (have) => marksFor(have).map(({ Key }) => Key),
    concerns: (have, owner) =>
      have.isComposite
        ? [nameTaken(name, 'composite')]
        : [
            ...(owner === 'ours' ? [] : differing(source, have)),
            ...(notifies ? withoutRoom(name, have, topicArn(env)) : []),
          ],

    template: (want, Tags) => [
      { type: 'AWS::CloudWatch::Alarm', id: name, properties: { ...putInput(name, want), Tags } },
      ...(learns
        ? [{ type: 'AWS::CloudWatch::AnomalyDetector', properties: { SingleMetricAnomalyDetector: modelOf(learns) } }]
        : []),
    ],

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
      remove: [
        ...grant('cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:UntagResource'),
        ...ofModels('cloudwatch:DeleteAnomalyDetector'),
      ],
    }),

    summary: (state) => metricWords(putInput(name, state)).goesOff,

    billedUnits: ({ metrics, thresholdMetric }) =>
      // A band is billed as the two metrics that it is made of (aws.amazon.com/cloudwatch/pricing).
      metrics ? Object.values(metrics).filter(({ metric }) => metric).length + (thresholdMetric ? 2 : 0) : 1,

    async read(cx) {
      const { metricAlarms, compositeAlarms } = await describe(cx)
      const found = metricAlarms.find(({ AlarmName }) => AlarmName === name)
      if (!found && compositeAlarms.some(({ AlarmName }) => AlarmName === name)) {
        const state = { ...stateOf({}), toldFor: false, isComposite: true as const }
        return { state, owner: async () => (env.removing ? 'foreign' : 'unmarked') }
      }
      if (!found) return undefined
      const detector = learns && (await isLearned(cx, learns))
      const toldFor = isToldFor(env, name, compositeAlarms)
      const tags = env.removing && (await tagsOfAlarm(cx, ResourceARN))
      return {
        state: { ...stateOf(found), detector, toldFor, ...(tags && { tags }) },
        async owner() {
          const standing = whose(tags ?? (await tagsOfAlarm(cx, ResourceARN)))
          if (standing.owner !== 'ours') notOurs?.add(name)
          return standing
        },
      }
    },

    async write(cx, have) {
      const { cloudwatch } = cx.aws
      if (have?.owner === 'unmarked' || have?.owner === 'adopted') {
        const found = await find(cx)
        if (!found) return
        const differs = !equal(have.state, wantedState(this, have))
        if (differs || have.owner === 'unmarked') await mark(cx, ResourceARN, marksFor(have))
        if (differs) await putActions(cx, found, addTo(found, topicArn(env)))
        return
      }
      const learned = have ? have.state.detector === true : learns !== undefined && (await isLearned(cx, learns))
      const othersModel = learned ? [OTHERS_MODEL_TAG] : []
      // What nobody tells for tells by itself; the composite alarm silences it once it stands.
      const actions = desiredActions(env, notifies || !have?.state.toldFor, have?.state)
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
      // After the alarm, whose tags say whether there was a model before: a run that ends here leaves no doubt whose it is.
      if (learns && !learned) await learn(cx, learns)
    },

    async release(cx, { state: { tags = [] } }) {
      const found = await find(cx)
      if (!found) return
      const left = takenOut(found, tags)
      if (left) await putActions(cx, found, left)
      await unmark(cx, ResourceARN, tags)
    },

    async remove(cx, { owner, state: { tags = [] } }) {
      const isOthers = owner !== 'ours' || tags.some(({ Key }) => Key === OTHERS_MODEL_TAG.Key)
      const model = isOthers ? undefined : learns
      // Before the alarm, without which nobody could tell whose the model is; and after it, since CloudWatch makes one anew
      // whenever it evaluates an alarm that needs it.
      if (model) await unlearn(cx, model)
      await deleteAlarm(cx, name)
      if (model) await unlearn(cx, model)
    },
  }
}

/** Alarms with much the same name are allowed as one: a managed policy has room for so many characters. */
export function grantedName(name: string): string {
  return name
    .replace(/^(Bedrock-Mantle|Bedrock-HighLatency).*/, '$1*')
    .replace(/^Bedrock-In.+Anomaly$/, 'Bedrock-In*Anomaly')
}

/** Of an alarm of our name that was there before: whether it watches what ours does. Its thresholds and times are its own. */
export function differing({ name, define }: AlarmSource, have: AlarmState): Concern[] {
  const definition = define(standingOf(have))
  if (!definition) return []
  const ours = settingsOf(definition)
  const what = ['namespace', 'metric', 'dimensions', 'statistic', 'comparison', 'metrics'] as const
  if (what.every((member) => equal(have[member], ours[member]))) return []
  const message = `alarm ${name} was there before and watches something else than ours of that name`
  const hint = 'pass --adopt to have it notify the topic as it is, or rename it'
  return [{ code: 'alarm-differs', message, hint, stops: 'adopt' }]
}

type Settings = Omit<AlarmState, keyof AlarmActions | 'detector' | 'toldFor'>

function settingsOf(definition: AlarmDefinition): Settings {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, threshold, band } = definition
  return {
    description: definition.description,
    ...NO_METRIC,
    metrics: undefined,
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
