import {
  type AlarmType,
  type CompositeAlarm,
  DeleteAlarmsCommand,
  DeleteAnomalyDetectorCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DescribeAnomalyDetectorsCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  PutAnomalyDetectorCommand,
  type SingleMetricAnomalyDetector,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import type { Tag } from '../../aws/ownership.ts'
import { allOf, itemsOf } from '../../aws/pages.ts'
import { AppError } from '../../core/errors.ts'
import type { WatchedMetric } from './alarm-definition.ts'
import { dimensionList, metricOf, NAMESPACE } from './alarm-state.ts'

/** What CloudWatch answers with where there is no alarm, or no model, of the name. */
const GONE = ['ResourceNotFoundException', 'ResourceNotFound']

export type AnyAlarm = MetricAlarm & CompositeAlarm

/** By kind; CloudWatch tells of composite alarms only when asked for them. */
export interface StandingAlarms {
  metric: MetricAlarm[]
  composite: CompositeAlarm[]
}

export type DescribeAlarms = (cx: AwsContext) => Promise<StandingAlarms>

/** What DescribeAlarms takes at once. */
const MOST_NAMES = 100

/** Every alarm of either kind whose name begins so; `MetricAlarm` alone where that is asked for. */
export function alarmsNamed(cx: AwsContext, prefix: string, types?: AlarmType[]): Promise<AnyAlarm[]> {
  return list(cx, { AlarmNamePrefix: prefix, ...(types && { AlarmTypes: types }) })
}

/** That tells a topic of any state. All are read: of which actions AWS's filter by action knows is not documented. */
export async function alarmsNotifying(cx: AwsContext, topic: string): Promise<AnyAlarm[]> {
  return (await list(cx, {})).filter(({ AlarmActions = [], OKActions = [], InsufficientDataActions = [] }) =>
    [...AlarmActions, ...OKActions, ...InsufficientDataActions].includes(topic),
  )
}

function list({ aws }: AwsContext, by: DescribeAlarmsCommandInput): Promise<AnyAlarm[]> {
  const about = { AlarmTypes: BOTH, MaxRecords: MOST_NAMES, ...by }
  return itemsOf(
    'cloudwatch:DescribeAlarms',
    (NextToken) => aws.cloudwatch.send(new DescribeAlarmsCommand({ ...about, NextToken })),
    (page) => page.NextToken,
    ({ MetricAlarms = [], CompositeAlarms = [] }): AnyAlarm[] => [...MetricAlarms, ...CompositeAlarms],
  )
}

const BOTH: AlarmType[] = ['MetricAlarm', 'CompositeAlarm']

export async function describeAlarms({ aws }: AwsContext, names: readonly string[]): Promise<StandingAlarms> {
  const about = { AlarmTypes: BOTH, MaxRecords: MOST_NAMES }
  const pages = await Promise.all(
    Array.from({ length: Math.ceil(names.length / MOST_NAMES) }, (_, n) => {
      const AlarmNames = names.slice(n * MOST_NAMES, (n + 1) * MOST_NAMES)
      return aws.cloudwatch.send(new DescribeAlarmsCommand({ ...about, AlarmNames }))
    }),
  )
  return {
    metric: pages.flatMap(({ MetricAlarms = [] }) => MetricAlarms),
    composite: pages.flatMap(({ CompositeAlarms = [] }) => CompositeAlarms),
  }
}

export async function tagsOfAlarm({ aws }: AwsContext, ResourceARN: string): Promise<Tag[]> {
  return (await aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags ?? []
}

/** Succeeds when it is gone. One that a composite alarm watches is an error of kind `blocked`, which names that. */
export async function deleteAlarm({ aws }: AwsContext, name: string): Promise<void> {
  try {
    await orUndefined(aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })), ...GONE)
  } catch (cause) {
    if (!hasCode(cause, 'ValidationError', 'ValidationException')) throw cause
    const parents = new DescribeAlarmsCommand({ ParentsOfAlarmName: name, MaxRecords: 100 })
    const found = await aws.cloudwatch.send(parents).catch(() => undefined)
    const watchers = (found?.CompositeAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []).join(', ')
    if (watchers === '') throw cause
    const message = `alarm ${name} cannot be deleted as long as composite alarm ${watchers} watches it`
    const hint = `take ${name} out of the rule of ${watchers}, or delete ${watchers}; then run the same command again`
    throw new AppError('blocked', 'AlarmWatched', message, { cause, hint })
  }
}

/** The model of what to expect of a metric, as CloudWatch takes it: of these dimensions alone, and one statistic. */
export function modelOf({ namespace = NAMESPACE, metric, dimensions, statistic }: WatchedMetric) {
  return { ...metricOf({ namespace, metric, dimensions: dimensionList(dimensions) }), Stat: statistic }
}

export async function isLearned({ aws }: AwsContext, metric: WatchedMetric): Promise<boolean> {
  const { Namespace, MetricName } = modelOf(metric)
  const about = { Namespace, MetricName, AnomalyDetectorTypes: ['SINGLE_METRIC' as const] }
  const found = await allOf(aws.cloudwatch, DescribeAnomalyDetectorsCommand, about, 'AnomalyDetectors')
  const identity = ({ Namespace, MetricName, Dimensions = [], Stat }: SingleMetricAnomalyDetector) =>
    JSON.stringify([Namespace, MetricName, Stat, Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort()])
  return found.some(({ SingleMetricAnomalyDetector: model = {} }) => identity(model) === identity(modelOf(metric)))
}

export async function learn({ aws }: AwsContext, metric: WatchedMetric): Promise<void> {
  await aws.cloudwatch.send(new PutAnomalyDetectorCommand({ SingleMetricAnomalyDetector: modelOf(metric) }))
}

export async function unlearn({ aws }: AwsContext, metric: WatchedMetric): Promise<void> {
  const drop = new DeleteAnomalyDetectorCommand({ SingleMetricAnomalyDetector: modelOf(metric) })
  await orUndefined(aws.cloudwatch.send(drop), ...GONE)
}
