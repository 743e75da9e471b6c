import { groupKeys } from '../grouping.ts'
import type { Dimensions, GroupKey, GroupPercentiles, Percentiles } from '../model.ts'

const FIRST_CAPACITY = 64

/** Whole milliseconds, one of each call: four bytes each, since percentiles do not add up and all have to be kept. */
export class Samples {
  #values: Uint32Array
  #length = 0

  constructor(capacity = FIRST_CAPACITY) {
    this.#values = new Uint32Array(capacity)
  }

  push(value: number): void {
    this.#reserve(this.#length + 1)
    this.#values[this.#length++] = value
  }

  pushAll(values: Uint32Array): void {
    this.#reserve(this.#length + values.length)
    this.#values.set(values, this.#length)
    this.#length += values.length
  }

  /** What was put in, in no particular order. A view, good until the next push. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.#length)
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return
    const more = new Uint32Array(Math.max(length, this.#values.length * 2, FIRST_CAPACITY))
    more.set(this.values)
    this.#values = more
  }
}

/**
 * The smallest value that at least `percent` of all do not exceed, as CloudWatch has it.
 * @param sorted in ascending order
 * @returns null if there are none
 */
function nearestRank(sorted: Uint32Array, percent: number): number | null {
  return sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)] ?? null
}

/** The samples of one combination of dimensions; where they are kept by slot, of the one that begins at `start`. */
interface SampledGroup {
  dimensions: Dimensions
  start: number
  latency: Samples
  timeToFirstToken: Samples
}

/** Exact percentiles of everything (the empty key), and of every group by `by`, with the hours and days of a zone. */
export function groupPercentiles(
  groups: readonly SampledGroup[],
  by: readonly string[],
  zone: string,
): GroupPercentiles[] {
  const keyOf = groupKeys(by, zone)
  const parts = new Map<string, { key: GroupKey; groups: SampledGroup[] }>([['', { key: {}, groups: [...groups] }]])
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
  const all = new Samples(samples.reduce((length, { values }) => length + values.length, 0))
  for (const { values } of samples) all.pushAll(values)
  const sorted = all.values.sort()
  return { p50: nearestRank(sorted, 50), p90: nearestRank(sorted, 90), p99: nearestRank(sorted, 99) }
}
