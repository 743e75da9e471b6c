import {
  type AlarmType,
  type CompositeAlarm,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  type MetricAlarm,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { itemsOf } from '../../aws/pages.ts'
import { equal } from '../../core/diff.ts'
import { AppError } from '../../core/errors.ts'
import type { Env } from '../env.ts'
import { desiredActions } from './added-actions.ts'
import { putInput, stateOf } from './alarm-state.ts'

/** What CloudWatch answers with where there is no alarm, or no model, of the name. */
export const GONE = ['ResourceNotFoundException', 'ResourceNotFound']

/** What it answers with where it refuses to delete an alarm. */
const REFUSED = ['ValidationError', 'ValidationException']

/**
 * Deletes an alarm of either kind; succeeds when it is gone already. CloudWatch deletes none that a composite alarm watches:
 * that is an error of kind `blocked` which names the composite alarms.
 */
export async function deleteAlarm(cx: AwsContext, name: string): Promise<void> {
  try {
    await orUndefined(cx.aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })), ...GONE)
  } catch (error) {
    const watchers = hasCode(error, ...REFUSED) ? await watchersOf(cx, name) : []
    throw watchers.length > 0 ? watched(name, watchers, error) : error
  }
}

/** The composite alarms whose rules name an alarm; none where that cannot be told. */
async function watchersOf({ aws }: AwsContext, name: string): Promise<string[]> {
  const describe = new DescribeAlarmsCommand({ ParentsOfAlarmName: name, MaxRecords: 100 })
  const found = await aws.cloudwatch.send(describe).catch(() => undefined)
  return (found?.CompositeAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? [])
}

function watched(name: string, watchers: readonly string[], cause: unknown): AppError {
  const list = watchers.join(', ')
  const message = `alarm ${name} cannot be deleted as long as composite alarm ${list} watches it`
  const hint = `take ${name} out of the rule of ${list}, or delete ${list}; then run the same command again`
  return new AppError('blocked', 'AlarmWatched', message, { cause, hint })
}

export interface StandingAlarms {
  metricAlarms: MetricAlarm[]
  compositeAlarms: CompositeAlarm[]
}

/** Reads the alarms of these names. */
export type DescribeAlarms = (cx: AwsContext) => Promise<StandingAlarms>

/** What DescribeAlarms takes at once. */
const MOST_NAMES = 100
const BOTH: AlarmType[] = ['MetricAlarm', 'CompositeAlarm']

/** Every alarm of either kind whose name begins so; `MetricAlarm` alone where that is asked for. */
export function alarmsNamed(
  cx: AwsContext,
  AlarmNamePrefix: string,
  AlarmTypes?: AlarmType[],
): Promise<(MetricAlarm | CompositeAlarm)[]> {
  return list(cx, { AlarmNamePrefix, ...(AlarmTypes && { AlarmTypes }) })
}

/**
 * Every alarm of either kind that tells a topic of any of its states. All alarms are read: of which actions AWS's filter by action
 * knows is not documented.
 */
export async function alarmsNotifying(cx: AwsContext, topic: string): Promise<(MetricAlarm | CompositeAlarm)[]> {
  return (await list(cx, {})).filter(({ AlarmActions = [], OKActions = [], InsufficientDataActions = [] }) =>
    [AlarmActions, OKActions, InsufficientDataActions].some((actions) => actions.includes(topic)),
  )
}

function list({ aws }: AwsContext, by: DescribeAlarmsCommandInput): Promise<(MetricAlarm | CompositeAlarm)[]> {
  const about = { AlarmTypes: BOTH, MaxRecords: MOST_NAMES, ...by }
  return itemsOf(
    'cloudwatch:DescribeAlarms',
    (NextToken) => aws.cloudwatch.send(new DescribeAlarmsCommand({ ...about, NextToken })),
    (page) => page.NextToken,
    ({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms],
  )
}

/** Of both kinds: it tells of composite alarms only when asked for them. */
export async function describeAlarms({ aws }: AwsContext, names: readonly string[]): Promise<StandingAlarms> {
  const batches = Array.from({ length: Math.ceil(names.length / MOST_NAMES) }, (_, n) =>
    names.slice(n * MOST_NAMES, (n + 1) * MOST_NAMES),
  )
  const about = { AlarmTypes: BOTH, MaxRecords: MOST_NAMES }
  const pages = await Promise.all(
    batches.map((AlarmNames) => aws.cloudwatch.send(new DescribeAlarmsCommand({ ...about, AlarmNames }))),
  )
  return {
    metricAlarms: pages.flatMap(({ MetricAlarms = [] }) => MetricAlarms),
    compositeAlarms: pages.flatMap(({ CompositeAlarms = [] }) => CompositeAlarms),
  }
}

/** Has alarms tell our topic no more by themselves; whom else they tell is left to others. No call for one that is silent. */
export async function silence({ aws }: AwsContext, env: Env, alarms: readonly MetricAlarm[]): Promise<void> {
  await Promise.all(
    alarms.map(async (alarm) => {
      const have = stateOf(alarm)
      const want = { ...have, ...desiredActions(env, false, have) }
      if (equal(have, want)) return
      await aws.cloudwatch.send(new PutMetricAlarmCommand(putInput(alarm.AlarmName ?? '', want)))
    }),
  )
}
