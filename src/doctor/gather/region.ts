import { GetTopicAttributesCommand } from '@aws-sdk/client-sns'
import type { AwsContext, AwsPlace } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import { parsePolicy } from '../../aws/policy.ts'
import { isAppError } from '../../core/errors.ts'
import { dayOf, identifier, literal } from '../../report/lake/sql.ts'
import type { Row, Window } from '../../report/model.ts'
import { budgetOf } from '../../report/sources/athena/budget.ts'
import { toLogRow } from '../../report/sources/logs/rows.ts'
import { querySums } from '../../report/sources/logs/run-query.ts'
import { getWholeData } from '../../report/sources/metrics/get-data.ts'
import { listMantleModels, listModels } from '../../report/sources/metrics/list-models.ts'
import { ALL_MODELS } from '../../report/sources/metrics/names.ts'
import { mantleQueries, mantleRows, modelQueries, modelRows } from '../../report/sources/metrics/rows.ts'
import { sizeOf } from '../../report/sources/metrics/series.ts'
import type { PriceLoader, Prices } from '../../report/sources/prices.ts'
import { tally } from '../../report/tally.ts'
import { HOUR_MS, MINUTE_MS, slotStarts } from '../../report/window.ts'
import { type Env, roleArn, topicArn } from '../../steps/env.ts'
import { howToConfirm, passing } from '../../steps/notify/notifications.ts'
import { endpointsOf, listSubscriptions, NO_TOPIC, subscriptionOf } from '../../steps/notify/subscriptions.ts'
import { lackingIn } from '../../steps/notify/topic-policy.ts'
import type { Settings } from '../../steps/settings.ts'
import { creationTime, goneOf, type LoggingFacts, type Ours, readLogging } from './destinations.ts'

/** What could not be read ("the metrics of us-east-1"), and why. `incomplete`: AWS did not answer with all of it, another try may. */
export interface Unread {
  what: string
  why: string
  incomplete: boolean
}

/** Lets an examination go on past what it may not see: the answer, or undefined and a note of why. */
export const noting =
  (unread: Unread[]) =>
  async <T>(what: string, reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading
    } catch (error) {
      const { message: why, kind } = passing(error)
      unread.push({ what, why, incomplete: kind === 'partial' })
      return undefined
    }
  }
export type Attempt = ReturnType<typeof noting>

/** The middle of the names of Bedrock's metrics of its own log delivery: without dimensions, or under the one that AWS documents. */
const TARGETS = { 'log group': 'LogsCloudWatch', bucket: 'LogsS3', 'bucket for large bodies': 'LargeDataS3' } as const

async function readDeliveries(cx: AwsContext, window: Window) {
  const queriesOf = (target: string, outcome: string) =>
    [undefined, ALL_MODELS].map((model) => {
      return { model, metric: `ModelInvocation${target}Delivery${outcome}`, stat: 'Sum' }
    })
  const ofTarget = (target: string) => [...queriesOf(target, 'Success'), ...queriesOf(target, 'Failure')]
  const answers = await getWholeData(cx, Object.values(TARGETS).flatMap(ofTarget), window, HOUR_MS / 1000)
  // Where both are, they are the same.
  const sum = (target: string, outcome: string) =>
    Math.max(...queriesOf(target, outcome).map((query) => sizeOf(answers.series(query).values)))
  const counted = Object.entries(TARGETS).map(([name, target]) => {
    return [name, { success: sum(target, 'Success'), failure: sum(target, 'Failure') }]
  })
  return Object.fromEntries(counted) as Record<keyof typeof TARGETS, { success: number; failure: number }>
}

async function loggingOf(cx: AwsContext, ours: Ours): Promise<LoggingFacts | null> {
  const logging = await readLogging(cx)
  return logging && { ...logging, gone: await goneOf(cx, logging, ours) }
}

export type RegionFacts = Awaited<ReturnType<typeof readRegion>>
export type TopicFacts = NonNullable<RegionFacts['topic']>

