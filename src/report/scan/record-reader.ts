import { OPEN_LIST, OPEN_OBJECT, QUOTE, skipSpace } from './bytes.ts'
import { sumOfTtl } from './counts.ts'
import { AT, type FieldValue, type FieldValues, isForNumber, PATHS } from './fields.ts'
import { invocationOf } from './forms/spelling.ts'
import { interpret } from './interpret.ts'
import type { InvocationRecord } from './record.ts'
import { parsed } from './text.ts'
import { RecordWalker } from './walk.ts'

/** What Bedrock writes into a log stream when logging is switched on. It is no record, and no fault. */
const FIRST_EVENT = 'Permissions are correctly set for Amazon Bedrock logs.'

/** `2026-09-08T12:10:33.000Z `: the time before each message of a log group that was exported to S3. */
const EXPORT_PREFIX_LENGTH = 25
/** In an export, and in what `aws logs tail` prints, times and the name of the stream stand before the message. */
const LONGEST_PREFIX = 600

/**
 * Where in a line its record may begin: after a byte-order mark, white space, and times and names that stand before it.
 */
function recordStart(bytes: Buffer, start: number, end: number): number | 'nothing' | 'strange' {
  let at = start
  if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3
  at = skipSpace(bytes, at)
  if (bytes[at] === OPEN_OBJECT) return at
  if (at === end || isFirstEvent(bytes, at, end)) return 'nothing'
  for (let next = at; next < Math.min(end, at + LONGEST_PREFIX); next++) {
    const c = bytes[next]
    if (c === OPEN_OBJECT) return next
    if (c === QUOTE || c === OPEN_LIST) break
  }
  return isFirstEvent(bytes, at + EXPORT_PREFIX_LENGTH, end) ? 'nothing' : 'strange'
}

function isFirstEvent(bytes: Buffer, at: number, end: number): boolean {
  return end - at <= FIRST_EVENT.length + 2 && bytes.toString('latin1', at, end).trimEnd() === FIRST_EVENT
}

/** What a line is: a record, nothing at all (blank, or the event that Bedrock begins a log stream with), or anything else. */
export type Line = InvocationRecord | 'nothing' | 'strange'

/** Reads lines, one after the other. Keep it from one object to the next: it remembers the names that come up. */
export class RecordReader {
  readonly #metadataKeys: readonly string[]
  readonly #walker: RecordWalker

  /** @param metadataKeys distinct keys of `requestMetadata` whose values are wanted */
  constructor(metadataKeys: readonly string[] = []) {
    this.#metadataKeys = metadataKeys
    this.#walker = new RecordWalker(metadataKeys)
  }

  /** The line from `start` to the newline at `end`. */
  read(bytes: Buffer, start: number, end: number): Line {
    const from = recordStart(bytes, start, end)
    if (from === 'nothing' || from === 'strange') return from
    const { values } = this.#walker
    const isWalked = this.#walker.walk(bytes, from, end)
    const record = isWalked
      ? interpret(values, this.#metadataKeys.length)
      : parseRecord(bytes.toString('utf8', from, end), this.#metadataKeys)
    if (!record) return 'strange'
    const hasTextBody = isWalked && (values[AT.askedBody.first] === 0 || values[AT.answerBody.first] === 0)
    if (!hasTextBody && !record.billing.unknown) return record
    const respelt = this.#respelt(bytes, from, end)
    return respelt ?? (!hasTextBody && bytes.subarray(from, end).includes(FLAT_COUNT) ? 'strange' : record)
  }

  /**
   * A record whose bodies are JSON as text, as tables and shippers store them, or whose counts stand elsewhere or under other
   * names, as in tables that are written as JSON.
   */
  #respelt(bytes: Buffer, from: number, end: number): Line | undefined {
    const json = asObject(parsed(bytes.toString('utf8', from, end)))
    const record = json && invocationOf(json)
    return record === 'struct'
      ? 'strange'
      : record && interpret(pickFields(record, this.#metadataKeys), this.#metadataKeys.length)
  }
}

const FLAT_COUNT = '"input.inputTokenCount"'

/**
 * Reads a record the plain way. It builds the bodies, so it is only for lines that the byte walker cannot make out, and for
 * tests to hold the walker against.
 * @returns undefined for what is no record.
 */
export function parseRecord(line: string, metadataKeys: readonly string[] = []): InvocationRecord | undefined {
  const json = asObject(parsed(line))
  return json && interpret(pickFields(json, metadataKeys), metadataKeys.length)
}

function pickFields(json: unknown, metadataKeys: readonly string[]): FieldValues {
  const metadata = own(json, 'requestMetadata')
  return [
    ...PATHS.map(({ keys }, slot) => pick(json, keys, slot)),
    ...metadataKeys.map((key) => leaf(own(metadata, key))),
  ]
}

function pick(json: unknown, [key, ...rest]: readonly string[], slot: number): FieldValue {
  if (key === undefined) return leaf(json) ?? (json != null && isForNumber(slot) ? Number.NaN : undefined)
  if (key === '#') return Array.isArray(json) ? json.length : undefined
  if (key === '?') return typeof json === 'object' && json !== null ? 1 : typeof json === 'string' ? 0 : undefined
  if (key.startsWith('{')) return Array.isArray(json) ? sumOfTtl(json, key.slice(1, -1)) : undefined
  if (key === '[]') {
    const holder = asList(json)?.findLast((item) => rest[0] !== undefined && Object.hasOwn(item, rest[0]))
    return pick(holder, rest, slot)
  }
  if (key === '[last]') return pick(asList(json)?.at(-1), rest, slot)
  return pick(own(json, key), rest, slot)
}

function leaf(json: unknown): FieldValue {
  return typeof json === 'string' || typeof json === 'number' ? json : undefined
}

/** What stands under a key in the text: a key such as `constructor` that does not stand there is not taken for one. */
function own(json: unknown, key: string): unknown {
  const object = asObject(json)
  return object && Object.hasOwn(object, key) ? object[key] : undefined
}

function asList(json: unknown): Record<string, unknown>[] | undefined {
  return Array.isArray(json) ? json.map(asObject).filter((item) => item !== undefined) : undefined
}

function asObject(json: unknown): Record<string, unknown> | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : undefined
}
