import type { Anomaly } from '../view.ts'

/** What a group cost in an hour, in any unit, and how often it was called. */
export interface HourUse {
  cost: number
  calls: number
}

/** An hour (its place in the list, from 0) that cost far more than expected by the same hours of the weeks before. */
export interface UnusualHour {
  hour: number
  expected: number
  before: readonly number[]
}

/** Of the weeks before, the same hour is looked at in so many. */
export const WEEKS = 4
export const LEAST_WEEKS = 2
/** With fewer hours of use their spread is not known. */
const LEAST_HOURS = 24
/** With fewer calls one long prompt makes an hour. */
const LEAST_CALLS = 10
/** So many robust standard deviations. Costs have long tails: of 10,000 ordinary hours about three are as far off. */
const FAR = 5
/** And so many times what was expected: where hours are all alike, less is of no interest. */
const TIMES = 1.5
/** The standard deviation of what is normal is so many times its median absolute deviation. */
const OF_MAD = 1.4826

/**
 * Hours that cost far more than the same hour of the weeks before: a robust z-score of the square root, since what comes in calls has a
 * variance that grows with its mean. The median of up to four weeks is what is expected; the spread is the median of how far
 * hours are off what was expected of them, so that growth and erratic use are spread, and not unusual: of all of them, or of the busier
 * half, where hours are the further apart the busier they are. An hour is held against two weeks of use at least.
 *
 * @param uses by hour; what is left out is nothing
 * @param weeksAgo which hour is the same one so many weeks before; undefined where that is not known
 */
export function unusualHours(
  uses: ReadonlyMap<number, HourUse>,
  hours: number,
  weeksAgo: (hour: number, weeks: number) => number | undefined,
  from: number,
): UnusualHour[] {
  const first = Math.min(...uses.keys())
  const root = (hour: number) => Math.sqrt(uses.get(hour)?.cost ?? 0)
  const judged = Array.from({ length: hours }, (_, hour) => hour).flatMap((hour) => {
    const weeks = Array.from({ length: WEEKS }, (_, index) => weeksAgo(hour, index + 1) ?? -1)
    const before = weeks.filter((one) => one >= first)
    if (before.length < LEAST_WEEKS) return []
    const usual = median(before.map(root))
    return [{ hour, before, usual, off: (root(hour) - usual) / Math.sqrt(1 + 1 / before.length) }]
  })
  const used = judged.filter(({ hour, usual }) => usual > 0 || uses.has(hour))
  if (used.length < LEAST_HOURS) return []
  const busy = median(used.map(({ usual }) => usual))
  const busier = used.filter(({ usual }) => usual >= busy)
  const spread = OF_MAD * Math.max(...[used, busier].map((some) => median(some.map(({ off }) => Math.abs(off)))))
  return judged.flatMap(({ hour, before, usual, off }) => {
    const { cost = 0, calls = 0 } = uses.get(hour) ?? {}
    const expected = usual ** 2
    const isFar = off > FAR * spread && cost > TIMES * expected && calls >= LEAST_CALLS
    return hour >= from && isFar ? [{ hour, expected, before }] : []
  })
}

/** What is worth telling those who do not look at reports: whatever cost at least so many dollars too much. */
export function worthTelling(anomalies: readonly Anomaly[], leastUsd: number): Anomaly[] {
  return anomalies.filter(({ excessUsd }) => excessUsd >= leastUsd)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}
