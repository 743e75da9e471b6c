import { createHash } from 'node:crypto'
import { isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { type AttoUsd, parseAmount } from '../../money.ts'
import { midnightOf } from '../../window.ts'
import type { Bytes } from './shelf.ts'

/** What is wrong with a file, of which the others know nothing. */
export class FileFault extends Error {
  readonly code: Warning['code']

  constructor(code: Warning['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** A form that no bill is read from. Its cure is that of logs, but where it leads to JSON. */
export function notRead({ unread, cure }: { unread: string; cure: string }): FileFault {
  const better = /JSON/.test(cure) ? 'export it as CSV or Parquet' : cure
  return new FileFault('unknown-form', `it is ${unread}, which is not read: ${better}`)
}

/** What a reader throws that is no failure of reading means that the file is not as it should be. */
export async function damagedUnless<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error) || error instanceof FileFault || typeof (error as NodeJS.ErrnoException).syscall === 'string')
      throw error
    const { message } = error as Error
    const [, codec] = /unsupported compression codec: (\w+)/.exec(message) ?? []
    const packed = `it is compressed with ${codec}, which is not read: write it with Snappy, gzip or zstd`
    if (codec !== undefined) throw new FileFault('unknown-form', packed)
    const why = /^(?:it|an? )/.test(message) ? message : 'its data is damaged, or it was not written completely'
    throw new FileFault('bill-damaged', `${why}; what was read before that is in the report: fetch it again`)
  }
}

const PRINTED_BYTES = 4096

/** Two files of the same length that begin and end alike are one: what ends Parquet and gzip tells all that is in it. */
export async function fingerprint(bytes: Bytes): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await bytes.read(0, Math.min(PRINTED_BYTES, bytes.size)))
  hash.update(await bytes.read(Math.max(0, bytes.size - PRINTED_BYTES), bytes.size))
  return `${bytes.size} ${hash.digest('base64')}`
}

/**
 * CUR gives each line an id: files that begin with the same line, id and all, are copies, however they are packed or named. Lines
 * of FOCUS have none, and two may be alike.
 */
export function firstLine({ columns, first }: Table): string | undefined {
  const at = columns.findIndex((name) => name.toLowerCase().replaceAll(/[^a-z]/g, '') === 'identitylineitemid')
  return first?.[at] ? JSON.stringify(first) : undefined
}

export function unreadable(name: string, error: unknown): Warning {
  const { code, message } = error as NodeJS.ErrnoException
  return {
    code: 'unreadable',
    message: `${name}: ${isAppError(error) ? message : `it cannot be read (${code ?? message})`}`,
  }
}

/** A column of a batch: of each row, which of the values it has. The first value stands for none. */
export interface Coded<Value> {
  codes: Int32Array
  values: readonly Value[]
}

/** As doubles, NaN where there is none; or exact, where they are written so, and the text where that is no number. */
export type Amounts = Float64Array | Coded<AttoUsd | string | undefined>

/** Some rows of a file, of which columns are read when they are asked for. Undefined: the file has no such column. */
export interface Batch {
  readonly rows: number
  /** Fetches all of these at once. What is not loaded is as if the file did not have it. */
  load(columns: readonly string[]): Promise<void>
  texts(column: string): Coded<string> | undefined
  /** Of a column of maps, or of JSON objects as text: the values of some keys. */
  entries(column: string, keys: readonly string[]): readonly Coded<string>[] | undefined
  /** Milliseconds since the epoch; NaN for what is no time. */
  times(column: string): Coded<number> | undefined
  amounts(column: string): Amounts | undefined
}

export interface Table {
  readonly columns: readonly string[]
  /** What the first line has in each column, where that is known beforehand. */
  readonly first?: readonly string[] | undefined
  /** @param columns no others will be asked for */
  batches(columns: readonly string[]): AsyncIterable<Batch>
}

/** `2026-11-01T00:00:00Z`, `2026-11-01 00:00:00.000 UTC`, `2026-11-01`: a time without a zone is one of UTC, as AWS's are. */
export function parseTime(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/.exec(
    text.trim(),
  )
  const [, day = '', time = '00:00', zone = 'Z'] = match ?? []
  if (Number.isNaN(midnightOf(day))) return Number.NaN
  const offset =
    zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`)
  return Date.parse(`${day}T${time.replace(/(\.\d{3})\d+$/, '$1')}${offset}`)
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** No bill has that many dollars, nor tokens; no decimal of 38 digits is more. */
export const MOST_AMOUNT = 1e38
const LIMIT: AttoUsd = BigInt(MOST_AMOUNT) * 10n ** 18n

export function amountsOf({ codes, values }: Coded<string>): Amounts {
  const amountOf = (text: string) => {
    const amount = text === '' ? undefined : parseAmount(text)
    return amount !== undefined && amount < LIMIT && amount > -LIMIT ? amount : text || undefined
  }
  return { codes, values: values.map(amountOf) }
}

/** The values of keys in JSON objects: each text is parsed once. */
export function entriesOf({ codes, values }: Coded<string>, keys: readonly string[]): Coded<string>[] {
  const objects = values.map(objectOf)
  return keys.map((key) => {
    const texts = ['', ...new Set(objects.flatMap((object) => object.get(key) ?? []))]
    const codeOf = new Map(texts.map((text, code) => [text, code]))
    const known = Int32Array.from(objects, (object) => codeOf.get(object.get(key) ?? '') ?? 0)
    return { codes: codes.map((code) => known[code] ?? 0), values: texts }
  })
}

/**
 * An object as AWS writes maps in CSV. FOCUS's tags may be a list of pairs.
 * @throws for a text that is no map, or one of another writer, `{product_name=…}`: what is sold through the Marketplace is known by
 *   them alone
 */
function objectOf(text: string): ReadonlyMap<string, string> {
  if (/^\s*(?:null|\\N)?\s*$/i.test(text)) return new Map()
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object') throw new TypeError('no map')
    const pairs: [string, unknown][] = Array.isArray(parsed)
      ? parsed.flatMap((pair) => (Array.isArray(pair) ? [[String(pair[0]), pair[1]]] : []))
      : Object.entries(parsed as object)
    return new Map(pairs.flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])))
  } catch {
    throw new FileFault('unknown-form', 'a map in it is not JSON, as AWS exports it: write it as JSON')
  }
}
