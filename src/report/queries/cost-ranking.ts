import type { Warning } from '../../core/events.ts'
import { priceRows } from '../cost.ts'
import type { Row } from '../model.ts'
import { type AttoUsd, toNano, toUsd } from '../money.ts'
import type { PriceBook } from '../prices/book.ts'
import { noCounters, noMoments } from '../tally.ts'
import { type Cell, FLOOR_COLUMN, type QueryColumn, type QueryRow, type RawRow } from './answer.ts'
import { moment, number } from './columns.ts'

interface RankedRow {
  region: string
  row: QueryRow
}

/**
 * Single requests, dearest first: each at the exact price of its model, Region and time. One without a known price has no
 * cost and stands behind those that have, by its tokens.
 */
export function rankByCost(
  found: readonly { region: string; raw: RawRow }[],
  columns: readonly QueryColumn[],
  book: PriceBook,
): { rows: RankedRow[]; warnings: Warning[] } {
  const requests = found.map(({ region, raw }) => ({ region, raw, row: reportRow(raw, region) }))
  const { costs, floors, warnings } = priceRows(
    requests.map(({ row }) => row),
    book,
  )
  const priced = requests.map((request) => ({
    ...request,
    cost: costs.get(request.row) ?? null,
    isFloor: floors.has(request.row),
  }))
  priced.sort((a, b) => byCost(a.cost, b.cost) || byTokens(a.raw, b.raw))
  return {
    rows: priced.map(({ region, raw, ...cost }) => ({ region, row: cells(raw, columns, cost) })),
    warnings,
  }
}

function reportRow(raw: RawRow, region: string): Row {
  const of = (field: string) => number(raw[field]) ?? 0
  return {
    dimensions: { model: raw.modelId ?? '', account: '', region },
    start: moment(raw['@timestamp']) ?? 0,
    counters: {
      ...noCounters(),
      inputTokens: of('inCount'),
      outputTokens: of('outCount'),
      cacheReadTokens: of('readCount'),
      cacheWriteTokens: of('writeCount'),
      cacheWrite1hTokens: of('hourCount'),
      images: of('imageCount'),
    },
    latency: noMoments(),
    timeToFirstToken: noMoments(),
  }
}

interface RowCost {
  cost: AttoUsd | null
  isFloor: boolean
}

function cells(raw: RawRow, columns: readonly QueryColumn[], { cost, isFloor }: RowCost): QueryRow {
  const costUsd = cost === null ? null : toUsd(toNano(cost))
  return Object.fromEntries(
    columns.flatMap(({ name, kind, of }): [string, Cell][] =>
      kind === 'usd'
        ? [
            [name, costUsd],
            [FLOOR_COLUMN, isFloor],
          ]
        : [[name, of(raw)]],
    ),
  )
}

/** Dearest first, what is not known last. */
function byCost(a: AttoUsd | null, b: AttoUsd | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a === b ? 0 : a > b ? -1 : 1
}

function byTokens(a: RawRow, b: RawRow): number {
  const difference = (number(b.allCount) ?? 0) - (number(a.allCount) ?? 0)
  return difference || ((a.requestId ?? '') < (b.requestId ?? '') ? -1 : 1)
}
