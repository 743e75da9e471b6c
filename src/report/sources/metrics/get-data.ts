import { setImmediate } from 'node:timers/promises'
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import type { AwsContext, Link } from '../../../aws/context.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { AppError, isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import type { Window } from '../../model.ts'
import { billedMetrics, queryKey, toMetricDataQuery } from './data-query.ts'
import { COMPLETE, IMPOSSIBLE, INCOMPLETE, type Missing, missingWarnings, NO_ANSWER, stateOf } from './missing.ts'
import type { Query } from './names.ts'
import { isWithin, joined, NO_POINTS, onceEach, type Series, seriesOf } from './series.ts'

/** GetMetricData takes at most this many queries. */
const BATCH = 500
/**
 * Batches under way at a time: quick, and far below the 50 a second that old accounts are allowed. A full answer takes tens
 * of megabytes while it is read: with one more at a time, 500 models by the hour passed 400 MB.
 */
const SIDE_BY_SIDE = 3

export interface Point {
  /** Start of the period, ms since the epoch. */
  time: number
  value: number
}

export interface Answers {
  /** Empty where CloudWatch has no data. */
  points(query: Query): readonly Point[]
  /** The same as numbers side by side. */
  series(query: Query): Series
  /** Whether CloudWatch was asked and did not tell all: then there are no points, since a part would pass for the whole. */
  isMissing(query: Query): boolean
  /** Something is missing; the warnings say what. */
  incomplete: boolean
  warnings: Warning[]
}

/** What failed on AWS's side is asked for again after so many ms each. */
const PAUSES_MS = [500, 2_000] as const

/** A query, whom it is asked for, and where its points go. */
export interface Asked {
  cx: AwsContext
  query: Query
  found: Map<string, Series>
}

/** What came of one batch, besides points. */
interface Batch {
  asked: readonly Asked[]
  messages: Warning[]
  missing: Missing[]
  /** Why there is nothing of it at all. */
  error?: { thrown: unknown }
}

/** The same window in the same steps. */
interface Span {
  window: Window
  periodSeconds: number
}

/**
 * The points of many queries. A failing call fails the whole, unless `onFailure` is given, which may turn it into a warning:
 * then the other batches stand, and what is incomplete is so. Units are not asked for, since AWS's own documentation disagrees about them.
 */
export async function getData(
  cx: AwsContext,
  queries: readonly Query[],
  window: Window,
  periodSeconds: number,
  onFailure: (error: unknown) => Warning = rethrow,
): Promise<Answers> {
  const found = new Map<string, Series>()
  const own = queries.map((query): Asked => ({ cx, query, found }))
  const isOwn = (one: Asked) => one.found === found
  const batches = cx.link
    ? await inCommon(cx.link.hub, own, { window, periodSeconds })
    : await readBatches(own, { window, periodSeconds }, onFailure === rethrow)
  const read = batches.filter(({ asked }) => asked.some(isOwn))
  const warnings = read.flatMap(({ messages, error }) => (error ? [onFailure(error.thrown)] : messages))
  const missing = read.flatMap((batch) => batch.missing.filter(({ asked }) => isOwn(asked)))
  const refused = read.flatMap(({ asked, error }) => (error ? asked.filter(isOwn) : []))
  const series = (query: Query) => found.get(queryKey(query)) ?? NO_POINTS
  const keys = new Set([...missing.map(({ asked }) => asked), ...refused].map(({ query }) => queryKey(query)))
  return {
    series,
    points: (query) => {
      const { times, values } = series(query)
      return Array.from(times, (time, index) => ({ time, value: values[index] ?? 0 }))
    },
    isMissing: (query) => keys.has(queryKey(query)),
    incomplete: keys.size > 0 || warnings.some(({ code }) => code === INCOMPLETE),
    warnings: [...warnings, ...missingWarnings(missing)],
  }
}

/**
 * The same for those who can do nothing with a part.
 * @throws AppError also where CloudWatch answers, but not for all of it
 */
export async function getWholeData(...of: Parameters<typeof getData>): Promise<Answers> {
  const answers = await getData(...of)
  if (!answers.incomplete) return answers
  const said = answers.warnings.filter(({ code }) => code === INCOMPLETE).map(({ message }) => message)
  throw new AppError('partial', 'MetricsIncomplete', said.join('; '), { hint: 'run it again', transient: true })
}

const rounds = new WeakMap<Link['hub'], Map<string, Asked[] & { read?: Promise<Batch[]> }>>()

/**
 * What is asked of the accounts of a hub in the same turn goes in common requests: GetMetricData takes queries of any of them,
 * and all calls count against the hub.
 */
