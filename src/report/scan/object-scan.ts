import { isUtf8 } from 'node:buffer'
import { encodingOf } from '../../text/encoding.ts'
import { NEWLINE, OPEN_OBJECT } from './bytes.ts'
import { type Fault, NOTHING, type TextCounts, textFaults } from './fault.ts'
import { goesOn } from './forms/columns.ts'
import { CsvRows, ofRecords, type Table } from './forms/csv.ts'
import { formOf, HEAD_BYTES, isForeign } from './forms/form.ts'
import { findsFor, type Unwrapped, unwrapRow } from './forms/unwrap.ts'
import { ValueFinder } from './forms/values.ts'
import type { InvocationRecord } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** What takes an object's text in chunks, which are the caller's again when `push` returns. */
interface TextReader {
  push(chunk: Buffer): void
  end(): void
}

/** Bedrock moves bodies over 100 KB out of the record, and CloudWatch's events end at 1 MB. */
export const MAX_LINE_BYTES = 16 * 2 ** 20

const BAR = 0x7c

/**
 * Reads the records in the chunks of one object, in whatever form it holds them: how it begins tells. Nothing in it is fatal:
 * what cannot be read is counted.
 */
export class ObjectScan {
  readonly counts: TextCounts = { ...NOTHING }
  readonly #reader: RecordReader
  readonly #onRecord: (record: InvocationRecord) => void
  readonly #maxLineBytes: number
  readonly #isPart: boolean
  #text: TextReader | undefined
  #decoder: InstanceType<typeof TextDecoder> | undefined
  #head: Buffer[] = []
  #headBytes = 0
  #one: 'line' | 'value' = 'line'
  #unread: string | undefined
  #isForeign = false
  #isCut = false

  /** @param isPart of a file in lines, of which it is not the beginning: its counts are told with those of the others */
  constructor(
    reader: RecordReader,
    onRecord: (record: InvocationRecord) => void,
    maxLineBytes = MAX_LINE_BYTES,
    isPart = false,
  ) {
    this.#reader = reader
    this.#onRecord = onRecord
    this.#maxLineBytes = maxLineBytes
    this.#isPart = isPart
    if (isPart) this.#text = this.#lineReader()
  }

