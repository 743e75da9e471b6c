import { isUtf8 } from 'node:buffer'
import { encodingOf } from '../../text/encoding.ts'
import { NEWLINE, OPEN_OBJECT } from './bytes.ts'
import type { Fault, FaultCode } from './fault.ts'
import { CsvRows, ofRecords } from './forms/csv.ts'
import { formOf, HEAD_BYTES, isForeign } from './forms/form.ts'
import { type Cause, findsFor, type Strange, type Unwrapped, unwrapRow } from './forms/unwrap.ts'
import { ValueFinder } from './forms/values.ts'
import { LineCutter, type TextReader } from './line-cutter.ts'
import type { InvocationRecord } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** Bedrock moves bodies over 100 KB out of the record, and CloudWatch's events end at 1 MB. */
export const MAX_LINE_BYTES = 16 * 2 ** 20

/** What an object's text held, in numbers that add up over its parts. */
export interface TextCounts {
  records: number
  /** What is no record. Of these, what is no JSON, and records that cannot be read, by their cause. */
  strange: number
  noJson: number
  time: number
  struct: number
  headless: number
  double: number
  quoted: number
  /** What commands print around records, which is nothing where there are some. */
  frames: number
  tooLong: number
  garbled: number
  timesAssumed: number
  /** Rows that end in a number or a word with which the file ends. */
  open: number
}

const NOTHING: Readonly<TextCounts> = {
  ...{ records: 0, strange: 0, noJson: 0, time: 0, struct: 0, headless: 0, double: 0, quoted: 0 },
  ...{ frames: 0, tooLong: 0, garbled: 0, timesAssumed: 0, open: 0 },
}

const CAUSES: Record<Cause, string> = {
  time: 'with no model, or with a time that is missing, does not exist, or is neither ISO 8601 nor a number since 1970',
  struct: 'with a structure that is not JSON: write it as JSON, with CAST(… AS JSON) in Athena, to_json or json.dumps',
  headless: 'a row of a table without the names of its columns: put the row with the names first',
  double: 'a row with two values for columns of one name: give each column a name of its own',
  quoted:
    'with a record in a prompt, a request or the like, where it may be quoted: if it is a log, take the records out',
}

/** What of a text could not be read, in words. */
export function textFaults(
  name: string,
  { records, strange: others, frames, tooLong, garbled, timesAssumed, open, ...counts }: TextCounts,
  one: 'line' | 'value',
  maxLineBytes: number,
): Fault[] {
  const strange = records === 0 ? others + frames : others
  if (strange + tooLong + garbled + timesAssumed + open === 0) return []
  const share = records === 0 ? '' : `of ${records + strange}, `
  const causes = (Object.keys(CAUSES) as Cause[]).filter((cause) => counts[cause] > 0)
  const why = causes.map((cause) => `; ${counts[cause]} ${CAUSES[cause]}`).join('')
  const faults: [code: FaultCode, count: number, before: string, one: string, what: string][] = [
    ['not-a-record', strange, share, one, `not a record of a Bedrock invocation, left out${why}`],
    ['line-too-long', tooLong, '', one, `longer than ${maxLineBytes} bytes, left out`],
    ['invalid-utf8', garbled, '', one, 'not valid UTF-8, read as far as possible'],
    ['time-zone-assumed', timesAssumed, '', 'time', 'without a time zone, read as UTC'],
    [
      'last-row-open',
      open,
      '',
      'row',
      'the last and has no line end: if the file was cut there, its last value may be wrong',
    ],
  ]
  return faults
    .filter(([, count]) => count > 0)
    .map(([code, count, before, one, what]) => ({
      name,
      code,
      message: `${before}${count === 1 ? `1 ${one} is` : `${count} ${one}s are`} ${what}`,
    }))
}

/**
 * Reads the records in the chunks of one object, in whatever form it holds them: how it begins tells. Nothing in it is fatal:
 * what cannot be read is counted.
 */
