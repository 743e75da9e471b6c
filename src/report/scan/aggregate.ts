import { type Branch, leafAt } from '../grouping.ts'
import type { Dimensions, GroupPercentiles, Row, Window } from '../model.ts'
import { addTo, noTally } from '../tally.ts'
import { fitter, type Where } from '../where.ts'
import { DAY_MS } from '../window.ts'
import type { Billing } from './billing.ts'
import { type CallsSeen, hashOf, type Rank } from './calls-seen.ts'
import { dimensionReaders, metadataKeys } from './dimensions.ts'
import { addRecord, type LogTally, outcomeOf } from './outcome.ts'
import type { InvocationRecord } from './record.ts'
import { groupPercentiles, type SampleData, Samples } from './samples.ts'

/** What to keep of the records. Plain data: it goes to other threads as it is. */
export interface AggregateOptions {
  /** What to tell records apart by, besides model and Region: `identity`, `operation`, `metadata:team` … */
  dimensions: readonly string[]
  /** The length of a slot of time, and a moment at which one begins; ms. */
  slotMs: number
  origin: number
  /** Keep the samples of durations apart by slot, so that their percentiles can be told by hour and day. */
  samplesBySlot?: boolean
  /** Records outside it are counted and left out; without it there are none. */
  window?: Window
  /** Records that are no further outside than this are left out and not counted: objects hold some of the next hour. */
  edgeMs?: number
  /** Records that do not fit are passed over. */
  where?: Where
  /** Keys of `requestMetadata` that the records are read with besides, for others. */
  moreKeys?: readonly string[]
}

/** One combination of dimensions and of what sets the price. The samples are by slot, or of all its slots under the one key `TOGETHER`. */
interface LogGroup<Durations = Samples> {
  values: string[]
  billing: Billing
  /** Hashes of what sets the price, and of the other dimensions. */
  hashes: readonly [number, number]
  slots: Map<number, LogTally>
  samples: Map<number, { latency: Durations; timeToFirstToken: Durations }>
}

const TOGETHER = 0

/** An aggregate as plain data that a thread can hand over. */
export interface AggregateSnapshot
  extends Pick<Aggregate, 'records' | 'outside' | 'doubles' | 'others' | 'unchecked' | 'firstTime' | 'lastTime'> {
  groups: readonly LogGroup<SampleData>[]
}

export type LogRow = Row & LogTally & Pick<Billing, 'strangeTier' | 'hasUnbilledCounts'>

/** Sums of records by dimensions and slot of time. Its size grows with the groups and not with the calls: see {@link Samples}. */
export class Aggregate {
  /** Records that were added, and records outside the window, which were not. */
  records = 0
  outside = 0
  /**
   * Records of calls that had been added already and were left out, those of them that are not the same as the one that was added, and
   * records added of which that could not be told.
   */
  doubles = 0
  others = 0
  unchecked = 0
  /** The times of the first and the last record that was added, ms; Infinity and -Infinity before there is one. */
  firstTime = Number.POSITIVE_INFINITY
  lastTime = Number.NEGATIVE_INFINITY
  readonly metadataKeys: readonly string[]
  readonly #dimensions: readonly string[]
  readonly #readers: ((record: InvocationRecord) => string)[]
  readonly #fits: readonly ((record: InvocationRecord) => boolean)[]
  readonly #options: AggregateOptions
  readonly #seen: CallsSeen | undefined
  readonly #rank: Rank = { high: 0, low: 0 }
  readonly #root: Branch<LogGroup> = new Map()
  readonly #groups: LogGroup[] = []

