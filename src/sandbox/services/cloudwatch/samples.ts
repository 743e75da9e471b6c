import { firstWhere } from '../../numbers.ts'

/** Values by the minute since the epoch, each as it was put: percentiles need that. */
export class Samples {
  #minutes: number[] = []
  #values: number[] = []
  #sorted = true
  #last = Number.NEGATIVE_INFINITY

  /** The minute of the newest sample. */
  get last(): number {
    return this.#last
  }

  add(minute: number, value: number): void {
    this.#minutes.push(minute)
    this.#values.push(value)
    if (minute < this.#last) this.#sorted = false
    else this.#last = minute
  }

  /** Shows every sample with `from` <= minute < `to`, in order of time. */
  visit(from: number, to: number, show: (minute: number, value: number) => void): void {
    if (!this.#sorted) this.#sort()
    for (let i = firstWhere(this.#minutes, (minute) => minute >= from); i < this.#minutes.length; i++) {
      const minute = this.#minutes[i] ?? 0
      if (minute >= to) break
      show(minute, this.#values[i] ?? 0)
    }
  }

  #sort(): void {
    const [minutes, values] = [this.#minutes, this.#values]
    const order = [...minutes.keys()].sort((a, b) => (minutes[a] ?? 0) - (minutes[b] ?? 0))
    this.#minutes = order.map((from) => minutes[from] ?? 0)
    this.#values = order.map((from) => values[from] ?? 0)
    this.#sorted = true
  }
}
