import type { Warning } from '../../core/events.ts'
import type { PlaceId } from '../../core/place.ts'
import { grouped } from '../arrange.ts'
import { pricer } from '../cost.ts'
import type { Counter, Row } from '../model.ts'
import { type AttoUsd, toNano, toUsd } from '../money.ts'
import { type PriceBook, pricePeriods } from '../prices/book.ts'
import type { Billing } from '../scan/billing.ts'
import { countWarnings, tierWarnings } from '../sources/log-warnings.ts'
import { billingOf } from '../sources/logs/rows.ts'
import { addCoverage, amountOf, BILLED, type Coverage, isUntold } from '../spending.ts'
import { noCounters, noMoments } from '../tally.ts'
import type { QueryColumn, QueryRow, RawRow } from './answer.ts'
import { moment, number } from './columns.ts'

/** A row of a result, and the account and Region that it is from. */
export interface PlaceRow extends PlaceId {
  raw: RawRow
  isPart?: true
}

/** A row with what it cost: exact, of what has a price; null where nothing has. */
export interface CostedRow extends PlaceRow {
  cost: AttoUsd | null
  /** Something of it has no price, and something has one, be it $0. */
  isFloor: boolean
  isPriced: boolean
}

/** How a query's rows name what they cost by: tokens and images, and of which calls they are. */
export interface PricedBy {
  counts: readonly [input: string, output: string, read: string, write: string, hour: string, images: string]
  /** The fields of the model, and of the time where they name one. */
  model: string
  at?: string
  /** Of rows that are sums of calls: what tells them apart, once models and days are put together. */
  by?: string
}

/** Names of what sums are told apart by besides, so that each has one price. */
export const PRICED_MODEL = 'pricedModel'
export const PRICED_DAY = 'pricedDay'

/**
 * What rows cost, each at the price of its model, Region, time and terms; those without a time at that of `start` (ms). What
 * the rows do not tell is decided and told as in a report from the invocation log.
 */
export function costRows(
  rows: readonly PlaceRow[],
  by: PricedBy,
  { book, start }: { book: PriceBook; start: number },
): { rows: CostedRow[]; warnings: Warning[] } {
  const { priced, told } = pricer(book)
  const all: ReturnType<typeof reportRow>[] = []
  const costed = rows.map((each): CostedRow => {
    const row = reportRow(each, by, start)
    all.push(row)
    const found = priced(row)
    const coverage: Coverage = { priced: false }
    addCoverage(coverage, row, found)
    const cost = isUntold(coverage) ? null : amountOf(found.charges)
    return { ...each, cost, isFloor: each.isPart === true || coverage.lacks !== undefined, isPriced: coverage.priced }
  })
  const { unpriced, warnings } = told()
  const without = unpriced
    .filter(({ inputTokens, outputTokens }) => inputTokens !== 0 || outputTokens !== 0)
    .map(({ model, reason }): Warning => ({ code: 'unpriced', message: `calls of ${model} have no cost: ${reason}` }))
  return { rows: costed, warnings: [...without, ...countWarnings(all), ...tierWarnings(all), ...warnings] }
}

type RowOfCalls = Row & Pick<Billing, 'strangeTier'>

/** Of calls that all failed, which are billed nothing, nothing is unknown. */
function reportRow({ account, region, raw }: PlaceRow, { counts, model, at }: PricedBy, start: number): RowOfCalls {
  const [input, output, read, write, hour, images] = counts
  const fields = { inputTokens: input, outputTokens: output, cacheReadTokens: read, cacheWriteTokens: write, images }
  const calls = (number(raw.requests) ?? 1) - (number(raw.failed) ?? 0)
  const name = raw[model] ?? ''
  const { unknown, ...billing } = calls > 0 ? billingOf(raw, name, (number(raw[images]) ?? 0) > 0) : {}
  // A query may not ask for all counts: what it does not ask for is not missing.
  const missing = BILLED.filter((counter) => unknown?.has(counter) && raw[fields[counter]] !== undefined)
  const known = (counter: Billed) => (missing.includes(counter) ? 0 : (number(raw[fields[counter]]) ?? 0))
  return {
    dimensions: { model: name, account, region },
    start: (at === undefined ? null : moment(raw[at])) ?? start,
    counters: {
      ...noCounters(),
      ...Object.fromEntries(BILLED.map((counter) => [counter, known(counter)])),
      invocations: calls,
      cacheWrite1hTokens: number(raw[hour]) ?? 0,
    },
    latency: noMoments(),
    timeToFirstToken: noMoments(),
    ...billing,
    ...(missing.length > 0 && { unknown: new Set<Counter>(missing) }),
  }
}

type Billed = (typeof BILLED)[number]

/** Puts rows that differ in nothing but model and day together: their sums are added, and what is known of their cost. */
export function foldRows(rows: readonly CostedRow[], by: string): CostedRow[] {
  const alike = grouped(rows, (row) => JSON.stringify([row.account, row.region, row.raw[by] ?? '']))
  return Array.from(alike.values(), (all) =>
    all.reduce<CostedRow>((sum, row) => (sum === row ? sum : joined(sum, row, by)), all[0]),
  )
}

function joined(one: CostedRow, other: CostedRow, by: string): CostedRow {
  const names = [...new Set([...Object.keys(one.raw), ...Object.keys(other.raw)])]
  const sums = names.map((name): [string, string] => {
    const sum = (number(one.raw[name]) ?? 0) + (number(other.raw[name]) ?? 0)
    return [name, String(sum)]
  })
  const label = one.raw[by]
  const [isFloor, isPriced] = [one.isFloor || other.isFloor, one.isPriced || other.isPriced]
  return {
    ...one,
    raw: { ...Object.fromEntries(sums), ...(label !== undefined && { [by]: label }) },
    cost: isFloor && !isPriced ? null : (one.cost ?? 0n) + (other.cost ?? 0n),
    isFloor,
    isPriced,
  }
}

/** Whether some price may change within a window, so that days have to be told apart. */
export function changesWithin(book: PriceBook, { start, end }: { start: number; end: number }): boolean {
  const periodOf = pricePeriods(book)
  return end - start > 0 && periodOf(start) !== periodOf(end - 1)
}

export function cellsOf({ raw, cost, isFloor }: CostedRow, columns: readonly QueryColumn[]): QueryRow {
  const costUsd = cost === null ? null : toUsd(toNano(cost))
  return Object.fromEntries(
    columns.map(({ name, kind, of }) => {
      if (kind === 'usd') return [name, costUsd]
      return [name, kind === 'floor' ? isFloor && cost !== null : of(raw)]
    }),
  )
}

/** Single requests, costliest first. One without a known price has no cost and stands behind those that have, by its tokens. */
export function rankByCost(rows: readonly CostedRow[]): CostedRow[] {
  const tokensOf = ({ raw }: CostedRow) => number(raw.allCount) ?? 0
  return [...rows].sort((a, b) => {
    const [x, y] = [a.cost ?? -1n, b.cost ?? -1n]
    if (x !== y) return x > y ? -1 : 1
    return tokensOf(b) - tokensOf(a) || ((a.raw.requestId ?? '') < (b.raw.requestId ?? '') ? -1 : 1)
  })
}