  /**
   * @param seen the calls that were added here or elsewhere: a record of one of these is left out
   * @throws RangeError for a dimension that records do not have
   */
  constructor(options: AggregateOptions, seen?: CallsSeen) {
    this.#options = options
    this.#seen = seen
    this.#dimensions = [...new Set(['model', 'region', ...options.dimensions])]
    const where = Object.entries(options.where ?? {})
    const names = where.map(([name]) => name)
    this.metadataKeys = [...new Set([...metadataKeys([...this.#dimensions, ...names]), ...(options.moreKeys ?? [])])]
    this.#readers = dimensionReaders(this.#dimensions, this.metadataKeys)
    const reads = dimensionReaders(names, this.metadataKeys)
    this.#fits = where.map(([, globs], place) => {
      const fits = fitter(globs)
      return (record) => fits(reads[place]?.(record) ?? '')
    })
  }

  add(record: InvocationRecord): void {
    const { window, edgeMs = 0, slotMs, origin } = this.#options
    const { time, latencyMs, timeToFirstTokenMs } = record
    if (!this.#fits.every((fits) => fits(record))) return
    if (window !== undefined && (time < window.start || time >= window.end)) {
      if (time < window.start - edgeMs || time >= window.end + edgeMs) this.outside++
      return
    }
    const group = this.#group(record.billing, (place) =>
      (this.#readers[place] as (record: InvocationRecord) => string)(record),
    )
    if (record.requestId !== undefined && this.#seen !== undefined) {
      const seen = this.#seen.claim(record.requestId, rankOf(record, group.hashes, this.#rank))
      if (seen === 'unchecked') this.unchecked++
      if (seen === 'other') this.others++
      if (seen === 'double' || seen === 'other') {
        this.doubles++
        return
      }
    }
    this.#note(1, time, time)
    const slot = origin + Math.floor((time - origin) / slotMs) * slotMs
    // Prices change with the days of UTC, and a row has the price of its start.
    const start = Math.max(slot, Math.floor(time / DAY_MS) * DAY_MS)
    addRecord(tallyAt(group, start), record)
    if (latencyMs === undefined && timeToFirstTokenMs === undefined) return
    const samples = samplesAt(group, this.#options.samplesBySlot ? start : TOGETHER)
    if (latencyMs !== undefined) samples.latency.push(latencyMs)
    if (timeToFirstTokenMs !== undefined) samples.timeToFirstToken.push(timeToFirstTokenMs)
  }

  merge(other: AggregateSnapshot): void {
    this.outside += other.outside
    this.doubles += other.doubles
    this.others += other.others
    this.unchecked += other.unchecked
    this.#note(other.records, other.firstTime, other.lastTime)
    for (const { values, billing, slots, samples } of other.groups) {
      const group = this.#group(billing, (place) => values[place] ?? '')
      for (const [start, more] of slots) {
        const tally = tallyAt(group, start)
        addTo(tally, more)
        tally.counters.cacheWrite1hTokens += more.counters.cacheWrite1hTokens
      }
      for (const [start, { latency, timeToFirstToken }] of samples) {
        const own = samplesAt(group, start)
        own.latency.add(latency)
        own.timeToFirstToken.add(timeToFirstToken)
      }
    }
  }

  snapshot(): AggregateSnapshot {
    const { records, outside, doubles, others, unchecked, firstTime, lastTime } = this
    return { groups: this.#groups, records, outside, doubles, others, unchecked, firstTime, lastTime }
  }

  /** One row for each combination of dimensions, of what sets the price, and of slot in which there was a call. */
  rows(): LogRow[] {
    return this.#groups.flatMap((group) => {
      const dimensions = this.#named(group)
      const { key: _, ...billing } = group.billing
      return [...group.slots].map(([start, tally]) => ({ dimensions, start, ...billing, ...tally }))
    })
  }

  /**
   * Percentiles of everything (the empty key), and of every group by `by`: dimensions of the aggregate, and where
   * samples are kept by slot also the hours and days of a zone.
   * @param told what is told of dimensions, undefined: left out
   */
  percentiles(by: readonly string[], zone = 'UTC', told?: Parameters<typeof groupPercentiles>[3]): GroupPercentiles[] {
    const sampled = this.#groups.flatMap((group) => {
      const dimensions = this.#named(group)
      return [...group.samples].map(([start, samples]) => ({ dimensions, start, ...samples }))
    })
    return groupPercentiles(sampled, by, zone, told)
  }

  #named(group: LogGroup): Dimensions {
    return Object.fromEntries(this.#dimensions.map((name, place) => [name, group.values[place] ?? ''])) as Dimensions
  }

  #note(records: number, first: number, last: number): void {
    this.records += records
    if (first < this.firstTime) this.firstTime = first
    if (last > this.lastTime) this.lastTime = last
  }

  #group(billing: Billing, valueAt: (place: number) => string): LogGroup {
    const leaf = this.#dimensions.length
    const at = (place: number) => (place === leaf ? billing.key : valueAt(place))
    return leafAt(this.#root, leaf + 1, at, () => {
      const values = this.#dimensions.map((_, place) => valueAt(place))
      const [model, region, ...others] = values
      const hashes = [hash([billing.key, model, region]), hash(others)] as const
      const group = { values, billing, hashes, slots: new Map(), samples: new Map() }
      this.#groups.push(group)
      return group
    })
  }
}

const hash = (texts: readonly unknown[]) => hashOf(JSON.stringify(texts), { first: 0, second: 0 }).first

const mixed = (mix: number, number: number) => Math.imul(mix ^ (mix >>> 15) ^ number, 0x85ebca6b) ^ (mix >>> 13)

const MOST_RANKED = 2 ** 23 - 1

/**
 * The record with the most tokens ranks highest; of equal ones that with a tier and a latency, and of these a hash decides: first of what costs
 * depend on, so that totals are the same however a report is grouped, and then of the rest.
 */
function rankOf(record: InvocationRecord, [priced, others]: LogGroup['hashes'], rank: Rank): Rank {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, tier, errorCode } = record
  const { time, images, cacheWrite1hTokens = 0, latencyMs = -1, timeToFirstTokenMs = -1 } = record
  const outcome = errorCode === undefined ? 0 : outcomeOf(record).charCodeAt(0)
  let mix = mixed(mixed(mixed(priced ^ outcome, time), inputTokens), outputTokens)
  mix = mixed(mixed(mixed(mix, cacheReadTokens), cacheWriteTokens), cacheWrite1hTokens)
  mix = mixed(mixed(mixed(mix, images), latencyMs), timeToFirstTokenMs)
  mix = Math.imul(mix ^ (mix >>> 16), 0xc2b2ae35)
  const tokens = Math.min(inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens, MOST_RANKED)
  const told = (tier === '' ? 0 : 2) + (latencyMs < 0 ? 0 : 1)
  rank.high = (tokens << 8) | (told << 6) | (mix >>> 26)
  rank.low = ((mix << 6) & ~0xffff) | (others & 0xffff)
  return rank
}

const tallyAt = ({ slots }: LogGroup, start: number): LogTally =>
  valueAt(slots, start, () => {
    const { counters, ...durations } = noTally()
    return { counters: { ...counters, cacheWrite1hTokens: 0 }, ...durations }
  })

const samplesAt = ({ samples }: LogGroup, start: number) =>
  valueAt(samples, start, () => ({ latency: new Samples(), timeToFirstToken: new Samples() }))

function valueAt<Value>(values: Map<number, Value>, start: number, make: () => Value): Value {
  const known = values.get(start)
  if (known !== undefined) return known
  const value = make()
  values.set(start, value)
  return value
}
