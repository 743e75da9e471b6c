import { isUtf8 } from 'node:buffer'
import { NEWLINE } from './bytes.ts'
import type { Fault, FaultCode } from './fault.ts'
import { LineCutter } from './lines.ts'
import type { InvocationRecord } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** Bedrock moves bodies over 100 KB out of the record, and CloudWatch's events end at 1 MB. */
export const MAX_LINE_BYTES = 16 * 2 ** 20

/** Reads the records in the chunks of one object. Nothing in it is fatal: what cannot be read is counted. */
export class ObjectScan {
  records = 0
  readonly #reader: RecordReader
  readonly #onRecord: (record: InvocationRecord) => void
  readonly #maxLineBytes: number
  readonly #cutter: LineCutter
  #tooLong = 0
  #strange = 0
  #garbled = 0

  constructor(reader: RecordReader, onRecord: (record: InvocationRecord) => void, maxLineBytes = MAX_LINE_BYTES) {
    this.#reader = reader
    this.#onRecord = onRecord
    this.#maxLineBytes = maxLineBytes
    this.#cutter = new LineCutter(maxLineBytes, (lines) => this.#lines(lines))
  }

  /** The chunk is the caller's again when this returns. */
  push(chunk: Buffer): void {
    this.#cutter.push(chunk)
  }

  /** Ends the object and tells what of it could not be read. */
  end(name: string): Fault[] {
    this.#cutter.end()
    const tooLong = this.#tooLong + this.#cutter.tooLong
    const limit = `${this.#maxLineBytes} bytes`
    return [
      ...fault(
        name,
        'not-a-record',
        this.#strange,
        (lines) => `${lines} not a record of a Bedrock invocation, left out`,
      ),
      ...fault(name, 'line-too-long', tooLong, (lines) => `${lines} longer than ${limit}, left out`),
      ...fault(name, 'invalid-utf8', this.#garbled, (lines) => `${lines} not valid UTF-8, read nevertheless`),
    ]
  }

  #lines(bytes: Buffer): void {
    const clean = isUtf8(bytes)
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, start)
      if (end - start > this.#maxLineBytes) this.#tooLong++
      else {
        if (!clean && !isUtf8(bytes.subarray(start, end))) this.#garbled++
        const line = this.#reader.read(bytes, start, end)
        if (line === 'strange') this.#strange++
        else if (line !== 'nothing') {
          this.records++
          this.#onRecord(line)
        }
      }
      start = end + 1
    }
  }
}

function fault(name: string, code: FaultCode, count: number, message: (lines: string) => string): Fault[] {
  if (count === 0) return []
  return [{ name, code, message: message(count === 1 ? '1 line is' : `${count} lines are`) }]
}
