import type { Warning } from '../../core/events.ts'
import { pricer } from '../cost.ts'
import type { Row } from '../model.ts'
import { type AttoUsd, toNano, toUsd } from '../money.ts'
import { type PriceBook, pricePeriods } from '../prices/book.ts'
import { amountOf } from '../spending.ts'
import { noCounters, noMoments } from '../tally.ts'
import type { QueryColumn, QueryRow, RawRow } from './answer.ts'
import { moment, number } from './columns.ts'

/** A row of a result, and the Region that it is from. */
export interface RegionRow {
  region: string
  raw: RawRow
}

/** A row with what it cost: exact, of what has a price; null where nothing has. */
export interface CostedRow extends RegionRow {
  cost: AttoUsd | null
  /** Something of it has no price. */
  isFloor: boolean
}

/** How a query's rows name what they cost by: tokens and images, and of which calls they are. */
export interface PricedBy {
  /** The fields of input, output, cache reads, cache writes, those of them for an hour, and images. */
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

/** What rows cost, each at the price of its model, Region and time; those without a time at that of `start` (ms). */
export function costRows(
  rows: readonly RegionRow[],
  by: PricedBy,
  { book, start }: { book: PriceBook; start: number },
): { rows: CostedRow[]; warnings: Warning[] } {
  const { priced, told } = pricer(book)
  const costed = rows.map((each): CostedRow => {
    const row = reportRow(each, by, start)
    const { charges, isPriced } = priced(row)
    if (!isPriced && charges.length === 0 && isFailed(each.raw)) return { ...each, cost: 0n, isFloor: false }
    const isFloor = !isPriced || charges.some(({ amount }) => amount === null)
    return { ...each, cost: isPriced ? amountOf(charges) : null, isFloor }
  })
  const { unpriced, warnings } = told()
  const without = unpriced
    .filter(({ inputTokens, outputTokens }) => inputTokens !== 0 || outputTokens !== 0)
    .map(({ model, reason }): Warning => ({ code: 'unpriced', message: `calls of ${model} have no cost: ${reason}` }))
  return { rows: costed, warnings: [...without, ...warnings] }
}

/** Calls that all failed are billed nothing, whatever their model. */
function isFailed({ requests, failed }: RawRow): boolean {
  return requests !== undefined && requests === failed
}

function reportRow({ region, raw }: RegionRow, { counts, model, at }: PricedBy, start: number): Row {
  const [input, output, read, write, hour, images] = counts.map((field) => number(raw[field]) ?? 0)
  return {
    dimensions: { model: raw[model] ?? '', account: '', region },
    start: (at === undefined ? null : moment(raw[at])) ?? start,
    counters: {
      ...noCounters(),
      inputTokens: input ?? 0,
      outputTokens: output ?? 0,
      cacheReadTokens: read ?? 0,
      cacheWriteTokens: write ?? 0,
      cacheWrite1hTokens: hour ?? 0,
      images: images ?? 0,
    },
    latency: noMoments(),
    timeToFirstToken: noMoments(),
  }
}

/** Puts rows that differ in nothing but model and day together: their sums are added, and what is known of their cost. */
export function foldRows(rows: readonly CostedRow[], by: string): CostedRow[] {
  const folded = new Map<string, CostedRow>()
  for (const row of rows) {
    const key = JSON.stringify([row.region, row.raw[by] ?? ''])
    const before = folded.get(key)
    folded.set(key, before ? joined(before, row, by) : row)
  }
  return [...folded.values()]
}

function joined(one: CostedRow, other: CostedRow, by: string): CostedRow {
  const names = [...new Set([...Object.keys(one.raw), ...Object.keys(other.raw)])]
  const sums = names.map((name): [string, string] => {
    const sum = (number(one.raw[name]) ?? 0) + (number(other.raw[name]) ?? 0)
    return [name, String(sum)]
  })
  const label = one.raw[by]
  return {
    ...one,
    raw: { ...Object.fromEntries(sums), ...(label !== undefined && { [by]: label }) },
    cost: one.cost === null || other.cost === null ? (one.cost ?? other.cost) : one.cost + other.cost,
    isFloor: one.isFloor || other.isFloor,
  }
}

/** Whether some price may change within a window, so that days have to be told apart. */
export function changesWithin(book: PriceBook, { start, end }: { start: number; end: number }): boolean {
  const periodOf = pricePeriods(book)
  return end - start > 0 && periodOf(start) !== periodOf(end - 1)
}

/** The row as it is published. */
export function cellsOf({ raw, cost, isFloor }: CostedRow, columns: readonly QueryColumn[]): QueryRow {
  const costUsd = cost === null ? null : toUsd(toNano(cost))
  return Object.fromEntries(
    columns.map(({ name, kind, of }) => {
      if (kind === 'usd') return [name, costUsd]
      return [name, kind === 'floor' ? isFloor && cost !== null : of(raw)]
    }),
  )
}
