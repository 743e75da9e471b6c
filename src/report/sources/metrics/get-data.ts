import { setImmediate } from 'node:timers/promises'
import { GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { AwsContext, Link } from '../../../aws/context.ts'
import { ownerOf } from '../../../aws/link.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { AppError, isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { grouped } from '../../arrange.ts'
import type { Window } from '../../model.ts'
import { billedMetrics, dimensionsOf, namespaceOf, type Query, queryKey } from './names.ts'
import { isWithin, joined, NO_POINTS, onceEach, type Series, seriesOf } from './series.ts'

/** GetMetricData takes at most this many queries. */
const BATCH = 500
/**
 * Batches under way at a time: quick, and far below the 50 a second that old accounts are allowed. A full answer takes tens
 * of megabytes while it is read: with one more at a time, 500 models by the hour passed 400 MB.
 */
const SIDE_BY_SIDE = 3
/** What failed on AWS's side is asked for again after so many ms each. */
const PAUSES_MS = [500, 2_000] as const

/** The code of all warnings of data that CloudWatch should have told and did not. */
const INCOMPLETE = 'metrics-incomplete'
const COMPLETE = 'Complete'

export type Point = { time: number; value: number }

export interface Answers {
  points(query: Query): readonly Point[]
  series(query: Query): Series
  /** Whether CloudWatch was asked and did not tell all: then there are no points, since a part would pass for the whole. */
  isMissing(query: Query): boolean
  incomplete: boolean
  warnings: Warning[]
}

/** A query, through whom it is asked, and what came of it: a series, or why CloudWatch did not tell it. */
interface Asked {
  readonly cx: AwsContext
  readonly query: Query
  found?: Series | undefined
  why?: string | undefined
  batch?: Batch
}

interface Batch {
  messages: Warning[]
  error?: { thrown: unknown }
}

interface Span {
  window: Window
  periodSeconds: number
}

/** A failure fails the whole, unless `onFailure` makes it a warning. Units are not asked for: AWS's docs disagree. */
export async function getData(
  cx: AwsContext,
  queries: readonly Query[],
  window: Window,
  periodSeconds: number,
  onFailure: (error: unknown) => Warning = rethrow,
): Promise<Answers> {
  const asked = queries.map((query): Asked => ({ cx, query }))
  const span = { window, periodSeconds }
  await (cx.link ? inCommon(cx.link.hub, asked, span) : readBatches(asked, span, onFailure === rethrow))
  const read = [...new Set(asked.flatMap(({ batch }) => batch ?? []))]
  const warnings = read.flatMap(({ messages, error }) => (error ? [onFailure(error.thrown)] : messages))
  const byKey = new Map(asked.map((one) => [queryKey(one.query), one]))
  const series = (query: Query) => byKey.get(queryKey(query))?.found ?? NO_POINTS
  return {
    series,
    points: (query) => {
      const { times, values } = series(query)
      return Array.from(times, (time, index) => ({ time, value: values[index] ?? 0 }))
    },
    isMissing: (query) => {
      const one = byKey.get(queryKey(query))
      return one !== undefined && !one.found
    },
    incomplete: asked.some(({ found }) => !found) || warnings.some(({ code }) => code === INCOMPLETE),
    warnings: [...warnings, ...missingWarnings(asked.filter(({ why }) => why !== undefined))],
  }
}

/** The same for whom a part is of no use. @throws AppError also where CloudWatch does not answer for all of it */
export async function getWholeData(...of: Parameters<typeof getData>): Promise<Answers> {
  const answers = await getData(...of)
  if (!answers.incomplete) return answers
  const said = answers.warnings.filter(({ code }) => code === INCOMPLETE).map(({ message }) => message)
  throw new AppError('partial', 'MetricsIncomplete', said.join('; '), { hint: 'run it again', transient: true })
}

type Round = Asked[] & { read?: Promise<void> }
const rounds = new WeakMap<Link['hub'], Map<string, Round>>()

/** Accounts of a hub are asked in common requests in a turn: all calls count against the hub. */
function inCommon(hub: Link['hub'], asked: readonly Asked[], span: Span): Promise<void> {
  const ofHub = rounds.get(hub) ?? new Map<string, Round>()
  rounds.set(hub, ofHub)
  const key = [span.window.start, span.window.end, span.periodSeconds].join()
  const round: Round = ofHub.get(key) ?? []
  ofHub.set(key, round)
  round.push(...asked)
  round.read ??= setImmediate().then(() => {
    ofHub.delete(key)
    return readBatches(round, span, false)
  })
  return round.read
}

/** All that is asked, in batches. A batch that fails has its error, or is thrown where that is to end the whole. */
async function readBatches(all: readonly Asked[], span: Span, isWhole: boolean): Promise<void> {
  const attempt = async (asked: readonly Asked[]): Promise<void> => {
    const batch: Batch = { messages: [] }
    try {
      for (const one of asked) one.batch = batch
      await readBatch(asked, batch.messages, span)
    } catch (thrown) {
      if (isWhole) throw thrown
      for (const one of asked) Object.assign(one, { found: undefined, why: undefined })
      const parts = byAccount(asked)
      // One account that may not be read, such as one that is no longer linked, takes none of the others with it.
      if (parts.length > 1 && isAppError(thrown) && thrown.kind === 'aws' && !thrown.transient)
        await sideBySide(parts, SIDE_BY_SIDE, attempt)
      else batch.error = { thrown }
    }
  }
  const batches = [...Array(Math.ceil(all.length / BATCH)).keys()].map((at) => all.slice(at * BATCH, (at + 1) * BATCH))
  await sideBySide(batches, SIDE_BY_SIDE, attempt)
}

const byAccount = (asked: readonly Asked[]) => [...grouped(asked, ({ cx }) => cx).values()]

/** One batch, and again, a little later, what CloudWatch failed to tell of it. Not what it forbids: that stays forbidden. */
async function readBatch(batch: readonly Asked[], messages: Warning[], span: Span): Promise<void> {
  let asked = batch
  for (let tries = 0; asked[0]; tries++) {
    const [{ cx }] = asked
    messages.push(...(await readPages(cx, asked, span)))
    const pause = PAUSES_MS[tries]
    if (pause === undefined) return
    asked = asked.filter(({ why = 'Forbidden' }) => why !== 'Forbidden')
    if (asked.length > 0) await cx.clock.sleep(pause, cx.signal)
  }
}

/** @returns what CloudWatch says besides */
async function readPages(cx: AwsContext, batch: readonly Asked[], { window, periodSeconds }: Span): Promise<Warning[]> {
  const messages: Warning[] = []
  const read = new Map<Asked, { series: Series; state: string }>()
  const queries = batch.map((asked, index) => toMetricDataQuery(asked, index, periodSeconds))
  const billed = byAccount(batch).map((part) => [part[0].cx, billedMetrics(part.map(({ query }) => query))] as const)
  const span = { StartTime: new Date(window.start), EndTime: new Date(window.end) }
  const about = { MetricDataQueries: queries, ...span, ScanBy: 'TimestampAscending' } as const
  const ask = (NextToken: string | undefined) =>
    cx.aws.cloudwatch.send(new GetMetricDataCommand({ ...about, NextToken }))
  /** What came before, whose times those that follow mostly share. */
  let before = { page: NO_POINTS, whole: NO_POINTS }
  for await (const page of pagesOf('cloudwatch:GetMetricData', ask, ({ NextToken }) => NextToken)) {
    // Whether further pages are billed again is not documented: they are counted.
    for (const [payer, count] of billed) payer.emit({ type: 'billed', unit: 'metrics', count })
    for (const result of page.MetricDataResults ?? []) {
      const asked = batch[Number(result.Id?.slice(1))]
      if (!asked) continue
      const known = read.get(asked)
      const page = seriesOf(result, before.page)
      before = { page, whole: joined(known?.series, page, before.whole) }
      read.set(asked, { series: before.whole, state: stateOf(result, known?.state) })
    }
    for (const { Value, Code } of page.Messages ?? [])
      messages.push({ code: INCOMPLETE, message: `CloudWatch says: ${Value ?? Code ?? ''}` })
  }
  for (const asked of batch) {
    const { series, state } = read.get(asked) ?? { series: NO_POINTS, state: 'nothing' }
    const isPossible = isWithin(series, window, periodSeconds * 1_000)
    const odd = isPossible ? undefined : 'points outside of the window, or below zero,'
    asked.why = state === COMPLETE ? odd : state
    asked.found = asked.why === undefined ? onceEach(series) : undefined
  }
  return messages
}

function toMetricDataQuery({ cx, query }: Asked, index: number, Period: number) {
  const owner = ownerOf(cx)
  const dimensions = Object.entries(dimensionsOf(query)).map(([Name, Value]) => ({ Name, Value }))
  const metric = { Namespace: namespaceOf(query), MetricName: query.metric }
  const Metric = { ...metric, ...(dimensions.length > 0 && { Dimensions: dimensions }) }
  const stat = { Metric, Period, Stat: query.stat }
  return { Id: `q${index}`, ...(owner !== undefined && { AccountId: owner }), MetricStat: stat }
}

/** PartialData is the way of a page that is not the last; an error on one page is not made good by the next. */
function stateOf({ StatusCode, Timestamps = [], Values = [] }: MetricDataResult, before: string | undefined): string {
  if (before !== undefined && before !== COMPLETE && before !== 'PartialData') return before
  return Timestamps.length === Values.length ? (StatusCode ?? COMPLETE) : 'PartialData'
}

/** One warning for each model and reason, since a model is asked about in some twenty queries. */
function missingWarnings(missing: readonly Asked[]): Warning[] {
  const whoseOf = ({ query: { model, tier, at } }: Asked) =>
    (model === undefined ? '' : ` of ${model}`) +
    (at ? ` in ${[at.namespace, ...Object.values(at.dimensions)].join(' ')}` : '') +
    (tier ? ` in the tier ${tier.resolved}` : '')
  const keyOf = (one: Asked) => JSON.stringify([whoseOf(one), one.query.mantle, one.query.tier?.asked, one.why])
  return [...grouped(missing, keyOf).values()].map((alike) => {
    const metrics = new Set(alike.map(({ query: { metric, stat } }) => `${metric} (${stat})`))
    const message = `CloudWatch answered ${alike[0].why} for ${[...metrics].join(', ')}${whoseOf(alike[0])}: values that depend on it are not known`
    return { code: INCOMPLETE, message }
  })
}

function rethrow(error: unknown): never {
  throw error
}