export class ObjectScan {
  readonly counts: TextCounts = { ...NOTHING }
  readonly #reader: RecordReader
  readonly #onRecord: (record: InvocationRecord) => void
  readonly #maxLineBytes: number
  /** What reads the text, once its form is known; until then its beginning. */
  #text: TextReader | undefined
  #decoder: InstanceType<typeof TextDecoder> | undefined
  #head: Buffer[] = []
  #headBytes = 0
  #one: 'line' | 'value' = 'line'
  #unread: string | undefined
  #isForeign = false
  #isCut = false

  /** @param isPart of a file in lines, of which it is not the beginning */
  constructor(
    reader: RecordReader,
    onRecord: (record: InvocationRecord) => void,
    maxLineBytes = MAX_LINE_BYTES,
    isPart = false,
  ) {
    this.#reader = reader
    this.#onRecord = onRecord
    this.#maxLineBytes = maxLineBytes
    if (isPart) this.#text = this.#lineReader()
  }

  /** The chunk is the caller's again when this returns. */
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
    if (this.#unread !== undefined) return [{ name, code: 'unknown-form', message: this.#unread }]
    const foreign = this.#isForeign && this.counts.records === 0 && { isForeign: true as const }
    return textFaults(name, this.counts, this.#one, this.#maxLineBytes).map((fault) => ({ ...fault, ...foreign }))
  }

  /** Takes the beginning, by which the form is known, and what came with it. */
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
    this.#one = form.kind === 'lines' ? 'line' : 'value'
    this.#isForeign = form.kind === 'values' && isForeign(text)
    if (form.kind === 'values') return new ValueFinder(this.#maxLineBytes, this.#finds())
    if (form.kind === 'unread') {
      this.#unread = `it is ${form.unread}, which is not read: ${form.cure}`
      return { push() {}, end() {} }
    }
    if (form.kind === 'csv') {
      const found = { ...this.#found(), table: { names: form.table.names } }
      return new CsvRows(form.table.delimiter, this.#maxLineBytes, (fields, isOpen) => {
        const { records } = this.counts
        if (fields === 'too-long') this.counts.tooLong++
        else if (isOpen && this.#isCut) this.counts.strange++
        else unwrapRow(fields, found)
        const mayBeCut = ofRecords(form.table.names) && /\w$/.test(fields.at(-1) ?? '')
        if (isOpen && this.counts.records > records && mayBeCut) this.counts.open++
      })
    }
    return this.#lineReader()
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
        if (!clean && !isUtf8(bytes.subarray(start, end))) this.counts.garbled++
        const line = this.#reader.read(bytes, start, end)
        if (line === 'strange') this.#lookInto(bytes.subarray(start, end))
        else if (line !== 'nothing') this.#take(line)
      }
      start = end + 1
    }
  }

  /** A line that is no record may hold several, or wrap them. One in which there is none at all is told of once. */
  #lookInto(line: Buffer): void {
    const { counts } = this
    const before = { ...counts }
    const finder = new ValueFinder(this.#maxLineBytes, this.#finds())
    finder.push(line)
    finder.end()
    if (counts.records === before.records) counts.strange = Math.min(counts.strange, before.strange + 1)
    else counts.strange -= counts.noJson - before.noJson
  }

  #finds() {
    const broken = (reason: 'cut' | 'too-long') => {
      this.counts[reason === 'too-long' ? 'tooLong' : 'strange']++
    }
    return { ...findsFor(this.#found()), broken }
  }

  #found(): Unwrapped {
    return {
      record: (json: Buffer) => {
        const record = this.#reader.read(json, 0, json.length)
        if (record === 'strange' || record === 'nothing') return false
        this.#take(record)
        return true
      },
      strange: (kind?: Strange) => {
        this.counts[kind === 'frame' ? 'frames' : 'strange']++
        if (kind === 'garbled') this.counts.noJson++
        else if (kind !== undefined && kind !== 'frame') this.counts[kind]++
      },
      table: {},
    }
  }

  #take(record: InvocationRecord): void {
    this.counts.records++
    if (record.isTimeAssumed) this.counts.timesAssumed++
    this.#onRecord(record)
  }
}
