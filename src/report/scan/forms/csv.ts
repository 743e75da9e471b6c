import { NEWLINE, QUOTE } from '../bytes.ts'

const COMMA = 0x2c
const RETURN = 0x0d

/** Columns that hold a log event's message, as the console and Logs Insights call them. */
const MESSAGE_COLUMNS = ['@message', 'message']

/** The column of a table's head that holds the messages; undefined where it is no head of a table with one. */
export function messageColumn(line: string): number | undefined {
  // JSON and prose have commas, too, but no part that is nothing but this word. Most lines are JSON, and long.
  if (line.includes('{')) return undefined
  const names = line
    .trim()
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .toLowerCase(),
    )
  if (!names.every((name) => /^[@\w.\- ]*$/.test(name))) return undefined
  const column = names.findIndex((name) => MESSAGE_COLUMNS.includes(name))
  return column < 0 ? undefined : column
}

/**
 * Reads one column of a table of comma-separated values (RFC 4180), of which fields may go over lines. The first row, its head,
 * is left out. Memory is bounded by the longest field that is let through.
 */
export class CsvColumn {
  readonly #column: number
  readonly #limit: number
  readonly #take: (text: string | 'too-long') => void
  #row = 0
  #field = 0
  #isQuoted = false
  /** A quotation mark came within a quoted field: it ends it, or is one of two that stand for one. */
  #sawQuote = false
  #isEmpty = true
  #parts: Buffer[] = []
  #bytes = 0

  constructor(column: number, limit: number, take: (text: string | 'too-long') => void) {
    this.#column = column
    this.#limit = limit
    this.#take = take
  }

  /** The chunk is the caller's again when this returns. */
  push(chunk: Buffer): void {
    let from = 0
    const keep = (end: number) => {
      if (end > from && this.#isWanted()) this.#keep(chunk.subarray(from, end))
      from = end + 1
    }
    for (let at = 0; at < chunk.length; at++) {
      const c = chunk[at] as number
      if (this.#sawQuote) {
        this.#sawQuote = false
        if (c === QUOTE) {
          // The first of the two was left out; this one stands for both.
          from = at
          continue
        }
        this.#isQuoted = false
        from = at
      }
      if (this.#isQuoted) {
        const end = chunk.indexOf(QUOTE, at)
        if (end < 0) break
        keep(end)
        this.#sawQuote = true
        at = end
      } else if (c === QUOTE && this.#isEmpty) {
        this.#isQuoted = true
        this.#isEmpty = false
        from = at + 1
      } else if (c === COMMA || c === NEWLINE) {
        keep(at)
        this.#endField(c === NEWLINE)
      } else this.#isEmpty = false
    }
    if (from < chunk.length && this.#isWanted() && !this.#sawQuote) this.#keep(chunk.subarray(from))
  }

  end(): void {
    if (!this.#isEmpty || this.#field > 0) this.#endField(true)
  }

  #isWanted(): boolean {
    return this.#row > 0 && this.#field === this.#column
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes > this.#limit) this.#parts = []
    else this.#parts.push(Buffer.from(part))
  }

  #endField(isRowEnd: boolean): void {
    if (this.#isWanted()) {
      if (this.#bytes > this.#limit) this.#take('too-long')
      else if (this.#bytes > 0) this.#take(withoutReturn(Buffer.concat(this.#parts)).toString())
      this.#parts = []
      this.#bytes = 0
    }
    this.#field = isRowEnd ? 0 : this.#field + 1
    if (isRowEnd) this.#row++
    this.#isEmpty = true
    this.#isQuoted = false
    this.#sawQuote = false
  }
}

/** A line may end with a carriage return, too. */
function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes
}
