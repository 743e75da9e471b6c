import { percentile, sum } from '../../numbers.ts'
import { pushTo } from '../../state.ts'
import { invalidValue } from './faults.ts'
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

/** The figure of some values, of which there is at least one; undefined where it has none. */
export type Statistic = (values: readonly number[]) => number | undefined

const STATISTICS: ReadonlyMap<string, Statistic> = new Map(
  Object.entries<Statistic>({
    Sum: sum,
    Average: (values) => sum(values) / values.length,
    Minimum: (values) => values.reduce((a, b) => Math.min(a, b)),
    Maximum: (values) => values.reduce((a, b) => Math.max(a, b)),
    SampleCount: (values) => values.length,
  }),
)

/** @throws AwsFault for what is no statistic, or one (trimmed mean, percentile rank …) that the sandbox does not keep. */
export function parseStatistic(text: string): Statistic {
  const known = STATISTICS.get(text)
  if (known) return known
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(text)?.[1]
  if (percent === undefined || Number(percent) > 100) {
    throw invalidValue(`The value ${text} for parameter Stat is not supported.`)
  }
  // Of negative values CloudWatch has no percentile.
  return (values) => (values.some((value) => value < 0) ? undefined : percentile(values, Number(percent)))
}
