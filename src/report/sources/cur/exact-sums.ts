import { type AttoUsd, parseAmount } from '../../money.ts'
import { type Amounts, MOST_AMOUNT } from './batch.ts'

/** Sums of doubles are kept as whole numbers of these, as long as they are exact in a double. */
const SCALES = [
  { units: 1e12, atto: 10n ** 6n },
  { units: 1e18, atto: 1n },
] as const
/** A decimal of no more digits than a double always keeps: the one that it was written as. */
const MOST_DIGITS = 1e15
/** Sums up to here have room for another value. */
const MOST_SUM = 2 ** 52

/**
 * Exact sums of a column by group. A double is taken for the decimal that it was written as, its shortest: most are a whole
 * number of pico-dollars, which are added without big numbers.
 */
export class ExactSums {
  #sums = SCALES.map(() => new Float64Array(1024))
  #seen = new Uint8Array(1024)
  /** Of how many rows there is no value. */
  #without = new Int32Array(1024)
  readonly #big = new Map<number, AttoUsd>()

  /** @param instead of what has no value @returns how many rows have neither, and how many have something that is no number */
  add(groups: Int32Array, rows: Int32Array, amounts: Amounts, instead?: Amounts) {
    const without = { none: 0, odd: 0, example: '' }
    for (let at = 0; at < rows.length; at++) {
      const [group, row] = [groups[at] as number, rows[at] as number]
      let told = this.#addOne(group, amounts, row)
      if (told === false && instead) told = this.#addOne(group, instead, row)
      if (told === true) continue
      ;(this.#without[group] as number)++
      if (told === false) without.none++
      else if (without.odd++ === 0) without.example = told
    }
    return without
  }

  /** Undefined where no row had a value. */
  of(group: number): AttoUsd | undefined {
    if (this.#seen[group] !== 1) return undefined
    const big = this.#big.get(group) ?? 0n
    return SCALES.reduce((sum, { atto }, index) => sum + BigInt(this.#sums[index]?.[group] ?? 0) * atto, big)
  }

  /** Of how many rows of a group there is no value. */
  withoutIn(group: number): number {
    return this.#without[group] ?? 0
  }

  /** @returns false where there is nothing, and what stands in place of a number */
  #addOne(group: number, amounts: Amounts, row: number): boolean | string {
    if (group >= this.#seen.length) this.#grow(group)
    if (amounts instanceof Float64Array) {
      const value = amounts[row] as number
      if (!(Math.abs(value) < MOST_AMOUNT)) return !Number.isNaN(value) && String(value)
      this.#seen[group] = 1
      this.#addDouble(group, value)
      return true
    }
    const value = amounts.values[amounts.codes[row] as number]
    if (typeof value !== 'bigint') return value ?? false
    this.#seen[group] = 1
    this.#addBig(group, value)
    return true
  }

  #addDouble(group: number, value: number): void {
    for (let index = 0; index < SCALES.length; index++) {
      const { units, atto } = SCALES[index] as (typeof SCALES)[number]
      const whole = Math.round(value * units)
      if (whole / units !== value || Math.abs(whole) > MOST_DIGITS) continue
      const sums = this.#sums[index] as Float64Array
      const sum = (sums[group] as number) + whole
      if (Math.abs(sum) < MOST_SUM) sums[group] = sum
      else {
        this.#addBig(group, BigInt(sum) * atto)
        sums[group] = 0
      }
      return
    }
    this.#addBig(group, parseAmount(String(value)) ?? 0n)
  }

  #addBig(group: number, amount: AttoUsd): void {
    this.#big.set(group, (this.#big.get(group) ?? 0n) + amount)
  }

  #grow(group: number): void {
    const length = 2 * Math.max(group, this.#seen.length)
    this.#sums = this.#sums.map((sums) => grown(sums, new Float64Array(length)))
    this.#seen = grown(this.#seen, new Uint8Array(length))
    this.#without = grown(this.#without, new Int32Array(length))
  }
}

function grown<Numbers extends Float64Array | Uint8Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}

/** Numbers tuples of whole numbers in the order in which they come first. */
export class Tuples {
  readonly #width: number
  #tuples: Int32Array
  #slots = new Int32Array(1024)
  #count = 0

  constructor(width: number) {
    this.#width = width
    this.#tuples = new Int32Array(1024 * width)
  }

  get count(): number {
    return this.#count
  }

  at(number: number): Int32Array {
    return this.#tuples.subarray(number * this.#width, (number + 1) * this.#width)
  }

  /** @param columns of which the values at a place make the tuple */
  numbersOf(columns: readonly Int32Array[], places: number): Int32Array {
    const numbers = new Int32Array(places)
    for (let place = 0; place < places; place++) numbers[place] = this.#numberOf(columns, place)
    return numbers
  }

  #numberOf(columns: readonly Int32Array[], place: number): number {
    const width = this.#width
    let hash = 0
    for (let i = 0; i < width; i++)
      hash = Math.imul(hash ^ ((columns[i] as Int32Array)[place] as number), 0x9e3779b1) + (hash >>> 15)
    const mask = this.#slots.length - 1
    for (let slot = (hash ^ (hash >>> 16)) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] as number) - 1
      if (number < 0) return this.#put(columns, place, slot)
      let i = 0
      while (i < width && this.#tuples[number * width + i] === (columns[i] as Int32Array)[place]) i++
      if (i === width) return number
    }
  }

  #put(columns: readonly Int32Array[], place: number, slot: number): number {
    const [number, width] = [this.#count, this.#width]
    if ((number + 1) * width > this.#tuples.length)
      this.#tuples = grown(this.#tuples, new Int32Array(2 * this.#tuples.length))
    for (let i = 0; i < width; i++) this.#tuples[number * width + i] = (columns[i] as Int32Array)[place] as number
    this.#slots[slot] = ++this.#count
    if (2 * this.#count > this.#slots.length) this.#rehash()
    return number
  }

  #rehash(): void {
    const width = this.#width
    const [count, tuples] = [this.#count, this.#tuples]
    this.#slots = new Int32Array(4 * this.#slots.length)
    const columns = Array.from({ length: width }, () => new Int32Array(1))
    this.#count = 0
    for (let number = 0; number < count; number++) {
      for (let i = 0; i < width; i++) (columns[i] as Int32Array)[0] = tuples[number * width + i] as number
      this.#numberOf(columns, 0)
    }
  }
}
