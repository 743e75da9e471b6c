import { isObject } from '../../core/json.ts'
import { OPEN_LIST, OPEN_OBJECT, QUOTE, skipSpace } from './bytes.ts'
import { AT } from './fields.ts'
import { invocationOf, isSum } from './forms/spelling.ts'
import { interpret } from './interpret.ts'
import type { InvocationRecord } from './record.ts'
import { NO_VALUE, parsed } from './text.ts'
import { RecordWalker } from './walk.ts'

/** In an export, and in what `aws logs tail` prints, times and the name of the stream stand before the message. */
const LONGEST_PREFIX = 600

/** Where in a line its record may begin: after a byte-order mark, white space, and times and names that stand before it. */
function recordStart(bytes: Buffer, start: number, end: number): number | 'nothing' | 'strange' {
  const isMarked = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
  const at = skipSpace(bytes, isMarked ? start + 3 : start)
  if (bytes[at] === OPEN_OBJECT) return at
  if (at === end) return 'nothing'
  for (let next = at; next < Math.min(end, at + LONGEST_PREFIX); next++) {
    const c = bytes[next]
    if (c === OPEN_OBJECT) return next
    if (c === QUOTE || c === OPEN_LIST) break
  }
  return 'strange'
}

/** Reads lines, one after the other. Keep it from one object to the next: it remembers the names that come up. */
export class RecordReader {
  readonly #hasMetadata: boolean
  readonly #walker: RecordWalker

  constructor(metadataKeys: readonly string[] = []) {
    this.#hasMetadata = metadataKeys.length > 0
    this.#walker = new RecordWalker(metadataKeys)
  }

  /** The line from `start` to the newline at `end`: a record, nothing at all, or anything else. */
  read(bytes: Buffer, start: number, end: number): InvocationRecord | 'nothing' | 'strange' {
    const from = recordStart(bytes, start, end)
    if (from === 'nothing' || from === 'strange') return from
    const json = () => parsed(bytes.toString('utf8', from, end))
    const { values } = this.#walker
    const isWalked = this.#walker.walk(bytes, from, end)
    const record = isWalked ? this.#interpreted() : this.#ofJson(json())
    if (!record) return 'strange'
    // What is the record of a call says so, or has an id.
    const isNamed = values[AT.schemaType.first] !== undefined || values[AT.requestId.first] !== undefined
    if (!isNamed && isSum(json())) return 'strange'
    let hasTextBody = false
    for (let slot = AT.askedBody.first; slot < AT.answerBody.end; slot++) hasTextBody ||= values[slot] === 0
    if (!hasTextBody && !record.billing.unknown) return record
    // Bodies and what they are in may be JSON as text, as tables and shippers store them, and counts stand elsewhere or under other names.
    const other = json()
    if (!isObject(other)) return record.billing.unknown ? 'strange' : record
    const respelt = invocationOf(other)
    return typeof respelt === 'string' ? 'strange' : (this.#ofJson(respelt) ?? record)
  }

  /** Of what the walker cannot make out as it is written, and of what is spelt otherwise. */
  #ofJson(json: unknown): InvocationRecord | undefined {
    if (!isObject(json)) return undefined
    const bytes = Buffer.from(JSON.stringify(json))
    if (!this.#walker.walk(bytes, 0, bytes.length)) return undefined
    return this.#interpreted()
  }

  #interpreted(): InvocationRecord | undefined {
    const { values } = this.#walker
    // Tools write `null` and the like where nothing failed.
    for (const { first } of [AT.errorCode, AT.status])
      if (values[first] !== undefined && NO_VALUE.test(String(values[first]))) values[first] = undefined
    return interpret(values, this.#hasMetadata)
  }
}
