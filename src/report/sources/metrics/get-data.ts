import { GetMetricDataCommand, type MetricDataQuery, type MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../../aws/context.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { AppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import type { Window } from '../../model.ts'
import { MANTLE_NAMESPACE, NAMESPACE, type Query, RESOLVED_TIER, SERVICE_TIER } from './names.ts'
import { isWithin, joined, NO_POINTS, onceEach, type Series, seriesOf } from './series.ts'

/** CloudWatch bills a metric in a request with up to this many statistics as one; from there on as another one. */
const STATISTICS_A_METRIC = 5

/** How many metrics AWS bills for a request of GetMetricData with these queries (aws.amazon.com/cloudwatch/pricing). */
export function billedMetrics(queries: readonly Query[]): number {
  const statistics = new Map<string, number>()
  for (const { model, metric, mantle = false, tier } of queries) {
    const key = JSON.stringify([model ?? null, metric, mantle, tier ?? null])
    statistics.set(key, (statistics.get(key) ?? 0) + 1)
  }
  return [...statistics.values()].reduce((sum, count) => sum + Math.ceil(count / STATISTICS_A_METRIC), 0)
}

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
  const warnings: Warning[] = []
  const missing: Missing[] = []
  const refused: Query[] = []
  const batches = chunk(queries, BATCH)
  const worker = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      try {
        const read = await readBatch(cx, batch, window, periodSeconds, found)
        warnings.push(...read.messages)
        missing.push(...read.missing)
      } catch (error) {
        warnings.push(onFailure(error))
        refused.push(...batch)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, batches.length) }, worker))
  const series = (query: Query) => found.get(queryKey(query)) ?? NO_POINTS
  const keys = new Set([...missing.map(({ query }) => query), ...refused].map(queryKey))
  return {
    series,
    points: (query) => pointsOf(series(query)),
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

/** One batch, and again, a little later, what CloudWatch failed to tell of it. Not what it forbids: that stays forbidden. */
async function readBatch(
  cx: AwsContext,
  batch: readonly Query[],
  window: Window,
  periodSeconds: number,
  found: Map<string, Series>,
): Promise<{ messages: Warning[]; missing: Missing[] }> {
  const messages: Warning[] = []
  const missing: Missing[] = []
  let asked = batch
  for (let tries = 0; asked.length > 0; tries++) {
    const read = await readPages(cx, asked, window, periodSeconds, found)
    const pause = PAUSES_MS[tries]
    const again = pause === undefined ? [] : read.missing.filter(({ why }) => why !== 'Forbidden')
    messages.push(...read.messages)
    missing.push(...read.missing.filter((one) => !again.includes(one)))
    asked = again.map(({ query }) => query)
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
  batch: readonly Query[],
  window: Window,
  periodSeconds: number,
  found: Map<string, Series>,
): Promise<{ messages: Warning[]; missing: Missing[] }> {
  const messages: Warning[] = []
  const states = new Map<Query, string>()
  const read = new Map<Query, Series>()
  const asked = batch.map((query, index) => toMetricDataQuery(query, index, periodSeconds))
  const billed = billedMetrics(batch)
  let before: Before = { page: NO_POINTS, whole: NO_POINTS }
  const ask = (NextToken: string | undefined) =>
    cx.aws.cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: asked,
        StartTime: new Date(window.start),
        EndTime: new Date(window.end),
        ScanBy: 'TimestampAscending',
        NextToken,
      }),
    )
  for await (const page of pagesOf('cloudwatch:GetMetricData', ask, ({ NextToken }) => NextToken)) {
    // Whether further pages are billed again is not documented: they are counted.
    cx.emit({ type: 'billed', unit: 'metrics', count: billed })
    for (const result of page.MetricDataResults ?? []) {
      const query = batch[Number(result.Id?.slice(1))]
      if (!query) continue
      const page = seriesOf(result, before.page)
      const whole = joined(read.get(query), page, before.whole)
      read.set(query, whole)
      before = { page, whole }
      states.set(query, stateOf(result, states.get(query)))
    }
    for (const message of page.Messages ?? []) {
      messages.push({ code: INCOMPLETE, message: `CloudWatch says: ${message.Value ?? message.Code ?? ''}` })
    }
  }
  const missing: Missing[] = []
  for (const query of batch) {
    const why = states.get(query) ?? NO_ANSWER
    const series = read.get(query) ?? NO_POINTS
    if (why !== COMPLETE) missing.push({ query, why })
    else if (!isWithin(series, window, periodSeconds * 1_000)) missing.push({ query, why: IMPOSSIBLE })
    else found.set(queryKey(query), onceEach(series))
  }
  return { messages, missing }
}