/** Everything about one Region, read side by side; what cannot be read is left undefined and noted. */
export async function readRegion(cx: AwsContext, env: Env, window: Window, prices: PriceLoader, attempt: Attempt) {
  const { region, settings } = env
  const { logGroupName: logGroup, metadataOnly } = settings
  const place = { account: env.accountId, region, cx }
  const ours: Ours = { logGroup, bucket: bucketNameOf(env), role: roleArn(env), text: !metadataOnly }
  const [logging, calls, deliveries, topic, lake] = await Promise.all([
    attempt(`the logging configuration of ${region}`, loggingOf(cx, ours)),
    attempt(`the metrics of ${region}`, readCalls(place, window)),
    attempt(`the log delivery metrics of ${region}`, readDeliveries(cx, window)),
    attempt(`the topic in ${region}`, readTopic(cx, env)),
    settings.lake && attempt(`the table of Athena in ${region}`, readLake(place, settings)),
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
    usage: calls && known && usageOf(calls, known),
    deliveries,
    coverage: coverage || undefined,
    topic,
    ...(lake && { lake }),
  }
}

/** Who hears of the alarms of a Region; undefined where there is no topic. */
async function readTopic(cx: AwsContext, env: Env) {
  const arn = topicArn(env)
  const found = await orUndefined(cx.aws.sns.send(new GetTopicAttributesCommand({ TopicArn: arn })), ...NO_TOPIC)
  if (!found) return undefined
  const known = await listSubscriptions(cx, arn)
  const confirmed = known.filter((subscription) => subscription.confirmed).length
  const asked = endpointsOf(env.settings).map((endpoint) => ({ endpoint, as: subscriptionOf(endpoint, known) }))
  const ours = env.settings.snsTopic === ''
  return {
    arn,
    ours,
    confirmed,
    pending: known.length - confirmed,
    /** Endpoints of the settings that have yet to confirm, with what is to be done, and those that are not subscribed. */
    waiting: asked
      .filter(({ as }) => as?.confirmed === false)
      .map(({ endpoint }) => howToConfirm(endpoint, env.region)),
    unsubscribed: asked.filter(({ as }) => !as).map(({ endpoint }) => endpoint.shown),
    // What of ours a policy lacks is told by the plan; of a topic of somebody's own, nothing is planned.
    lacks: ours ? [] : lackingIn(parsePolicy(found.Attributes?.Policy), env, arn).map(({ statement }) => statement),
    keyId: found.Attributes?.KmsMasterKeyId,
  }
}

/** Whether the table of a Region's log answers a query: for one record of today, the least that Athena bills. Undefined without a table. */
async function readLake(place: AwsPlace, settings: Settings) {
  const { findTable } = await import('../../report/sources/athena/lakes.ts')
  const lake = await findTable(place, settings)
  if (!lake) return undefined
  const { database, table } = lake.table
  const name = `${database}.${table}`
  const day = dayOf(place.cx.clock.now())
  const sql = `SELECT requestid FROM ${identifier(database)}.${identifier(table)}
WHERE account = ${literal(place.account)} AND aws_region = ${literal(place.region)} AND day = ${literal(day)}
LIMIT 1`
  const { runStatement } = await import('../../report/sources/athena/run-query.ts')
  try {
    await runStatement(lake, { sql, columns: ['requestid'] }, budgetOf({}), () => {})
    return { name, failure: undefined }
  } catch (error) {
    if (!isAppError(error) || !['aws', 'failed'].includes(error.kind) || /^AccessDenied/.test(error.code)) throw error
    return { name, failure: error }
  }
}

const LATE_MS = 15 * MINUTE_MS
const MOST_ROWS = 100_000

/** How many invocations have a record in the log group. Undefined without a whole hour in which both are all in. */
export async function readCoverage(place: AwsPlace, logGroup: string, calls: readonly Row[], asked: Window) {
  const { cx, region } = place
  const createdAt = await creationTime(cx, logGroup)
  if (createdAt === undefined) return undefined
  const window = comparable(asked, createdAt, cx.clock.now())
  if (!window) return undefined
  const slots = { origin: window.start, slotMs: HOUR_MS }
  const { rows } = await querySums(cx, { region, logGroup, limit: MOST_ROWS }, { columns: [] }, window, slots, () => {})
  const counted = calls.filter(({ start }) => start >= window.start && start < window.end)
  return {
    window,
    invocations: tally(counted).counters.invocations,
    records: tally(rows.map((row) => toLogRow(row, [], place, slots))).counters.invocations,
  }
}

/** The whole hours of a window in which the log group stood and both sides are complete. Pure. */
export function comparable(asked: Window, createdAt: number, now: number): Window | undefined {
  const start = Math.ceil(Math.max(asked.start, createdAt) / HOUR_MS) * HOUR_MS
  const end = Math.floor(Math.min(asked.end, now - LATE_MS) / HOUR_MS) * HOUR_MS
  return start < end ? { start, end } : undefined
}

async function readCalls(place: AwsPlace, window: Window) {
  const { cx } = place
  const [{ models }, mantle] = await Promise.all([listModels(cx), listMantleModels(cx)])
  const queries = [...models.flatMap(modelQueries), ...mantle.flatMap(mantleQueries)]
  if (queries.length === 0) return { native: [], mantle: [] }
  const answers = await getWholeData(cx, queries, window, HOUR_MS / 1000)
  const starts = slotStarts(window, HOUR_MS)
  return {
    native: models.flatMap((model) => modelRows(model, place, answers, starts)),
    mantle: mantle.flatMap((model) => mantleRows(model, place, answers, starts)),
  }
}

function usageOf({ native, mantle }: Awaited<ReturnType<typeof readCalls>>, { book }: Prices) {
  const mantleCounters = tally(mantle).counters
  const billed = [...native, ...mantle].filter(
    ({ counters: { inputTokens, outputTokens, images } }) => inputTokens + outputTokens + images > 0,
  )
  const unpriced = billed.filter(
    ({ dimensions: { model, region }, start }) => 'unpriced' in book.lookup(model, region, new Date(start)),
  )
  return {
    invocations: tally(native).counters.invocations,
    mantleCalls: mantleCounters.invocations + mantleCounters.clientErrors,
    unpriced: [...new Set(unpriced.map(({ dimensions }) => dimensions.model))].sort(),
  }
}
