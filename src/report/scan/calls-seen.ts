/**
 * Entries in a bucket: the hashes of their calls' ids, and how their records rank (see {@link Rank}). The hashes stand together: of a full
 * bucket without the call, that is one line of the processor's cache instead of two.
 */
const BUCKET = 8
const BUCKET_WORDS = 4 * BUCKET
const [SECOND, RANKS] = [BUCKET, 2 * BUCKET]

/**
 * Entries of each level. Where its bucket is full a call goes to the next level, so that memory is touched as it is needed, which
 * is half of what the first hundred thousand claims take: 256 KB at first, 156 MB in all.
 */
const LEVELS = [2 ** 14, 2 ** 16, 2 ** 18, 2 ** 20, 2 ** 23] as const
/** Up to so many calls all are told apart: the last level is then filled to four fifths. */
export const MOST_CALLS_SEEN = 8_000_000

/**
 * Buckets that are looked into in a level, one behind the other. With two of them, of a million calls one in three hundred goes to the last
 * level, which is the largest by far; there a call goes to the next bucket that has room.
 */
const SEARCHED = 2
const LONGEST_SEARCH = 256

/** Another thread puts the second word there right after the first, unless it was ended just then. */
const MOST_WAITS = 1_000_000

/**
 * Whether a call comes for the first time, once more with the same record or with another, or cannot be told from the earlier ones, since
 * there are too many of these.
 */
export type Seen = 'new' | 'double' | 'other' | 'unchecked'

/** Of the records of one call the one that ranks highest counts. 63 bits: the sign of `high` is free. */
export interface Rank {
  high: number
  low: number
}

/** The sign of `high`: the record that counts has come. */
const TAKEN = 1 << 31

/** Memory for {@link CallsSeen} that threads share. The system gives it out as it is touched. */
export function callsSeenMemory(levels: readonly number[] = LEVELS): SharedArrayBuffer {
  const entries = levels.reduce((sum, size) => sum + size, 0)
  return new SharedArrayBuffer((entries / BUCKET) * BUCKET_WORDS * Int32Array.BYTES_PER_ELEMENT)
}

/**
 * The ids of the calls that were counted, as hashes of 64 bits: of eight million calls, the chance that any two have the same
 * is one in half a million. Threads that share the memory claim calls without waiting for each other. A call can stand in
 * few entries, which are tried in one order and never become free again: so two threads with the same call meet.
 *
 * Which record of a call comes first depends on the threads. Where two were not the same, all are read again: by then it is known which
 * ranks highest, and that one is new.
 */
export class CallsSeen {
  readonly #words: Int32Array
  readonly #ranks: BigInt64Array
  readonly #levels: readonly number[]
  readonly #isAgain: boolean
  readonly #hash: CallHash = { first: 0, second: 0 }

  /**
   * @param levels as the memory was made with: powers of two, in ascending order
   * @param isAgain the memory is that of the first reading of the same records
   */
  constructor(memory: SharedArrayBuffer, levels: readonly number[] = LEVELS, isAgain = false) {
    this.#words = new Int32Array(memory)
    this.#ranks = new BigInt64Array(memory)
    this.#levels = levels
    this.#isAgain = isAgain
  }

  claim(call: string | CallHash, rank: Rank): Seen {
    const hash = hashOf(call, this.#hash)
    let start = 0
    for (let level = 0; level < this.#levels.length; level++) {
      const size = this.#levels[level] as number
      const buckets = size / BUCKET
      const searched = Math.min(level < this.#levels.length - 1 ? SEARCHED : LONGEST_SEARCH, buckets)
      for (let step = 0; step < searched; step++) {
        const bucket = (hash.first + step) & (buckets - 1)
        const seen = this.#claimIn((start + bucket) * BUCKET_WORDS, hash, rank)
        if (seen !== undefined) return seen
      }
      start += buckets
    }
    return 'unchecked'
  }

  #claimIn(bucket: number, { first, second }: CallHash, rank: Rank): Seen | undefined {
    const words = this.#words
    for (let entry = 0; entry < BUCKET; entry++) {
      const at = bucket + entry
      const low = bucket + RANKS + 2 * entry
      let kept = words[at] as number
      if (kept === 0) {
        kept = Atomics.compareExchange(words, at, 0, first)
        if (kept === 0) {
          words[low] = rank.low
          words[low + 1] = this.#isAgain ? rank.high | TAKEN : rank.high
          Atomics.store(words, at + SECOND, second)
          return 'new'
        }
      }
      if (kept === first && this.#secondAt(at + SECOND) === second) return this.#met(low, rank)
    }
    return undefined
  }

  #met(at: number, { high, low }: Rank): Seen {
    const words = this.#words
    if (words[at] === low && ((words[at + 1] as number) & ~TAKEN) === high) {
      const isFirst = this.#isAgain && Atomics.compareExchange(words, at + 1, high, high | TAKEN) === high
      return isFirst ? 'new' : 'double'
    }
    if (this.#isAgain) return 'other'
    const own = (BigInt(high) << 32n) | BigInt(low >>> 0)
    const place = at / 2
    for (let kept = Atomics.load(this.#ranks, place); kept < own; ) {
      const found = Atomics.compareExchange(this.#ranks, place, kept, own)
      kept = found === kept ? own : found
    }
    return 'other'
  }

  #secondAt(at: number): number {
    let second = Atomics.load(this.#words, at)
    for (let waits = 0; second === 0 && waits < MOST_WAITS; waits++) second = Atomics.load(this.#words, at)
    return second
  }
}

/** Of a call's id, in two words of 32 bits, of which the first is never 0. It cannot be turned back: the ids have 128 bits. */
export interface CallHash {
  first: number
  second: number
}

export function hashOf(call: string | CallHash, into: CallHash): CallHash {
  if (typeof call !== 'string') return call
  let one = 0x2c1b3c6d
  let two = 0x297a2d39
  for (let at = 0; at < call.length; at++) {
    const c = call.charCodeAt(at)
    one = Math.imul(one ^ c, 0x9e3779b1)
    two = Math.imul(two ^ c, 0x5f356495)
  }
  const second = mixed(two ^ (one >>> 11))
  into.first = mixed(one ^ (two >>> 13)) || 1
  into.second = second || 1
  return into
}

/** Spreads what differs over all bits. Different words stay different. */
function mixed(word: number): number {
  let mix = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return (mix ^ (mix >>> 16)) | 0
}
