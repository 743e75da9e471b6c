import type { AwsContext } from '../../aws/context.ts'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import type { Row, Window } from '../../report/model.ts'
import type { Prices } from '../../report/sources/prices.ts'
import { type Env, roleArn } from '../../steps/env.ts'
import type { RegionFacts } from '../facts.ts'
import { readCoverage } from './coverage.ts'
import { readDeliveries } from './deliveries.ts'
import { readLogging } from './logging.ts'
import { readTopic } from './topic.ts'
import type { Attempt } from './unread.ts'
import { readCalls, usageOf } from './usage.ts'

/** Knows the prices of what rows tell of. */
export type PriceLoader = (rows: readonly Row[]) => Promise<Prices>

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
    attempt(`the logging configuration of ${region}`, readLogging(cx)),
    attempt(`the metrics of ${region}`, readCalls(place, window)),
    attempt(`the log delivery metrics of ${region}`, readDeliveries(cx, window)),
    attempt(`the topic in ${region}`, readTopic(cx, env)),
  ])
  const isLogged = logging?.logGroup === ours.logGroup
  const [known, coverage] = await Promise.all([
    calls && attempt(`the prices in ${region}`, prices([...calls.native, ...calls.mantle])),
    calls &&
      isLogged &&
      attempt(`the log group of ${region}`, readCoverage(place, ours.logGroup, calls.native, window)),
  ])
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
