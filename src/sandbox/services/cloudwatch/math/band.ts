import type { Series } from './series.ts'

/** A model learns from this much of the past. */
export const LEARNED_MS = 14 * 86_400_000
const DAY_MS = 86_400_000
const HALF_HOUR_MS = 1_800_000
/** With fewer points of the past there is no band. */
const FEWEST = 3

/** The mean of the same hour over fourteen days, and deviations. CloudWatch's own model is not published. */
export function anomalyBand(series: Series, past: Series, deviations: number): [upper: Series, lower: Series] {
  const upper = new Map<number, number>()
  const lower = new Map<number, number>()
  const known = [...past.points]
  for (const time of series.points.keys()) {
    const values = known.flatMap(([at, value]) => (isAlike(at, time) ? [value] : []))
    if (values.length < FEWEST) continue
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    upper.set(time, mean + deviations * deviation)
    lower.set(time, mean - deviations * deviation)
  }
  return [
    { ...series, label: `${series.label} (expected, high)`, points: upper },
    { ...series, label: `${series.label} (expected, low)`, points: lower },
  ]
}

/** Whether a time is of the same hour of the day as `time`, a day to fourteen days earlier. */
function isAlike(at: number, time: number): boolean {
  const earlier = time - at
  const days = Math.round(earlier / DAY_MS)
  return days >= 1 && days * DAY_MS <= LEARNED_MS && Math.abs(earlier - days * DAY_MS) <= HALF_HOUR_MS
}
