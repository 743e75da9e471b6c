const ENTRY_WORDS = 2
const BUCKET = 8

/**
 * Entries of each level. Where its bucket is full a call goes to the next level, so that memory is touched as it is needed, which
 * is half of what the first hundred thousand claims take: 128 KB at first, 75 MB in all.
 */
const LEVELS = [2 ** 14, 2 ** 16, 2 ** 18, 2 ** 20, 2 ** 23] as const
/** Up to so many calls all are told apart: the last level is then filled to four fifths. */
export const MOST_CALLS_SEEN = 8_000_000

/** Buckets that are looked into in the last level, where a call goes to the next that has room. */
const LONGEST_SEARCH = 256

/** Another thread puts the second word there right after the first, unless it was ended just then. */
const MOST_WAITS = 1_000_000

/** Whether a call comes for the first time, or cannot be told from the earlier ones, since there are too many of these. */
export type Seen = 'new' | 'double' | 'unchecked'

/** Memory for {@link CallsSeen} that threads share. The system gives it out as it is touched. */
export function callsSeenMemory(levels: readonly number[] = LEVELS): SharedArrayBuffer {
  const entries = levels.reduce((sum, size) => sum + size, 0)
  return new SharedArrayBuffer(entries * ENTRY_WORDS * Int32Array.BYTES_PER_ELEMENT)
}

/**
 * The ids of the calls that were counted, as hashes of 64 bits: of eight million calls, the chance that any two have the same
 * is one in half a million. Threads that share the memory claim calls without waiting for each other. A call can stand in
 * few entries, which are tried in one order and never become free again: so two threads with the same call meet.
 */
export class CallsSeen {
  readonly #words: Int32Array
  readonly #levels: readonly number[]
  readonly #hash: CallHash = { first: 0, second: 0 }

  /** @param levels as the memory was made with: powers of two, in ascending order */
  constructor(memory: SharedArrayBuffer, levels: readonly number[] = LEVELS) {
    this.#words = new Int32Array(memory)
    this.#levels = levels
  }

  claim(call: string | CallHash): Seen {
    const { first, second } = hashOf(call, this.#hash)
    let start = 0
    for (let level = 0; level < this.#levels.length; level++) {
      const size = this.#levels[level] as number
      const buckets = size / BUCKET
      const searched = level < this.#levels.length - 1 ? 1 : Math.min(LONGEST_SEARCH, buckets)
      for (let step = 0; step < searched; step++) {
        const bucket = (first + step) & (buckets - 1)
        const seen = this.#claimIn((start + bucket * BUCKET) * ENTRY_WORDS, first, second)
        if (seen !== undefined) return seen
      }
      start += size
    }
    return 'unchecked'
  }

  #claimIn(bucket: number, first: number, second: number): Seen | undefined {
    const words = this.#words
    for (let at = bucket; at < bucket + BUCKET * ENTRY_WORDS; at += ENTRY_WORDS) {
      let kept = words[at] as number
      if (kept === 0) {
        kept = Atomics.compareExchange(words, at, 0, first)
        if (kept === 0) {
          Atomics.store(words, at + 1, second)
          return 'new'
        }
      }
      if (kept === first && this.#secondAt(at + 1) === second) return 'double'
    }
    return undefined
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
