import type { AwsContext } from '../../aws/context.ts'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import type { Window } from '../../report/model.ts'
import { getWholeData } from '../../report/sources/metrics/get-data.ts'
import type { PriceLoader } from '../../report/sources/prices.ts'
import { HOUR_MS } from '../../report/window.ts'
import { type Env, roleArn } from '../../steps/env.ts'
import type { Deliveries, DeliveryTarget, RegionFacts } from '../facts.ts'
import { readCoverage } from './coverage.ts'
import { goneOf } from './destinations.ts'
import { readLogging } from './logging.ts'
import { readTopic } from './topic.ts'
import type { Attempt } from './unread.ts'
import { readCalls, usageOf } from './usage.ts'

/** The middle of the names of Bedrock's metrics of its own log delivery, which have no dimensions. */
const TARGETS: Record<DeliveryTarget, string> = {
  'log group': 'LogsCloudWatch',
  bucket: 'LogsS3',
  'bucket for large bodies': 'LargeDataS3',
}

async function readDeliveries(cx: AwsContext, window: Window): Promise<Deliveries> {
  const query = (target: string, outcome: 'Success' | 'Failure') => ({
    model: undefined,
    metric: `ModelInvocation${target}Delivery${outcome}`,
    stat: 'Sum',
  })
  const queries = Object.values(TARGETS).flatMap((target) => [query(target, 'Success'), query(target, 'Failure')])
  const answers = await getWholeData(cx, queries, window, HOUR_MS / 1000)
  const sum = (target: string, outcome: 'Success' | 'Failure') =>
    answers.points(query(target, outcome)).reduce((total, { value }) => total + value, 0)
  const of = (name: DeliveryTarget) => ({
    success: sum(TARGETS[name], 'Success'),
    failure: sum(TARGETS[name], 'Failure'),
  })
  return {
    'log group': of('log group'),
    bucket: of('bucket'),
    'bucket for large bodies': of('bucket for large bodies'),
  }
}

/** The Region's logging, and what of it is somebody else's and gone. */
async function loggingOf(cx: AwsContext, ours: RegionFacts['ours']): Promise<RegionFacts['logging']> {
  const logging = await readLogging(cx)
  return logging && { ...logging, gone: await goneOf(cx, logging, ours) }
}

/** Everything about one Region, read side by side; what cannot be read is left undefined and noted. */
export async function readRegion(
  cx: AwsContext,
  env: Env,
  window: Window,
  prices: PriceLoader,
  attempt: Attempt,
): Promise<RegionFacts> {
  const { region, settings } = env
  const place = { account: env.accountId, region, cx }
  const ours = {
    logGroup: settings.logGroupName,
    bucket: bucketNameOf(env),
    role: roleArn(env),
    text: !settings.metadataOnly,
  }
  const [logging, calls, deliveries, topic] = await Promise.all([
    attempt(`the logging configuration of ${region}`, loggingOf(cx, ours)),
    attempt(`the metrics of ${region}`, readCalls(place, window)),
    attempt(`the log delivery metrics of ${region}`, readDeliveries(cx, window)),
    attempt(`the topic in ${region}`, readTopic(cx, env)),
  ])
  const [known, coverage] = await Promise.all([
    calls && attempt(`the prices in ${region}`, prices([...calls.native, ...calls.mantle])),
    calls &&
      logging?.logGroup &&
      attempt(`the log group of ${region}`, readCoverage(place, logging.logGroup, calls.native, window)),
  ])
  for (const warning of known?.warnings ?? []) cx.emit({ type: 'warning', warning })
  return {
    region,
    ours,
    logging,
    usage: calls && known && usageOf(calls, window, known),
    deliveries,
    coverage: coverage || undefined,
    topic,
  }
}
