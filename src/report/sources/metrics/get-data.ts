import { GetMetricDataCommand, type MetricDataQuery, type MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import type { Window } from '../../model.ts'
import { billedMetrics } from './billed.ts'
import { MANTLE_NAMESPACE, NAMESPACE } from './names.ts'

/** GetMetricData takes at most this many queries. */
const BATCH = 500
/** Batches under way at a time: quick, and far below the 50 a second that old accounts are allowed. */
const SIDE_BY_SIDE = 4

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

/** The points of one query. Numbers side by side take a quarter of the memory of objects: a year by the hour has millions. */
interface Series {
  times: number[]
  values: number[]
}

export interface Answers {
  /** Empty where CloudWatch has no data. */
  points(query: Query): readonly Point[]
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
  return { points: (query) => pointsOf(found.get(queryKey(query))), warnings }
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
  let token: string | undefined
  do {
    const page = await cx.aws.cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: batch.map((query, index) => toMetricDataQuery(query, index, periodSeconds)),
        StartTime: new Date(window.start),
        EndTime: new Date(window.end),
        ScanBy: 'TimestampAscending',
        ...(token !== undefined && { NextToken: token }),
      }),
    )
    // Whether further pages are billed again is not documented: they are counted.
    cx.emit({ type: 'billed', unit: 'metrics', count: billedMetrics(batch) })
    for (const result of page.MetricDataResults ?? []) {
      const query = batch[Number(result.Id?.slice(1))]
      if (!query) continue
      const key = queryKey(query)
      found.set(key, append(found.get(key) ?? { times: [], values: [] }, result))
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
    token = page.NextToken === token ? undefined : page.NextToken
  } while (token !== undefined)
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

function append(series: Series, { Timestamps = [], Values = [] }: MetricDataResult): Series {
  for (const [index, time] of Timestamps.entries()) {
    const value = Values[index]
    if (value === undefined) continue
    series.times.push(time.getTime())
    series.values.push(value)
  }
  return series
}

function pointsOf(series: Series | undefined): Point[] {
  return series?.times.map((time, index) => ({ time, value: series.values[index] ?? 0 })) ?? []
}

function label({ model, metric, stat }: Query): string {
  return model === undefined ? `${metric} (${stat})` : `${metric} (${stat}) of ${model}`
}

function queryKey({ model, metric, stat, mantle = false }: Query): string {
  return JSON.stringify([model ?? null, metric, stat, mantle])
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

function rethrow(error: unknown): never {
  throw error
}