  push(chunk: Buffer): void {
    this.#headBytes += chunk.length
    if (this.#text) this.#text.push(this.#decoder ? Buffer.from(this.#decoder.decode(chunk, { stream: true })) : chunk)
    // The first line of a table does not tell what its fields hold.
    else if (this.#headBytes >= HEAD_BYTES || (chunk[0] === OPEN_OBJECT && chunk.length > 3 && chunk.includes(NEWLINE)))
      this.#begin(this.#head.length === 0 ? chunk : Buffer.concat([...this.#head, chunk]))
    else this.#head.push(Buffer.from(chunk))
  }

  /**
   * Ends the object and tells what of it could not be read.
   * @param isCut what comes last is not whole
   */
  end(name: string, isCut = false): Fault[] {
    this.#isCut = isCut
    if (!this.#text) this.#begin(Buffer.concat(this.#head))
    if (this.#decoder) this.#text?.push(Buffer.from(this.#decoder.decode()))
    this.#text?.end()
    if (this.#isPart) return []
    if (this.#unread !== undefined) return [{ name, code: 'unknown-form', message: this.#unread }]
    const foreign = this.#isForeign && this.counts.records === 0 && { isForeign: true as const }
    return textFaults(name, this.counts, this.#one, this.#maxLineBytes).map((fault) => ({ ...fault, ...foreign }))
  }

  #begin(head: Buffer): void {
    const mark = encodingOf(head)
    if (mark) this.#decoder = new TextDecoder(mark)
    const utf8 = head.subarray(head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0)
    const text = this.#decoder ? Buffer.from(this.#decoder.decode(head, { stream: true })) : utf8
    this.#head = []
    this.#text = this.#readerOf(text)
    this.#text.push(text)
  }

  #readerOf(text: Buffer): TextReader {
    const form = formOf(text.length > HEAD_BYTES ? text.subarray(0, HEAD_BYTES) : text)
    if (form.kind === 'lines') return this.#lineReader()
    this.#one = 'value'
    if (form.kind === 'csv') return this.#tableReader(form.table)
    if (form.kind === 'unread') {
      this.#unread = `it is ${form.unread}, which is not read: ${form.cure}`
      return { push() {}, end() {} }
    }
    this.#isForeign = isForeign(text)
    return this.#valueFinder()
  }

  #tableReader({ delimiter, names }: Table): TextReader {
    const { counts } = this
    const found = { ...this.#found(), table: { names } }
    /** Of a table of bars, a row may go on in the next. */
    let held: string[] | undefined
    const rows = new CsvRows(delimiter, this.#maxLineBytes, (fields, isOpen) => {
      const isRest = held !== undefined && fields !== 'too-long' && goesOn(fields, found.table.names)
      if (isRest) found.strange('wrapped')
      else if (held) unwrapRow(held, found)
      held = undefined
      const { records } = counts
      if (fields === 'too-long') counts.tooLong++
      else if (isRest) return
      else if (isOpen && this.#isCut) counts.strange++
      else if (delimiter === BAR && !isOpen) held = fields
      else unwrapRow(fields, found)
      const mayBeCut = ofRecords(names) && /\w$/.test(fields.at(-1) ?? '')
      if (isOpen && counts.records > records && mayBeCut) counts.open++
    })
    const end = () => {
      rows.end()
      if (held) unwrapRow(held, found)
    }
    return { push: (chunk) => rows.push(chunk), end }
  }

  #lineReader(): TextReader {
    const tooLong = () => this.counts.tooLong++
    return new LineCutter(this.#maxLineBytes, (lines) => this.#lines(lines), tooLong)
  }

  #lines(bytes: Buffer): void {
    const clean = isUtf8(bytes)
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, start)
      if (end - start > this.#maxLineBytes) this.counts.tooLong++
      else {
        const { records } = this.counts
        const line = this.#reader.read(bytes, start, end)
        if (line === 'strange') this.#lookInto(bytes.subarray(start, end))
        else if (line !== 'nothing') this.#take(line)
        const isRead = this.counts.records > records
        if (!clean && isRead && !isUtf8(bytes.subarray(start, end))) this.counts.garbled++
      }
      start = end + 1
    }
  }

  /** A line that is no record may hold several, or wrap them. One in which there is none at all is told of once. */
  #lookInto(line: Buffer): void {
    const { counts } = this
    const before = { ...counts }
    const finder = this.#valueFinder()
    finder.push(line)
    finder.end()
    if (counts.records === before.records) counts.strange = Math.min(counts.strange, before.strange + 1)
    else counts.strange -= counts.noJson - before.noJson
  }

  #valueFinder(): TextReader {
    const broken = (reason: 'cut' | 'too-long') => this.counts[reason === 'too-long' ? 'tooLong' : 'strange']++
    return new ValueFinder(this.#maxLineBytes, { ...findsFor(this.#found()), broken })
  }

  #found(): Unwrapped {
    const { counts } = this
    return {
      record: (json) => {
        const record = this.#reader.read(json, 0, json.length)
        if (record === 'strange' || record === 'nothing') return false
        this.#take(record)
        return true
      },
      strange: (kind) => {
        counts[kind === 'frame' ? 'frames' : 'strange']++
        if (kind === 'garbled') counts.noJson++
        else if (kind !== undefined && kind !== 'frame') counts[kind]++
      },
      table: {},
    }
  }

  #take(record: InvocationRecord): void {
    this.counts.records++
    if (record.isTimeAssumed) this.counts.timesAssumed++
    if (record.mayBeSum) this.counts.maybeSums++
    this.#onRecord(record)
  }
}

/** Cuts chunks of bytes at the ends of lines. Memory is bounded by the longest line that is let through. */
class LineCutter {
  readonly #limit: number
  readonly #take: (bytes: Buffer) => void
  readonly #tooLong: () => void
  #held: Buffer[] = []
  #heldBytes = 0

  /**
   * @param limit of a line that spans chunks, in bytes without its newline
   * @param take takes whole lines: the last byte is a newline
   */
  constructor(limit: number, take: (bytes: Buffer) => void, tooLong: () => void) {
    this.#limit = limit
    this.#take = take
    this.#tooLong = tooLong
  }

  push(chunk: Buffer): void {
    const first = this.#heldBytes === 0 ? 0 : chunk.indexOf(NEWLINE) + 1
    if (this.#heldBytes > 0) {
      this.#hold(first === 0 ? chunk : chunk.subarray(0, first))
      if (first === 0) return
      this.#release()
    }
    const last = Math.max(first, chunk.lastIndexOf(NEWLINE) + 1)
    if (last > first) this.#take(chunk.subarray(first, last))
    if (last < chunk.length) this.#hold(chunk.subarray(last))
  }

  end(): void {
    if (this.#heldBytes === 0) return
    this.#hold(Buffer.of(NEWLINE))
    this.#release()
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length
    if (this.#heldBytes > this.#limit + 1) this.#held = []
    else this.#held.push(Buffer.from(part))
  }

  #release(): void {
    if (this.#heldBytes > this.#limit + 1) this.#tooLong()
    else this.#take(Buffer.concat(this.#held))
    this.#held = []
    this.#heldBytes = 0
  }
}
