export const WORD = 4
const BLOCK_BYTES = 2 ** 16

/** Whole numbers, small ones in few bytes: seven bits in each, the lowest first, and in the eighth whether more follow. */
export class Column {
  /** A column that grew by copying would be in memory twice. */
  #full: Uint8Array[] = []
  #fullBytes = 0
  #bytes = new Uint8Array(64)
  #length = 0

  push(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
  }

  pushWord(value: number): void {
    this.#reserve(WORD)
    for (let shift = 24; shift >= 0; shift -= 8) this.#bytes[this.#length++] = value >>> shift
  }

  get length(): number {
    return this.#fullBytes + this.#length
  }

  /** All of it, block by block; it is empty then. */
  taken(): Uint8Array[] {
    const blocks = [...this.#full, this.#bytes.subarray(0, this.#length)]
    this.#full = []
    this.#fullBytes = this.#length = 0
    return blocks
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const before = this.#bytes.subarray(0, this.#length)
    this.#bytes = new Uint8Array(Math.min(2 * this.#bytes.length, BLOCK_BYTES))
    if (before.length + more <= this.#bytes.length) this.#bytes.set(before)
    else {
      this.#full.push(before)
      this.#fullBytes += before.length
      this.#length = 0
    }
  }
}

export class Cursor {
  at: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  next(): number {
    let byte = this.#bytes[this.at++] ?? 0
    let value = byte & 0x7f
    for (let unit = 0x80; byte >= 0x80; unit *= 0x80) {
      byte = this.#bytes[this.at++] ?? 0
      value += (byte & 0x7f) * unit
    }
    return value
  }
}
