import { NEWLINE } from './bytes.ts'

/** What takes an object's text in chunks, which are the caller's again when `push` returns. */
export interface TextReader {
  push(chunk: Buffer): void
  end(): void
}

/** Cuts chunks of bytes at the ends of lines. Memory is bounded by the longest line that is let through. */
export class LineCutter implements TextReader {
  readonly #limit: number
  readonly #take: (bytes: Buffer) => void
  readonly #tooLong: () => void
  #held: Buffer[] = []
  #heldBytes = 0
  #skipping = false

  /**
   * @param limit of a line that spans chunks, in bytes without its newline
   * @param take takes whole lines: the last byte is a newline
   * @param tooLong is told of each that is left out
   */
  constructor(limit: number, take: (bytes: Buffer) => void, tooLong: () => void) {
    this.#limit = limit
    this.#take = take
    this.#tooLong = tooLong
  }

  /** The chunk is the caller's again when this returns. */
  push(chunk: Buffer): void {
    let start = 0
    if (this.#heldBytes > 0 || this.#skipping) {
      const end = chunk.indexOf(NEWLINE)
      this.#hold(end < 0 ? chunk : chunk.subarray(0, end + 1))
      if (end < 0) return
      this.#release()
      start = end + 1
    }
    const end = chunk.lastIndexOf(NEWLINE)
    if (end >= start) this.#take(chunk.subarray(start, end + 1))
    if (Math.max(start, end + 1) < chunk.length) this.#hold(chunk.subarray(Math.max(start, end + 1)))
  }

  /** The last line may lack its newline. */
  end(): void {
    if (this.#heldBytes === 0 && !this.#skipping) return
    this.#hold(Buffer.of(NEWLINE))
    this.#release()
  }

  #hold(part: Buffer): void {
    if (this.#skipping) return
    this.#heldBytes += part.length
    const newline = part[part.length - 1] === NEWLINE ? 1 : 0
    if (this.#heldBytes - newline > this.#limit) {
      this.#skipping = true
      this.#held = []
    } else this.#held.push(Buffer.from(part))
  }

  #release(): void {
    if (this.#skipping) this.#tooLong()
    else this.#take(Buffer.concat(this.#held))
    this.#skipping = false
    this.#held = []
    this.#heldBytes = 0
  }
}
