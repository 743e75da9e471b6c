import type { AwsContext } from '../aws/context.ts'
import { ownerOf } from '../aws/ownership.ts'
import { sharedAnswer } from '../aws/pages.ts'
import { type AnyResource, resourceId, type Step } from '../core/resource.ts'
import { grouped } from '../text/numbers.ts'
import { alarm, differing, grantedName } from './alarms/alarm.ts'
import { alarmsNotifying, describeAlarms, tagsOfAlarm } from './alarms/alarm-calls.ts'
import type { WatchedMetric } from './alarms/alarm-definition.ts'
import { type AlarmSource, stateOf } from './alarms/alarm-state.ts'
import { compositeAlarm } from './alarms/composite-alarm.ts'
import { COMPOSITE_NAME } from './alarms/composite-rule.ts'
import { quotaAlarms } from './alarms/quota-alarms.ts'
import { THRESHOLD_ALARMS } from './alarms/threshold-alarms.ts'
import { whatToDo } from './alarms/what-to-do.ts'
import { alarmArn, byRegion, type Env, ownTopicArn } from './env.ts'
import { budgetGrants, budgets, budgetsStaying } from './notify/budget.ts'
import { topic } from './notify/topic.ts'
import { spendAlarms } from './spend/spend-alarm.ts'

/** Step 5: each Region's topic and the alarms that notify it, and the account's budget. */
export function alarms(env: Env): Step<AwsContext> {
  // Of the account, whatever the Region: asked once for all topics.
  const budgetsTold = sharedAnswer((cx) => budgetsStaying(cx, env))
  return {
    id: '5',
    name: 'alarms',
    title: 'topic and alarms',
    resources: [...byRegion(env).flatMap((each) => alarmsOfRegion(each, budgetsTold)), ...budgets(env)],
  }
}

function alarmsOfRegion(
  env: Env,
  budgetsTold: (cx: AwsContext) => ReturnType<typeof budgetsStaying>,
): AnyResource<AwsContext>[] {
  const sources = sourcesOf(env)
  const names = [...sources.map(({ name }) => name), COMPOSITE_NAME]
  const tagged = names.map((name) => alarmArn(env, grantedName(name)))
  // The topic is read again once they are: they are no more of others than they were in the plan.
  const released = new Set<string>()
  const alerts = topic(env, {
    grants: [
      { actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] },
      { actions: ['cloudwatch:ListTagsForResource'], resources: tagged },
      ...budgetGrants(env),
    ],
    async read(cx) {
      const [alarms, told] = await Promise.all([stillTelling(cx, env, sources, released), budgetsTold(cx)])
      const budgets = told?.filter(({ topics }) => topics.includes(ownTopicArn(env))).map(({ name }) => name)
      return { alarms, budgets }
    },
  })
  // One call for all resources that ask at the same time, and for each hundred of names.
  const describe = sharedAnswer((cx) => describeAlarms(cx, names))
  const notOurs = new Set<string>()
  const topicFirst = [resourceId(alerts)]
  const each = (retiring: boolean, needs: readonly string[]) =>
    sources
      .filter(({ retires = false }) => retires === retiring)
      .map((source) => alarm(env, source, { notifies: !env.settings.pageOnce, needs, describe, notOurs }))
  const single = each(false, topicFirst)
  const any = compositeAlarm(env, {
    wanted: single.filter(({ wanted }) => wanted).map(({ name }) => name),
    known: single.map(({ name }) => name),
    needs: [...topicFirst, ...single.map(resourceId)],
    describe,
    notOurs,
  })
  // An alarm that another is about cannot be deleted: the composite alarm lets go of it first.
  return [alerts, ...single, any, ...each(true, [...topicFirst, resourceId(any)])]
}

/** The names of the alarms that tell our topic and are to do so after a clean-up: those of others, under whatever name. */
async function stillTelling(cx: AwsContext, env: Env, sources: readonly AlarmSource[], released: Set<string>) {
  const telling = await alarmsNotifying(cx, ownTopicArn(env))
  const kept = await Promise.all(
    telling.map(async (found) => {
      const { AlarmName: name = '', AlarmArn = '' } = found
      const source = sources.find((each) => each.name === name)
      if (!source && name !== COMPOSITE_NAME) return [name]
      const owner = ownerOf(await tagsOfAlarm(cx, AlarmArn))
      // One that was there before us told it before there was one, and is put back so.
      if (owner === 'adopted') released.add(name)
      if (owner === 'ours' || released.has(name)) return []
      const isOther = owner === 'unmarked' && source && differing(source, stateOf(found)).length > 0
      return env.removing?.includeAdopted && owner === 'unmarked' && !isOther ? [] : [name]
    }),
  )
  return kept.flat().sort()
}

/** Every alarm that may be one of ours in this Region. The minimal profile leaves out all that the scripts did not have. */
export function sourcesOf(env: Env): AlarmSource[] {
  const byUse = [...spendAlarms(env), ...quotaAlarms(env)].map(
    ({ define, ...source }): AlarmSource => ({
      ...source,
      define: (have) => (env.settings.alarms === 'minimal' ? undefined : define(have)),
    }),
  )
  return [...alarmSources(env), ...byUse]
}

/** Every alarm whose name is known beforehand, and when it is asked for. */
export function alarmSources({ settings, region }: Pick<Env, 'settings' | 'region'>): AlarmSource[] {
  const { anomaly, anomalyBand: band } = settings
  const byThreshold = THRESHOLD_ALARMS.flatMap((row): AlarmSource[] => {
    const { from, threshold: about, floor, goesOff, look: _, watched, suggest: __, ...alarm } = row
    if (!watched) return []
    const [threshold, least] = [settings[about.key], floor ? settings[floor.key] : 0]
    const description = goesOff(threshold, least) + whatToDo(row, region)
    const definition = { ...alarm, description, watched: watched(least), threshold }
    const isAsked = from === 'minimal' || settings.alarms !== 'minimal'
    return [{ name: alarm.name, define: () => (isAsked ? definition : undefined) }]
  })
  const look = ['report --hours 3 --compare previous', 'what is new'] as const
  const guide = whatToDo({ look, threshold: { key: 'anomalyBand' } }, region)
  const unusual = ([name, what, metric]: readonly [string, string, string]): AlarmSource => {
    const watched: WatchedMetric = { metric, statistic: 'Sum' }
    const description = `More ${what} of Amazon Bedrock than expected for this hour of the week, by more than ${grouped(band)} standard deviations.${guide}`
    const times = { periodSeconds: 900, evaluationPeriods: 3, datapointsToAlarm: 2 }
    const definition = { name, description, watched, ...times, band }
    return { name, learns: watched, define: () => (anomaly ? definition : undefined) }
  }
  return [...byThreshold, ...ANOMALIES.map(unusual)]
}

const ANOMALIES = [
  ['Bedrock-InvocationsAnomaly', 'invocations', 'Invocations'],
  ['Bedrock-InputTokensAnomaly', 'input tokens', 'InputTokenCount'],
] as const