const COMPLETE = 'Complete'
const NO_ANSWER = 'nothing'
const IMPOSSIBLE = 'points outside of the window, or below zero,'

/** PartialData is the way of a page that is not the last; an error on one page is not made good by the next. */
function stateOf({ StatusCode, Timestamps = [], Values = [] }: MetricDataResult, before: string | undefined): string {
  if (before !== undefined && before !== COMPLETE && before !== 'PartialData') return before
  if (Timestamps.length !== Values.length) return 'PartialData'
  return StatusCode ?? COMPLETE
}

function toMetricDataQuery(query: Query, index: number, periodSeconds: number): MetricDataQuery {
  const { metric, stat, mantle } = query
  const dimensions = dimensionsOf(query)
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: mantle ? MANTLE_NAMESPACE : NAMESPACE,
        MetricName: metric,
        ...(dimensions.length > 0 && { Dimensions: dimensions }),
      },
      Period: periodSeconds,
      Stat: stat,
    },
  }
}

function dimensionsOf({ model, mantle, tier }: Query): { Name: string; Value: string }[] {
  if (model === undefined) return []
  const own = { Name: mantle ? 'Model' : 'ModelId', Value: model }
  if (!tier) return [own]
  return [own, { Name: SERVICE_TIER, Value: tier.asked }, { Name: RESOLVED_TIER, Value: tier.resolved }]
}

function pointsOf({ times, values }: Series): Point[] {
  return Array.from(times, (time, index) => ({ time, value: values[index] ?? 0 }))
}

function queryKey({ model, metric, stat, mantle = false, tier }: Query): string {
  const whose = tier ? JSON.stringify([tier.asked, tier.resolved, model]) : model
  return `${mantle}/${stat}/${metric}${whose === undefined ? '' : `/${whose}`}`
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

function rethrow(error: unknown): never {
  throw error
}

/** The code of all warnings of data that CloudWatch should have told and did not. */
const INCOMPLETE = 'metrics-incomplete'

/** A query that CloudWatch did not answer, or not wholly, and its StatusCode; `nothing` where there was no result at all. */
export interface Missing {
  query: Query
  why: string
}

/** One warning for each model and reason, since a model is asked about in some twenty queries. */
function missingWarnings(missing: readonly Missing[]): Warning[] {
  const found = new Map<string, { missing: Missing; metrics: Set<string> }>()
  for (const one of missing) {
    const { model, mantle = false, tier } = one.query
    const key = JSON.stringify([model ?? null, mantle, tier ?? null, one.why])
    const known = found.get(key) ?? { missing: one, metrics: new Set() }
    known.metrics.add(`${one.query.metric} (${one.query.stat})`)
    found.set(key, known)
  }
  return [...found.values()].map(({ missing: { query, why }, metrics }) => {
    const whose =
      (query.model === undefined ? '' : ` of ${query.model}`) +
      (query.tier ? ` in the tier ${query.tier.resolved}` : '')
    const what = [...metrics].join(', ') + whose
    return {
      code: INCOMPLETE,
      message: `CloudWatch answered ${why} for ${what}: values that depend on it are not known`,
    }
  })
}
