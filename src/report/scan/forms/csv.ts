import { NEWLINE, QUOTE } from '../bytes.ts'

const RETURN = 0x0d
const EMPTY = Buffer.alloc(0)

/** Columns that hold a log event's message, as the console and Logs Insights call them. */
const MESSAGES = ['@message', 'message']
/** As others call them: tables of these hold records only where JSON stands in quotation marks. */
const OTHER_MESSAGES = new Set(
  '_raw rawmessage raw_data event.original log line event body record json _source _col0'.split(' '),
)

/** A table of values: what parts them, and what its columns are called. Without names it has no head. */
export interface Table {
  delimiter: number
  names: readonly string[]
}

/**
 * The table that a text is, by its first line: with a column of messages, or with those of a record. Undefined where it is
 * none.
 * @param text the beginning of it
 */
export function tableOf(line: string, text: string): Table | undefined {
  // Most lines are JSON, and long. JSON in a table is quoted: as it stands, it may hold what parts the fields.
  if (/^\s*\{/.test(line) || /[,;|\n][ \t]*`?\{"(?!")/.test(text)) return undefined
  const hasJson = JSON_CELL.test(text)
  for (const delimiter of [',', ';', '\t', '|']) {
    const names = columnsIn(line.trim().split(delimiter), hasJson)
    if (names) return { delimiter: delimiter.charCodeAt(0), names }
  }
  if (!hasJson) return undefined
  const [, delimiter = ','] = /([,;\t|])"[[{]\s*["{]/.exec(text) ?? /[\]}]"([,;\t|])/.exec(text) ?? []
  const names = JSON_CELL.test(line) ? [] : line.trim().split(delimiter).map(plainCell)
  return names.every(isName) ? { delimiter: delimiter.charCodeAt(0), names } : undefined
}

const JSON_CELL = /"\[?\{\s*""/
const isName = (name: string) => /^[@$\w.\- ]*$/.test(name)

/** What a cell of a table holds, without quotation marks and what Markdown writes as code, in bold, or with backslashes. */
export function plainCell(cell: string): string {
  const [, mark, within = ''] = /^(["`]|\*\*)(.*)\1$/s.exec(cell.trim()) ?? []
  const text = mark === undefined || (mark === '"' && within.includes('"')) ? cell.trim() : within
  return /^[[{"]/.test(text) ? text : text.replace(/\\(?=[-_*.|`])/g, '')
}

/**
 * The columns that a row names, if one of them is of messages, or they are those of a record.
 * @param hasJson they may also be called as others call them
 */
export function columnsIn(row: readonly string[], hasJson: boolean): string[] | undefined {
  const names = row.map(plainCell)
  const isMessage = (name: string) => MESSAGES.includes(name) || (hasJson && OTHER_MESSAGES.has(name))
  const isHead = ofRecords(names) || names.some((name) => isMessage(name.toLowerCase()))
  // JSON and prose have commas, too, but no part that is nothing but this word.
  const isTable = ofRecords(names) ? !names.some((name) => /["'{}[\]=]/.test(name)) : names.every(isName)
  return isHead && isTable ? names : undefined
}

/** Whether a row names the columns of a record. */
export function ofRecords(row: readonly string[]): boolean {
  const plain = row.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''))
  return plain.includes('modelid') && plain.includes('timestamp')
}

/**
 * Reads the rows of a table of separated values (RFC 4180), of which fields may go over lines. Memory is bounded by the
 * longest row that is let through.
 */
export class CsvRows {
  readonly #delimiter: number
  readonly #limit: number
  readonly #take: (fields: string[] | 'too-long', isOpen: boolean) => void
  #fields: string[] = []
  #isQuoted = false
  /** A quotation mark came within a quoted field: it ends it, or is one of two that stand for one. */
  #sawQuote = false
  #isEmpty = true
  /** Of the field: those after the first so many are parts of the chunk that is being read. */
  #parts: Buffer[] = []
  #owned = 0
  #rowBytes = 0
  #only: ReadonlySet<number> | undefined

  /**
   * @param limit of a row, in bytes
   * @param take is told of the last row whether its last field may go on: nothing ends it
   */
  constructor(delimiter: number, limit: number, take: (fields: string[] | 'too-long', isOpen: boolean) => void) {
    this.#delimiter = delimiter
    this.#limit = limit
    this.#take = take
  }

  keepOnly(columns: ReadonlySet<number>): void {
    this.#only = columns
  }

  /** The chunk is the caller's again when this returns. */
  push(chunk: Buffer): void {
    let from = 0
    const keep = (end: number) => {
      if (end > from) this.#keep(chunk.subarray(from, end))
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
      } else if (c === this.#delimiter || c === NEWLINE) {
        keep(at)
        this.#endField(c === NEWLINE)
      } else this.#isEmpty = false
    }
    if (from < chunk.length && !this.#sawQuote) this.#keep(chunk.subarray(from))
    for (; this.#owned < this.#parts.length; this.#owned++)
      this.#parts[this.#owned] = Buffer.from(this.#parts[this.#owned] as Buffer)
  }

  end(): void {
    if (!this.#isEmpty || this.#fields.length > 0) this.#endField(true, !this.#sawQuote)
  }

  #keep(part: Buffer): void {
    this.#rowBytes += part.length
    if (this.#only && !this.#only.has(this.#fields.length)) return
    if (this.#rowBytes > this.#limit) this.#parts.length = this.#owned = 0
    else this.#parts.push(part)
  }

  #endField(isRowEnd: boolean, isOpen = false): void {
    const bytes = this.#parts.length > 1 ? Buffer.concat(this.#parts) : (this.#parts[0] ?? EMPTY)
    this.#fields.push((isRowEnd && bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes).toString())
    if (this.#parts.length > 0) this.#parts = []
    this.#owned = 0
    this.#isEmpty = true
    this.#isQuoted = false
    this.#sawQuote = false
    if (!isRowEnd) return
    const isBlank = this.#rowBytes < 2 && this.#fields.every((field) => field === '')
    if (this.#rowBytes > this.#limit) this.#take('too-long', isOpen)
    else if (!isBlank) this.#take(this.#fields, isOpen)
    this.#fields = []
    this.#rowBytes = 0
  }
}
