const FIRST_CAPACITY = 64

/** Whole numbers below 2^32, four bytes each, in a list that grows. */
export class NumberList {
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
