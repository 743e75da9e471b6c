import type { AwsPlace } from '../../aws/context.ts'
import type { Row, Window } from '../../report/model.ts'
import { querySums } from '../../report/sources/logs/query-sums.ts'
import { toLogRow } from '../../report/sources/logs/rows.ts'
import { tally } from '../../report/tally.ts'
import { HOUR_MS, MINUTE_MS } from '../../report/window.ts'
import type { Coverage } from '../facts.ts'
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
