/** Some samples known only by their sum, as PutMetricData's StatisticValues gives them. */
export interface StatisticSet {
  count: number
  sum: number
  min: number
  max: number
}

/** What is told of every sample: its minute since the epoch, and either a value with how often it occurred, or a set. */
export interface Visitor {
  value(minute: number, value: number, times: number): void
  set(minute: number, set: StatisticSet): void
}

const FIRST_CAPACITY = 16

/** Typed arrays of 12 bytes a sample, 8 more once one stands for several. By the minute, raw: percentiles need that. */
export class Samples {
  #minutes = new Int32Array(FIRST_CAPACITY)
  #values = new Float64Array(FIRST_CAPACITY)
  #times: Float64Array | undefined
  #length = 0
  #sorted = true
  readonly #sets: { minute: number; set: StatisticSet }[] = []
  #last = Number.NEGATIVE_INFINITY

  /** The minute of the newest sample. */
  get last(): number {
    return this.#last
  }

  add(minute: number, value: number, times = 1): void {
    const at = this.#length
    if (at === this.#minutes.length) this.#resize(at * 2)
    if (times !== 1 && this.#times === undefined) this.#times = new Float64Array(this.#minutes.length).fill(1, 0, at)
    this.#minutes[at] = minute
    this.#values[at] = value
    if (this.#times !== undefined) this.#times[at] = times
    this.#length = at + 1
    if (minute < this.#last) this.#sorted = false
    else this.#last = minute
  }

  addSet(minute: number, set: StatisticSet): void {
    this.#sets.push({ minute, set })
    this.#last = Math.max(this.#last, minute)
  }

  /** Shows every sample with `from` <= minute < `to`, raw ones in order of time. */
  visit(from: number, to: number, visitor: Visitor): void {
    if (!this.#sorted) this.#sort()
    for (let i = this.#firstAt(from); i < this.#length; i++) {
      const minute = this.#minutes[i] ?? 0
      if (minute >= to) break
      visitor.value(minute, this.#values[i] ?? 0, this.#times?.[i] ?? 1)
    }
    for (const { minute, set } of this.#sets) if (minute >= from && minute < to) visitor.set(minute, set)
  }

  #resize(capacity: number): void {
    const grown = <Numbers extends Int32Array | Float64Array>(to: Numbers, from: Numbers): Numbers => {
      to.set(from.subarray(0, this.#length))
      return to
    }
    this.#minutes = grown(new Int32Array(capacity), this.#minutes)
    this.#values = grown(new Float64Array(capacity), this.#values)
    if (this.#times !== undefined) this.#times = grown(new Float64Array(capacity), this.#times)
  }

  #sort(): void {
    const minutes = this.#minutes
    const order = Array.from({ length: this.#length }, (_, i) => i).sort(
      (a, b) => (minutes[a] ?? 0) - (minutes[b] ?? 0),
    )
    const values = this.#values
    const times = this.#times
    this.#minutes = new Int32Array(minutes.length)
    this.#values = new Float64Array(values.length)
    if (times !== undefined) this.#times = new Float64Array(times.length)
    for (const [to, from] of order.entries()) {
      this.#minutes[to] = minutes[from] ?? 0
      this.#values[to] = values[from] ?? 0
      if (this.#times !== undefined) this.#times[to] = times?.[from] ?? 1
    }
    this.#sorted = true
  }

  /** The index of the first sample at or after a minute. */
  #firstAt(minute: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#minutes[middle] ?? 0) < minute) low = middle + 1
      else high = middle
    }
    return low
  }
}
