import { groupKeys } from '../grouping.ts'
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

/** Samples as plain data that a thread can hand over: all of them, or how many there are in each bucket. */
export type SampleData = { values: Uint32Array } | { counts: Uint32Array }

/**
 * Whole milliseconds, one of each call. Percentiles do not add up, so all are kept up to {@link MOST_EXACT}; of more, how many are
 * in each bucket, so that memory does not grow with calls. Which of the two it is follows from their number alone, so that neither
 * threads nor the order of calls make a difference.
 */
export class Samples {
  #values = new NumberList()
  #counts: Uint32Array | undefined

  push(value: number, times = 1): void {
    if (this.#counts !== undefined || this.#values.length + times > MOST_EXACT) this.#count(bucketOf(value), times)
    else for (let left = times; left > 0; left--) this.#values.push(value)
  }

  add(data: SampleData): void {
    if ('counts' in data) for (const [bucket, times] of data.counts.entries()) this.#count(bucket, times)
    else if (this.#counts === undefined && this.#values.length + data.values.length <= MOST_EXACT)
      this.#values.pushAll(data.values)
    else for (const value of data.values) this.#count(bucketOf(value), 1)
  }

  /** A view, good until something is added. */
  get data(): SampleData {
    return this.#counts ? { counts: this.#counts } : { values: this.#values.values }
  }

  /**
   * Of each percentage the smallest value that at least so many do not exceed, as CloudWatch has it; with more than {@link MOST_EXACT}
   * samples at most 0.4 % less. Null if there are none.
   */
  percentiles(): Percentiles {
    const counts = this.#counts
    const at = counts ? rankIn(counts) : nearestRank(this.#values.values.slice().sort())
    return { p50: at(50), p90: at(90), p99: at(99) }
  }

  #count(bucket: number, times: number): void {
    this.#counts ??= this.#inBuckets()
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times
  }

  #inBuckets(): Uint32Array {
    const counts = new Uint32Array(BUCKETS)
    for (const value of this.#values.values) counts[bucketOf(value)] = (counts[bucketOf(value)] ?? 0) + 1
    this.#values = new NumberList()
    return counts
  }
}

const rankOf = (percent: number, length: number) => Math.max(1, Math.ceil((percent * length) / 100))

function nearestRank(sorted: Uint32Array) {
  return (percent: number): number | null => sorted[rankOf(percent, sorted.length) - 1] ?? null
}

function rankIn(counts: Uint32Array) {
  const length = counts.reduce((sum, times) => sum + times, 0)
  return (percent: number): number => {
    let bucket = 0
    for (let below = counts[0] ?? 0; below < rankOf(percent, length); below += counts[bucket] ?? 0) bucket++
    return leastOf(bucket)
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
  const groups = all.flatMap((group) => {
    const dimensions = told(group.dimensions)
    return dimensions ? [{ ...group, dimensions }] : []
  })
  const keyOf = groupKeys(by, zone)
  const parts = new Map<string, { key: GroupKey; groups: SampledGroup[] }>([['', { key: {}, groups }]])
  for (const group of by.length === 0 ? [] : groups) {
    const key = keyOf(group)
    const id = JSON.stringify(Object.values(key))
    const part = parts.get(id)
    if (part) part.groups.push(group)
    else parts.set(id, { key, groups: [group] })
  }
  return [...parts.values()].map((part) => ({
    key: part.key,
    latency: percentilesOf(part.groups.map(({ latency }) => latency)),
    timeToFirstToken: percentilesOf(part.groups.map(({ timeToFirstToken }) => timeToFirstToken)),
  }))
}

function percentilesOf(samples: readonly Samples[]): Percentiles {
  const all = new Samples()
  for (const { data } of samples) all.add(data)
  return all.percentiles()
}

const FIRST_CAPACITY = 64

/** Whole numbers below 2^32, four bytes each, in a list that grows. */
class NumberList {
  #values = new Uint32Array(FIRST_CAPACITY)
  length = 0

  push(value: number): void {
    this.#reserve(this.length + 1)
    this.#values[this.length++] = value
  }

  pushAll(values: Uint32Array): void {
    this.#reserve(this.length + values.length)
    this.#values.set(values, this.length)
    this.length += values.length
  }

  /** What was put in. A view, good until the next push. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.length)
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return
    const more = new Uint32Array(Math.max(length, this.#values.length * 2))
    more.set(this.values)
    this.#values = more
  }
}
