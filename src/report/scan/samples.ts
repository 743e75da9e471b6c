import { groupFinder } from '../grouping.ts'
import type { Dimensions, GroupKey, GroupPercentiles, Percentiles } from '../model.ts'

/** Up to so many samples, percentiles are exact: these take 64 KB. */
export const MOST_EXACT = 2 ** 14

/** Durations below this have a bucket each; from there on each power of two has half as many, which makes a bucket 0.4 % wide. */
const EXACT_BELOW = 512
const A_POWER = EXACT_BELOW / 2
const BUCKETS = EXACT_BELOW + (32 - Math.log2(EXACT_BELOW)) * A_POWER

/** The least value of a duration's bucket, in SQL. */
export const leastSql = (column: string) =>
  `CASE WHEN ${column} < ${EXACT_BELOW} THEN ${column} ELSE ${column} - ${column} % CAST(power(2, floor(log2(${column})) - ${Math.log2(A_POWER)}) AS bigint) END`

function bucketOf(value: number): number {
  if (value < EXACT_BELOW) return value
  const shift = Math.clz32(A_POWER) - Math.clz32(value)
  return shift * A_POWER + (value >>> shift)
}

/** The least value of a bucket: no percentile exceeds the longest duration. */
function leastOf(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / A_POWER) - 1)
  return (bucket - shift * A_POWER) * 2 ** shift
}

/** What of samples can be handed to another thread. */
export type SampleData = Pick<Samples, 'values' | 'counts'>

/**
 * Whole milliseconds, one of each call. Percentiles do not add up, so all are kept up to {@link MOST_EXACT}; of more, how many are
 * in each bucket, so that memory does not grow with calls. Which of the two it is follows from their number alone, so that neither
 * threads nor the order of calls make a difference.
 */
export class Samples {
  values: number[] = []
  counts: Uint32Array | undefined

  push(value: number, times = 1): void {
    if (this.counts === undefined && this.values.length + times <= MOST_EXACT) {
      for (let left = times; left > 0; left--) this.values.push(value)
      return
    }
    if (this.counts === undefined) {
      this.counts = new Uint32Array(BUCKETS)
      for (const one of this.values.splice(0)) this.push(one)
    }
    const bucket = bucketOf(value)
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times
  }

  add({ values, counts }: SampleData): void {
    for (const value of values) this.push(value)
    counts?.forEach((times, bucket) => {
      this.push(leastOf(bucket), times)
    })
  }

  /**
   * Of each percentage the smallest value that at least so many do not exceed, as CloudWatch has it; with more than {@link MOST_EXACT}
   * samples at most 0.4 % less. Null if there are none.
   */
  percentiles(): Percentiles {
    const sorted = this.values.toSorted((a, b) => a - b)
    const length = this.counts?.reduce((sum, times) => sum + times, 0) ?? sorted.length
    const at = (percent: number): number | null => {
      const rank = Math.max(1, Math.ceil((percent * length) / 100))
      if (!this.counts) return sorted[rank - 1] ?? null
      let bucket = 0
      for (let below = this.counts[0] ?? 0; below < rank; below += this.counts[bucket] ?? 0) bucket++
      return leastOf(bucket)
    }
    return { p50: at(50), p90: at(90), p99: at(99) }
  }
}

/** The samples of one combination of dimensions; where they are kept by slot, of the one that begins at `start`. */
interface SampledGroup {
  dimensions: Dimensions
  start: number
  latency: Samples
  timeToFirstToken: Samples
}

/**
 * Percentiles of everything (the empty key), and of every group by `by`, with the hours and days of a zone.
 * @param told what is told of dimensions, undefined: left out
 */
export function groupPercentiles(
  all: readonly SampledGroup[],
  by: readonly string[],
  zone: string,
  told: (dimensions: Dimensions) => Dimensions | undefined = (dimensions) => dimensions,
): GroupPercentiles[] {
  const parts: (Pick<SampledGroup, 'latency' | 'timeToFirstToken'> & { key: GroupKey })[] = []
  const make = (key: GroupKey) => {
    const part = { key, latency: new Samples(), timeToFirstToken: new Samples() }
    parts.push(part)
    return part
  }
  const everything = make({})
  const partOf = groupFinder(by, zone, make)
  for (const group of all) {
    const dimensions = told(group.dimensions)
    if (!dimensions) continue
    for (const part of by.length === 0 ? [everything] : [everything, partOf({ ...group, dimensions })]) {
      part.latency.add(group.latency)
      part.timeToFirstToken.add(group.timeToFirstToken)
    }
  }
  return parts.map(({ key, latency, timeToFirstToken }) => ({
    key,
    latency: latency.percentiles(),
    timeToFirstToken: timeToFirstToken.percentiles(),
  }))
}
