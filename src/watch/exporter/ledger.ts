import type { AppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { CHARGE_KINDS } from '../../report/charges.ts'
import type { Pricer } from '../../report/cost.ts'
import { COUNTERS, type Row } from '../../report/model.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../report/window.ts'

/** Whole numbers by name: counters, atto-dollars by kind (`usd.input`), tokens without a price, microseconds of latency and its samples. */
export type Amounts = Map<string, bigint>
export type Labels = Readonly<Record<string, string>>

export interface Series {
  labels: Labels
  created: number
  seen: number
  sum: Amounts
  /** What is told: the most that the sum ever was, since a counter does not fall. */
  told: Amounts
}

export interface Counted {
  created: number
  through: number
  series: Map<string, Series>
}

/** Of a place, whose last minutes CloudWatch may still add to. */
export interface Ledger extends Counted {
  /** The first minute that is still open, ms: those before are never looked at again. */
  from: number
  open: Map<string, Map<number, Amounts>>
  /** What an earlier run had counted of each model in minutes that were open: the first read has them again. */
  carried: Map<string, Amounts>
}

/** What CloudWatch lists. A series of which nothing was heard for so long is dropped, and begins at 0 when it is back. */
const KEPT_MS = 14 * DAY_MS

/** What was missed is read when it can be again, or after a restart, as far back as this; past it counters begin anew. */
const MOST_BEHIND_MS = DAY_MS

/** Why what was counted cannot be gone on with, where it cannot. A clock that was put back a little is waited for. */
export function outdated({ through }: Counted, now: number): string | undefined {
  if (now - through > MOST_BEHIND_MS) return `what was read last is more than ${MOST_BEHIND_MS / HOUR_MS} hours old`
  return through - now > HOUR_MS ? 'what was read last is in the future' : undefined
}

export function anew(name: string, why: string): Warning {
  return { code: 'exporter-anew', message: `the counters of ${name} begin at 0 again: ${why}` }
}

export function trouble(name: string, before: AppError | undefined, now: AppError | undefined): Warning[] {
  if (now?.code === before?.code) return []
  const message = now
    ? `${name} could not be read, so its counters wait: ${now.message}`
    : `${name}: read again, with what was missed`
  return [{ code: 'exporter-behind', message }]
}

export const minuteOf = (time: number) => Math.floor(time / MINUTE_MS) * MINUTE_MS

export function newCounted(now: number): Counted {
  return { created: now, through: now, series: new Map() }
}

export function newLedger(now: number): Ledger {
  return { ...newCounted(now), from: now, open: new Map(), carried: new Map() }
}

/** What the next run needs to know of the open minutes: their sums, which are a sixtieth of them. */
function carriedOf({ open, carried }: Ledger): Map<string, Amounts> {
  const sums = new Map([...carried].map(([model, amounts]) => [model, new Map(amounts)]))
  for (const [model, minutes] of open) {
    const sum: Amounts = sums.get(model) ?? new Map()
    for (const amounts of minutes.values()) for (const [name, amount] of amounts) plus(sum, name, amount)
    sums.set(model, sum)
  }
  return sums
}

export function amountsOf(row: Row, price: Pricer): Amounts {
  const { counters, latency } = row
  const amounts: Amounts = new Map(COUNTERS.map((name) => [name, BigInt(counters[name])]))
  amounts.set('latencyUs', BigInt(Math.round(latency.sumMs * 1_000)))
  amounts.set('latencySamples', BigInt(Math.round(latency.samples)))
  for (const { kind, quantity, amount } of price.priced(row).charges) {
    if (amount !== null) plus(amounts, usdOf(kind.name), amount)
    else if (kind.unit === 'tokens') plus(amounts, 'unpricedTokens', BigInt(quantity))
  }
  for (const [name, amount] of amounts) if (amount === 0n) amounts.delete(name)
  return amounts
}

export const usdOf = (kind: (typeof CHARGE_KINDS)[number]['name']) => `usd.${kind}`

/** A series that is there, at 0 where it is new: what it will count is of `since` and later. */
export function seriesOf({ series }: Counted, labels: Labels, { since, now }: { since: number; now: number }): Series {
  const key = JSON.stringify(labels)
  const known = series.get(key) ?? { labels, created: since, seen: now, sum: new Map(), told: new Map() }
  series.set(key, known)
  known.seen = now
  return known
}

/** Puts amounts in the place of those that were counted before. What is known to be 0, such as a cost of what is free, is told. */
export function count({ sum, told }: Series, amounts: Amounts, before: Amounts = new Map()): void {
  for (const name of new Set([...amounts.keys(), ...before.keys()])) {
    const now = plus(sum, name, (amounts.get(name) ?? 0n) - (before.get(name) ?? 0n))
    if (now > (told.get(name) ?? -1n)) told.set(name, now)
  }
}

export interface Use {
  key: string
  start: number
  amounts(): Amounts
}

export function* usesOf(rows: readonly Row[], price: Pricer): Generator<Use> {
  for (const row of rows) yield { key: row.dimensions.model, start: row.start, amounts: () => amountsOf(row, price) }
}

/** Counts the minutes up to one. One that is read again, until it is no longer `open`, replaces itself; `listed` keys are told at 0. */
export function settle(
  ledger: Ledger,
  { uses, listed, through, open }: { uses: Iterable<Use>; listed: readonly string[]; through: number; open: number },
  { labelsOf, now }: { labelsOf(key: string): Labels; now: number },
): void {
  for (const [model, amounts] of ledger.carried) {
    count(seriesOf(ledger, labelsOf(model), { since: ledger.from, now }), new Map(), amounts)
  }
  ledger.carried.clear()
  const read = new Map<string, Map<number, Amounts>>()
  for (const { key, start, amounts } of uses) {
    if (start < ledger.from || start >= through) continue
    const minutes = read.get(key) ?? new Map<number, Amounts>()
    const minute = minutes.get(start) ?? new Map<string, bigint>()
    // A model that was called in several tiers has a row for each.
    for (const [name, amount] of amounts()) plus(minute, name, amount)
    read.set(key, minutes.set(start, minute))
  }
  for (const model of new Set([...listed, ...read.keys()])) {
    const series = seriesOf(ledger, labelsOf(model), { since: ledger.from, now })
    const known = ledger.open.get(model) ?? new Map<number, Amounts>()
    for (const [minute, amounts] of read.get(model) ?? []) {
      count(series, amounts, known.get(minute))
      known.set(minute, amounts)
    }
    if (known.size > 0) ledger.open.set(model, known)
  }
  ledger.through = Math.max(ledger.through, through)
  ledger.from = Math.max(ledger.from, open)
  for (const [model, minutes] of ledger.open) {
    for (const minute of minutes.keys()) if (minute < ledger.from) minutes.delete(minute)
    if (minutes.size === 0) ledger.open.delete(model)
  }
  for (const [key, { seen }] of ledger.series) if (now - seen > KEPT_MS) ledger.series.delete(key)
}

function plus(amounts: Amounts, name: string, more: bigint): bigint {
  const sum = (amounts.get(name) ?? 0n) + more
  amounts.set(name, sum)
  return sum
}

export interface Saved {
  awsUsd: number
  ledgers: ReadonlyMap<string, Ledger>
  callers: Counted | undefined
}

const VERSION = 2

export function savedText({ awsUsd, ledgers, callers }: Saved): string {
  const places = [...ledgers].map(([place, ledger]) => [
    place,
    { ...ledger, open: undefined, carried: carriedOf(ledger) },
  ])
  return JSON.stringify({ version: VERSION, awsUsd, ledgers: places, callers }, (_, value: unknown) => {
    if (value instanceof Map) return [...value]
    return typeof value === 'bigint' ? String(value) : value
  })
}

/** What was saved; undefined where that is of another version or damaged. */
export function parseSaved(text: string): Saved | undefined {
  try {
    const { version, awsUsd, ledgers, callers } = JSON.parse(text)
    if (version !== VERSION) return undefined
    return {
      awsUsd: number(awsUsd),
      ledgers: mapOf(ledgers, (ledger) => ({
        ...countedOf(ledger),
        from: number(ledger.from),
        open: new Map(),
        carried: mapOf(ledger.carried, readAmounts),
      })),
      callers: callers === undefined ? undefined : countedOf(callers),
    }
  } catch {
    return undefined
  }
}

// biome-ignore lint/suspicious/noExplicitAny: anything may stand in a file, and what is wrong in it throws
type Any = any

function mapOf<Of>(pairs: Any, of: (value: Any) => Of): Map<string, Of> {
  return new Map((pairs as [string, Any][]).map(([key, value]) => [key, of(value)]))
}

function countedOf({ created, through, series }: Any): Counted {
  const readSeries = (one: Any): Series => ({
    labels: Object.fromEntries(Object.entries(one.labels as Labels).map(([name, value]) => [name, String(value)])),
    created: number(one.created),
    seen: number(one.seen),
    sum: readAmounts(one.sum),
    told: readAmounts(one.told),
  })
  return { created: number(created), through: number(through), series: mapOf(series, readSeries) }
}

const readAmounts = (pairs: Any): Amounts => mapOf(pairs, (amount) => BigInt(amount))

function number(value: unknown): number {
  if (Number.isFinite(value) && (value as number) >= 0) return value as number
  throw new TypeError('not an amount or a time')
}
