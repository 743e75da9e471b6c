import type { AttoUsd } from '../money.ts'
import type { RawRow } from './answer.ts'
import { number } from './columns.ts'
import type { CostedRow } from './row-cost.ts'

/** Single requests, dearest first. One without a known price has no cost and stands behind those that have, by its tokens. */
export function rankByCost(rows: readonly CostedRow[]): CostedRow[] {
  return [...rows].sort((a, b) => byCost(a.cost, b.cost) || byTokens(a.raw, b.raw))
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
