import { pushTo } from '../../state.ts'
import type { Statistic } from './statistic.ts'
import { type Metric, minuteOf } from './store.ts'

/** Data points by their time in milliseconds, in order of time. */
export type Points = Map<number, number>

/** What a request wants of a metric. Times are milliseconds, `start` inclusive and rounded, `end` exclusive. */
export interface Range {
  start: number
  end: number
  /** Seconds. */
  period: number
  now: number
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** How finely CloudWatch still keeps data of some age: 60 s for 15 days, 300 s for 63 days, 3,600 s for 455 days. */
const KEPT = [
  { days: 15, seconds: 60 },
  { days: 63, seconds: 300 },
  { days: 455, seconds: 3_600 },
] as const

/** The resolution in seconds of data from `time`; undefined when it is kept no longer. */
function resolution(time: number, now: number): number | undefined {
  return KEPT.find(({ days }) => now - time < days * DAY_MS)?.seconds
}

/** A request's StartTime rounded down to what is kept: a minute, five past 15 days, an hour past 63. */
export function roundStart(start: number, now: number): number {
  const step = (resolution(start, now) ?? 3_600) * 1_000
  return Math.floor(start / step) * step
}

/** A point a period, aligned to `start`. Data is invisible to a period finer than it is kept in. */
export function readPoints(metric: Metric | undefined, statistic: Statistic, range: Range): Points {
  const { start, end, period, now } = range
  const values = new Map<number, number[]>()
  metric?.samples.visit(minuteOf(start), Math.ceil(end / MINUTE_MS), (minute, value) => {
    const kept = resolution(minute * MINUTE_MS, now)
    if (kept === undefined || period % kept !== 0) return
    const time = Math.floor((minute * MINUTE_MS) / (kept * 1_000)) * kept * 1_000
    if (time >= start) pushTo(values, start + Math.floor((time - start) / (period * 1_000)) * period * 1_000, value)
  })
  const points: Points = new Map()
  for (const [time, some] of [...values].sort(([a], [b]) => a - b)) {
    const value = statistic(some)
    if (value !== undefined) points.set(time, value)
  }
  return points
}
