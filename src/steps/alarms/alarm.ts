import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { tagsFor } from '../../aws/ownership.ts'
import { equal } from '../../core/diff.ts'
import { type Concern, ownedBy, type Resource, wantedState } from '../../core/resource.ts'
import { alarmArn, type Env, topicArn } from '../env.ts'
import { desiredActions } from './added-actions.ts'
import { type DescribeAlarms, deleteAlarm, isLearned, learn, modelOf, unlearn } from './alarm-calls.ts'
import { type AlarmSource, type AlarmState, putInput, settingsOf, stateOf } from './alarm-state.ts'
import { metricWords } from './alarm-words.ts'
import { anyAlarm } from './any-alarm.ts'
import { isToldFor } from './composite-rule.ts'

interface AlarmOptions {
  /** Whether it tells the topic by itself, or leaves that to the composite alarm. */
  notifies: boolean
  needs: readonly string[]
  describe: DescribeAlarms
  /** Hears of an alarm that was there before us: it is not silenced. */
  notOurs?: Set<string>
}

/** CloudWatch had a model of the metric before: it is somebody's, and outlives the alarm. Models have no tags. */
const OTHERS_MODEL_TAG = { Key: 'bedrock-monitor:anomaly-model', Value: 'not-ours' } as const

/** One metric alarm of a Region, with the model of its metric where it has one. */
export function alarm(
  env: Env,
  source: AlarmSource,
  { notifies, needs, describe, notOurs }: AlarmOptions,
): Resource<AlarmState, AwsContext> {
  const { name, learns, retires = false } = source
  const granted = alarmArn(env, grantedName(name))
  const grant = (...actions: string[]) => [{ actions, resources: [granted] }]
  // Models know no resource to allow.
  const ofModels = (...actions: string[]) => (learns ? [{ actions, resources: ['*'] }] : [])
  const common = anyAlarm<AlarmState>(env, {
    kind: 'metric',
    name,
    topic: notifies ? topicArn(env) : undefined,
    describe,
    stateOf: async (found, { composite }, cx) => ({
      ...stateOf(found),
      detector: learns && cx && (await isLearned(cx, learns)),
      toldFor: isToldFor(env, name, composite),
    }),
  })

  return {
    ...common,
    type: 'alarm',
    wanted: source.define() !== undefined,
    retires,
    needs,
    known: ['detector', 'toldFor', 'isOtherKind', 'tags'],

    desired(have) {
      const definition = source.define(have)
      // Nothing asks for it: what stands is right as it is.
      if (!definition) return have ?? stateOf({})
      return {
        ...settingsOf(definition),
        ...desiredActions(env, notifies, have),
        detector: learns ? true : undefined,
        toldFor: have?.toldFor ?? false,
      }
    },

    adopted: common.withTopic,
    concerns: (have, owner) => common.concernsOf(have, () => (owner === 'ours' ? [] : differing(source, have))),

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
      const found = await common.read(cx)
      const owner = async () => {
        const standing = ownedBy((await found?.owner()) ?? 'ours')
        if (standing.owner !== 'ours') notOurs?.add(name)
        return standing
      }
      return found && { ...found, owner }
    },

    async write(cx, have) {
      if (have?.owner === 'unmarked' || have?.owner === 'adopted') {
        return common.adopt(cx, have, wantedState(this, have))
      }
      const learned = have ? have.state.detector === true : learns !== undefined && (await isLearned(cx, learns))
      // What nobody tells for tells by itself; the composite alarm silences it once it stands.
      const actions = desiredActions(env, notifies || !have?.state.toldFor, have?.state)
      const want = { ...this.desired(have?.state), ...actions }
      if (!equal(have?.state, want)) {
        // Counted at creation only: later ones are ignored without a word.
        const Tags = have ? undefined : [...tagsFor(undefined), ...(learned ? [OTHERS_MODEL_TAG] : [])]
        await cx.aws.cloudwatch.send(new PutMetricAlarmCommand({ ...putInput(name, want), ...(Tags && { Tags }) }))
      }
      // After the alarm, whose tags say whether there was a model before: a run that ends here leaves no doubt whose it is.
      if (learns && !learned) await learn(cx, learns)
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
  const definition = define(have)
  if (!definition) return []
  const ours = settingsOf(definition)
  const what = ['namespace', 'metric', 'dimensions', 'statistic', 'comparison', 'metrics'] as const
  if (what.every((member) => equal(have[member], ours[member]))) return []
  const message = `alarm ${name} was there before and watches something else than ours of that name`
  const hint = 'pass --adopt to have it notify the topic as it is, or rename it'
  return [{ code: 'alarm-differs', message, hint, stops: 'adopt' }]
}
