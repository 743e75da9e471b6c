/** A seeded source of random numbers (mulberry32): the same seed gives the same traffic on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 inclusive to 1 exclusive. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `from` inclusive to `to` exclusive. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of the items, each as likely as its weight says. */
  pick<Item>(items: readonly (readonly [Item, number])[]): Item {
    let left = this.next() * items.reduce((total, [, weight]) => total + weight, 0)
    for (const [item, weight] of items) {
      left -= weight
      if (left < 0) return item
    }
    const last = items.at(-1)
    if (!last) throw new RangeError('nothing to pick from')
    return last[0]
  }

  /** A whole number of at least 1 around a median, with the long tail that token counts and latencies have. */
  logNormal(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return Math.max(1, Math.round(median * Math.exp(spread * normal)))
  }

  /** How many events happen where `mean` are expected. */
  poisson(mean: number): number {
    // A sum of Poisson numbers is one too; in parts, since e^-mean underflows for large means.
    let count = 0
    for (let left = mean; left > 0; left -= 30) count += this.#smallPoisson(Math.min(left, 30))
    return count
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.integer(0, 16).toString(16)
    return text
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`
  }

  #smallPoisson(mean: number): number {
    const limit = Math.exp(-mean)
    let count = -1
    for (let product = 1; product > limit; product *= this.next()) count += 1
    return count
  }
}
