import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../../aws/context.ts'
import { pagesOf } from '../../../aws/pages.ts'
import type { Warning } from '../../../core/events.ts'
import type { Window } from '../../model.ts'
import { billedMetrics } from './billed.ts'
import { MANTLE_NAMESPACE, NAMESPACE } from './names.ts'
import { joined, NO_POINTS, type Series, seriesOf } from './series.ts'

/** GetMetricData takes at most this many queries. */
const BATCH = 500
/**
 * Batches under way at a time: quick, and far below the 50 a second that old accounts are allowed. A full answer takes tens
 * of megabytes while it is read: with one more at a time, 500 models by the hour passed 400 MB.
 */
const SIDE_BY_SIDE = 3

/** One metric of one model (or of the account, without a model) in one statistic: `Sum`, `Maximum`, `p99` … */
export interface Query {
  model: string | undefined
  metric: string
  stat: string
  /** Of the OpenAI-compatible endpoint, whose metrics have a namespace of their own. */
  mantle?: boolean
}

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
  warnings: Warning[]
}

/**
 * The points of many queries. A failing call fails the whole, unless `onFailure` is given, which may turn it into a warning:
 * then the other batches stand. Units are not asked for, since AWS's own documentation disagrees about them.
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
  const batches = chunk(queries, BATCH)
  const worker = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      try {
        warnings.push(...(await readBatch(cx, batch, window, periodSeconds, found)))
      } catch (error) {
        warnings.push(onFailure(error))
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, batches.length) }, worker))
  const series = (query: Query) => found.get(queryKey(query)) ?? NO_POINTS
  return { series, points: (query) => pointsOf(series(query)), warnings }
}

/** What came before, whose times those that follow mostly share. */
interface Before {
  page: Series
  whole: Series
}

async function readBatch(
  cx: AwsContext,
  batch: readonly Query[],
  window: Window,
  periodSeconds: number,
  found: Map<string, Series>,
): Promise<Warning[]> {
  const warnings: Warning[] = []
  const unfinished = new Set<string>()
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
      const key = queryKey(query)
      const page = seriesOf(result, before.page)
      const whole = joined(found.get(key), page, before.whole)
      found.set(key, whole)
      before = { page, whole }
      if (result.StatusCode === 'PartialData') unfinished.add(label(query))
      else unfinished.delete(label(query))
      if (result.StatusCode === 'Forbidden' || result.StatusCode === 'InternalError') {
        warnings.push({
          code: 'metrics-incomplete',
          message: `CloudWatch answered ${result.StatusCode} for ${label(query)}`,
        })
      }
    }
    for (const message of page.Messages ?? []) {
      warnings.push({ code: 'metrics-incomplete', message: `CloudWatch says: ${message.Value ?? message.Code ?? ''}` })
    }
  }
  for (const what of unfinished) {
    warnings.push({ code: 'metrics-incomplete', message: `CloudWatch gave only a part of the data of ${what}` })
  }
  return warnings
}

function toMetricDataQuery(
  { model, metric, stat, mantle }: Query,
  index: number,
  periodSeconds: number,
): MetricDataQuery {
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: mantle ? MANTLE_NAMESPACE : NAMESPACE,
        MetricName: metric,
        ...(model !== undefined && { Dimensions: [{ Name: mantle ? 'Model' : 'ModelId', Value: model }] }),
      },
      Period: periodSeconds,
      Stat: stat,
    },
  }
}

function pointsOf({ times, values }: Series): Point[] {
  return Array.from(times, (time, index) => ({ time, value: values[index] ?? 0 }))
}

function label({ model, metric, stat }: Query): string {
  return model === undefined ? `${metric} (${stat})` : `${metric} (${stat}) of ${model}`
}

function queryKey({ model, metric, stat, mantle = false }: Query): string {
  return `${mantle}/${stat}/${metric}${model === undefined ? '' : `/${model}`}`
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

function rethrow(error: unknown): never {
  throw error
}
