import type { Field } from './fields.ts'
import { interpret } from './interpret.ts'
import { parseRecord } from './parse.ts'
import type { InvocationRecord } from './record.ts'
import { recordStart } from './record-start.ts'
import { RecordWalker } from './walk.ts'

/** What a line is: a record, nothing at all (blank, or the event that Bedrock begins a log stream with), or anything else. */
export type Line = InvocationRecord | 'nothing' | 'strange'

/** Reads lines, one after the other. Keep it from one object to the next: it remembers the names that come up. */
export class RecordReader {
  readonly #metadataKeys: readonly string[]
  readonly #walker: RecordWalker

  /**
   * @param metadataKeys distinct keys of `requestMetadata` whose values are wanted
   * @param unwanted fields that nobody will look at: they may be left undefined
   */
  constructor(metadataKeys: readonly string[] = [], unwanted: readonly Field[] = []) {
    this.#metadataKeys = metadataKeys
    this.#walker = new RecordWalker(metadataKeys, unwanted)
  }

  /** The line from `start` to the newline at `end`. */
  read(bytes: Buffer, start: number, end: number): Line {
    const from = recordStart(bytes, start, end)
    if (from === 'nothing' || from === 'strange') return from
    const record = this.#walker.walk(bytes, from, end)
      ? interpret(this.#walker.values, this.#metadataKeys.length)
      : parseRecord(bytes.toString('utf8', from, end), this.#metadataKeys)
    return record ?? 'strange'
  }
}
