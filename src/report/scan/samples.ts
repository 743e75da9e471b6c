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
export function nearestRank(sorted: Uint32Array, percent: number): number | null {
  return sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)] ?? null
}
