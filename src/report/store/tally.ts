import { type Branch, leafAt } from '../grouping.ts'
import type { Counter } from '../model.ts'
import type { Billing } from '../scan/billing.ts'
import { type CallHash, hashOf } from '../scan/calls-seen.ts'
import type { InvocationRecord } from '../scan/record.ts'

/**
 * What is kept of the calls in one object: time, what they can be told apart by, counts, durations, and a hash of the request's
 * id, so that a call counts once. No prompt and no answer. Each call by itself, since a window may begin with any minute,
 * percentiles take every duration, and of two deliveries of a call one has to be left out. Plain data: threads hand it over.
 */
export interface ObjectTally {
  keys: readonly string[]
  /** What calls have in common, each once, as JSON. */
  kinds: readonly string[]
  calls: number
  /** Times of the first and the last one, ms; 0 where there is none. */
  first: number
  last: number
  columns: Uint8Array
}

/** What is of the kind, in the order in which it stands there, behind the billing and the metadata. */
const OF_KIND = [
  ...(['modelId', 'accountId', 'identityArn', 'region', 'inferenceRegion'] as const),
  ...(['operation', 'errorCode', 'status', 'tier'] as const),
]
const OF_CALL = [
  ...(['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const),
  ...(['cacheWrite1hTokens', 'images'] as const),
]
/** In front of the counts: kind and time; behind them the durations, one more than they are, and the hashes. */
const [KIND, TIME, COUNTS] = [0, 1, 2]
const LATENCY = COUNTS + OF_CALL.length
const FIRST_TOKEN = LATENCY + 1
const HASH = FIRST_TOKEN + 1
const COLUMNS = HASH + 1

/** Bytes of a number that `pushWord` takes. */
const WORD = 4

/** Whole numbers, small ones in few bytes: seven bits in each, the lowest first, and in the eighth whether more follow. */
class Column {
  #bytes = new Uint8Array(64)
  length = 0

  push(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.length++] = rest
  }

  pushWord(value: number): void {
    this.#reserve(WORD)
    for (let shift = 24; shift >= 0; shift -= 8) this.#bytes[this.length++] = value >>> shift
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return
    const before = this.#bytes
    this.#bytes = new Uint8Array(2 * before.length)
    this.#bytes.set(before)
  }
}

/** Reads a column of `bytes` from `at` on, number by number. */
function cursor(bytes: Uint8Array, at: number): () => number {
  return () => {
    let byte = bytes[at++] ?? 0
    let value = byte & 0x7f
    for (let unit = 0x80; byte >= 0x80; unit *= 0x80) {
      byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * unit
    }
    return value
  }
}

export class TallyWriter {
  readonly #keys: readonly string[]
  readonly #mostBytes: number
  readonly #columns = Array.from({ length: COLUMNS }, () => new Column())
  readonly #root: Branch<number> = new Map()
  readonly #kinds: string[] = []
  readonly #hash: CallHash = { first: 0, second: 0 }
  #isTooLarge = false
  #calls = 0
  #time = 0
  #first = 0
  #last = 0

  /**
   * @param keys of `requestMetadata` that the records are read with
   * @param mostBytes of columns: of an object with more, none is kept
   */
  constructor(keys: readonly string[], mostBytes: number) {
    this.#keys = keys
    this.#mostBytes = mostBytes
  }

  add(record: InvocationRecord): void {
    const put = (column: number, value: number) => (this.#columns[column] as Column).push(value)
    if (this.#isTooLarge) return
    const { time } = record
    const later = time - this.#time
    this.#time = time
    if (this.#calls === 0 || time < this.#first) this.#first = time
    if (this.#calls === 0 || time > this.#last) this.#last = time
    this.#calls++
    put(KIND, this.#kindOf(record))
    put(TIME, later < 0 ? -2 * later - 1 : 2 * later)
    OF_CALL.forEach((name, place) => {
      put(COUNTS + place, record[name] ?? 0)
    })
    put(LATENCY, (record.latencyMs ?? -1) + 1)
    put(FIRST_TOKEN, (record.timeToFirstTokenMs ?? -1) + 1)
    const { first, second } = record.requestId === undefined ? NO_HASH : hashOf(record.requestId, this.#hash)
    const hashes = this.#columns[HASH] as Column
    hashes.pushWord(first)
    hashes.pushWord(second)
    if (this.#calls % SOME_CALLS === 0 && this.#bytes() > this.#mostBytes) this.#isTooLarge = true
  }

  end(): ObjectTally | undefined {
    if (this.#isTooLarge) return undefined
    const columns = new Uint8Array(COLUMNS * WORD + this.#bytes())
    const lengths = new DataView(columns.buffer)
    let at = COLUMNS * WORD
    for (const [column, { bytes }] of this.#columns.entries()) {
      columns.set(bytes, at)
      at += bytes.length
      lengths.setUint32(column * WORD, bytes.length)
    }
    const [calls, first, last] = [this.#calls, this.#first, this.#last]
    return { keys: this.#keys, kinds: this.#kinds, calls, first, last, columns }
  }

  #bytes(): number {
    return this.#columns.reduce((sum, { length }) => sum + length, 0)
  }

  #kindOf(record: InvocationRecord): number {
    const { metadata, billing } = record
    const fields = OF_KIND.length
    const valueAt = (place: number): string | undefined => {
      const name = OF_KIND[place]
      if (name) return record[name]
      return place === fields ? billing.key : metadata[place - fields - 1]
    }
    return leafAt(this.#root, fields + 1 + metadata.length, valueAt, () => {
      const { unknown, ...told } = billing
      const pairs = this.#keys.flatMap((key, place) => (metadata[place] === undefined ? [] : [[key, metadata[place]]]))
      const stored: StoredBilling = { ...told, ...(unknown && { unknown: [...unknown] }) }
      return this.#kinds.push(JSON.stringify([stored, pairs, ...OF_KIND.map((name) => record[name])])) - 1
    })
  }
}

/** Two to three million calls: ten gigabytes of log with prompts in it. */
export const MAX_TALLY_BYTES = 64 * 2 ** 20
const SOME_CALLS = 4096

const NO_HASH: CallHash = { first: 0, second: 0 }

/**
 * Hands on the calls of tallies, in one record for each kind, which is the reader's again when `add` returns.
 * @param keys of `requestMetadata` that the records are to have, all of which the tallies were read with
 */
export class TallyReader {
  readonly #keys: readonly string[]
  readonly #kinds = new Map<string, InvocationRecord>()
  readonly #hash: CallHash = { first: 0, second: 0 }

  constructor(keys: readonly string[]) {
    this.#keys = keys
  }

  /**
   * Whether they were read with all keys, and are what a writer has written: sound by the checksum of their pack, they may be of a program that
   * is worked on.
   */
  canRead(tallies: readonly ObjectTally[]): boolean {
    if (!tallies.every(({ keys }) => this.#keys.every((key) => keys.includes(key)))) return false
    try {
      for (const tally of tallies) this.read(tally, () => {})
      return true
    } catch {
      return false
    }
  }

  /** @throws RangeError for what no writer has written */
  read({ kinds, calls, columns }: ObjectTally, add: (record: InvocationRecord) => void): void {
    const records = kinds.map((kind) => this.#recordOf(kind))
    const { buffer, byteOffset, byteLength } = columns
    const view = new DataView(buffer, byteOffset, byteLength)
    let at = COLUMNS * WORD
    const starts = Array.from({ length: COLUMNS }, (_, column) => {
      const start = at
      at += view.getUint32(column * WORD)
      return start
    })
    if (at !== byteLength) throw new RangeError('the columns are not as long as they say')
    const cursors = starts.map((start) => cursor(columns, start))
    const take = (column: number) => (cursors[column] as () => number)()
    const hashesAt = starts[HASH] as number
    let time = 0
    for (let call = 0; call < calls; call++) {
      const record = records[take(KIND)]
      if (record === undefined) throw new RangeError('a call is of no kind')
      const later = take(TIME)
      time += later % 2 === 0 ? later / 2 : -(later + 1) / 2
      record.time = time
      OF_CALL.forEach((name, place) => {
        record[name] = take(COUNTS + place)
      })
      const [latency, firstToken] = [take(LATENCY), take(FIRST_TOKEN)]
      record.latencyMs = latency === 0 ? undefined : latency - 1
      record.timeToFirstTokenMs = firstToken === 0 ? undefined : firstToken - 1
      this.#hash.first = view.getInt32(hashesAt + call * 2 * WORD)
      this.#hash.second = view.getInt32(hashesAt + call * 2 * WORD + WORD)
      record.requestId = this.#hash.first === 0 ? undefined : this.#hash
      add(record)
    }
  }

  #recordOf(kind: string): InvocationRecord {
    const known = this.#kinds.get(kind)
    if (known) return known
    const [billing, pairs, ...fields] = JSON.parse(kind) as [StoredBilling, [string, string][], ...(string | null)[]]
    const { unknown, ...told } = billing
    const values = new Map(pairs)
    const record = {
      ...Object.fromEntries(OF_KIND.map((name, place) => [name, fields[place] ?? undefined])),
      billing: { ...told, ...(unknown && { unknown: new Set(unknown) }) },
      metadata: this.#keys.map((key) => values.get(key)),
    } as unknown as InvocationRecord
    this.#kinds.set(kind, record)
    return record
  }
}

type StoredBilling = Omit<Billing, 'unknown'> & { unknown?: Counter[] }
