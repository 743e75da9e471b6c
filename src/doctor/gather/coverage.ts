import type { AwsPlace } from '../../aws/context.ts'
import type { Row, Window } from '../../report/model.ts'
import { querySums } from '../../report/sources/logs/query-sums.ts'
import { toLogRow } from '../../report/sources/logs/rows.ts'
import { getWholeData } from '../../report/sources/metrics/get-data.ts'
import { listMantleModels, listModels } from '../../report/sources/metrics/list-models.ts'
import { mantleQueries, mantleRows } from '../../report/sources/metrics/mantle.ts'
import { modelQueries, modelRows } from '../../report/sources/metrics/rows.ts'
import type { Prices } from '../../report/sources/prices.ts'
import { tally } from '../../report/tally.ts'
import { HOUR_MS, MINUTE_MS, slotStarts } from '../../report/window.ts'
import type { Coverage, UsageFacts } from '../facts.ts'
import { creationTime } from './destinations.ts'

/** Metrics and log records may be this late. */
const LATE_MS = 15 * MINUTE_MS
const MOST_ROWS = 100_000

/**
 * How many of the invocations have a record in the log group. Undefined while there is no whole hour to tell by: one that
 * began after the group was made and whose metrics and records are all in.
 */
export async function readCoverage(
  place: AwsPlace,
  logGroup: string,
  calls: readonly Row[],
  asked: Window,
): Promise<Coverage | undefined> {
  const { cx, region } = place
  const createdAt = await creationTime(cx, logGroup)
  if (createdAt === undefined) return undefined
  const window = comparable(asked, createdAt, cx.clock.now())
  if (!window) return undefined
  const slots = { origin: window.start, slotMs: HOUR_MS }
  const { rows } = await querySums(cx, { region, logGroup, limit: MOST_ROWS }, [], window, slots, () => {})
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

/** The calls of a Region by model and hour, of either endpoint. */
export interface Calls {
  native: Row[]
  mantle: Row[]
}

export async function readCalls(place: AwsPlace, window: Window): Promise<Calls> {
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

export function usageOf({ native, mantle }: Calls, window: Window, { book }: Prices): UsageFacts {
  const mantleCounters = tally(mantle).counters
  const billed = [...native, ...mantle].filter(({ counters }) => counters.inputTokens + counters.outputTokens > 0)
  const unpriced = billed.filter(
    ({ dimensions: { model, region }, start }) => 'unpriced' in book.lookup(model, region, new Date(start)),
  )
  return {
    window,
    invocations: tally(native).counters.invocations,
    mantleCalls: mantleCounters.invocations + mantleCounters.clientErrors,
    unpriced: [...new Set(unpriced.map(({ dimensions }) => dimensions.model))].sort(),
  }
}