function inCommon(hub: Link['hub'], asked: readonly Asked[], span: Span): Promise<Batch[]> {
  const ofHub = rounds.get(hub) ?? new Map<string, Asked[] & { read?: Promise<Batch[]> }>()
  rounds.set(hub, ofHub)
  const key = [span.window.start, span.window.end, span.periodSeconds].join()
  const round = ofHub.get(key) ?? Object.assign([], {})
  ofHub.set(key, round)
  round.push(...asked)
  round.read ??= setImmediate().then(() => {
    ofHub.delete(key)
    return readBatches(round, span, false)
  })
  return round.read
}

/** All that is asked, in batches. A batch that fails has its error, or is thrown where that is to end the whole. */
async function readBatches(all: readonly Asked[], span: Span, isWhole: boolean): Promise<Batch[]> {
  const todo = [...Array(Math.ceil(all.length / BATCH)).keys()].map((at) => all.slice(at * BATCH, (at + 1) * BATCH))
  const done: Batch[] = []
  const worker = async () => {
    for (let asked = todo.shift(); asked; asked = todo.shift()) {
      try {
        done.push({ asked, ...(await readBatch(asked, span)) })
      } catch (thrown) {
        if (isWhole) throw thrown
        const parts = byAccount(asked)
        // One account that may not be read, such as one that is no longer linked, takes none of the others with it.
        if (parts.length > 1 && isAppError(thrown) && thrown.kind === 'aws' && !thrown.transient) todo.push(...parts)
        else done.push({ asked, messages: [], missing: [], error: { thrown } })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, todo.length) }, worker))
  return done
}

function byAccount(batch: readonly Asked[]): Asked[][] {
  const parts = new Map<AwsContext, Asked[]>()
  for (const asked of batch) {
    const part = parts.get(asked.cx)
    if (part) part.push(asked)
    else parts.set(asked.cx, [asked])
  }
  return [...parts.values()]
}

/** One batch, and again, a little later, what CloudWatch failed to tell of it. Not what it forbids: that stays forbidden. */
async function readBatch(batch: readonly Asked[], span: Span): Promise<Pick<Batch, 'messages' | 'missing'>> {
  const messages: Warning[] = []
  const missing: Missing[] = []
  let asked = batch
  for (let tries = 0; asked[0]; tries++) {
    const [{ cx }] = asked
    const read = await readPages(cx, asked, span)
    const pause = PAUSES_MS[tries]
    const again = pause === undefined ? [] : read.missing.filter(({ why }) => why !== 'Forbidden')
    messages.push(...read.messages)
    missing.push(...read.missing.filter((one) => !again.includes(one)))
    asked = again.map((one) => one.asked)
    if (pause !== undefined && asked.length > 0) await cx.clock.sleep(pause, cx.signal)
  }
  return { messages, missing }
}

/** What came before, whose times those that follow mostly share. */
interface Before {
  page: Series
  whole: Series
}

async function readPages(
  cx: AwsContext,
  batch: readonly Asked[],
  { window, periodSeconds }: Span,
): Promise<Pick<Batch, 'messages' | 'missing'>> {
  const messages: Warning[] = []
  const states = new Map<Asked, string>()
  const read = new Map<Asked, Series>()
  const queries = batch.map((asked, index) => toMetricDataQuery(asked, index, periodSeconds))
  const billed = byAccount(batch).map((part) => [part[0]?.cx, billedMetrics(part.map(({ query }) => query))] as const)
  let before: Before = { page: NO_POINTS, whole: NO_POINTS }
  const ask = (NextToken: string | undefined) =>
    cx.aws.cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        StartTime: new Date(window.start),
        EndTime: new Date(window.end),
        ScanBy: 'TimestampAscending',
        NextToken,
      }),
    )
  for await (const page of pagesOf('cloudwatch:GetMetricData', ask, ({ NextToken }) => NextToken)) {
    // Whether further pages are billed again is not documented: they are counted.
    for (const [payer, count] of billed) payer?.emit({ type: 'billed', unit: 'metrics', count })
    for (const result of page.MetricDataResults ?? []) {
      const asked = batch[Number(result.Id?.slice(1))]
      if (!asked) continue
      const page = seriesOf(result, before.page)
      const whole = joined(read.get(asked), page, before.whole)
      read.set(asked, whole)
      before = { page, whole }
      states.set(asked, stateOf(result, states.get(asked)))
    }
    for (const message of page.Messages ?? []) {
      messages.push({ code: INCOMPLETE, message: `CloudWatch says: ${message.Value ?? message.Code ?? ''}` })
    }
  }
  const missing: Missing[] = []
  for (const asked of batch) {
    const why = states.get(asked) ?? NO_ANSWER
    const series = read.get(asked) ?? NO_POINTS
    if (why !== COMPLETE) missing.push({ asked, why })
    else if (!isWithin(series, window, periodSeconds * 1_000)) missing.push({ asked, why: IMPOSSIBLE })
    else asked.found.set(queryKey(asked.query), onceEach(series))
  }
  return { messages, missing }
}

function rethrow(error: unknown): never {
  throw error
}
