import type { Counter, Row } from './model.ts'
import { type AttoUsd, type NanoUsd, toNano } from './money.ts'
import { addTo, noTally, type Tally } from './tally.ts'

/** Money that adds up, where some of it may not be known. */
export interface Spend {
  /** Exact, of what has a price. */
  cost: AttoUsd
  /** Of rows with a price, and of all. */
  priced: number
  rows: number
  /** Some of what is billed is not known, so the cost is not. */
  lost?: boolean
}

/** What AWS bills: where some of it is not known, the cost is not. */
export const BILLED = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'images',
] as const satisfies readonly Counter[]

/** Whether all of a row that is billed is known. */
export function isBillKnown({ unknown }: Pick<Row, 'unknown'>): boolean {
  return !unknown || !BILLED.some((name) => unknown.has(name))
}

/** The sums of some rows with their cost. */
export type PricedTally = Tally & Spend

export function noSpend(): Spend {
  return { cost: 0n, priced: 0, rows: 0 }
}

export function noPricedTally(): PricedTally {
  return { ...noTally(), ...noSpend() }
}

/** @param cost null where it is not known */
export function addSpend(sum: Spend, cost: AttoUsd | null): void {
  sum.rows += 1
  if (cost === null) return
  sum.cost += cost
  sum.priced += 1
}

export function addRow(sum: PricedTally, row: Row, cost: AttoUsd | null): void {
  addTo(sum, row)
  addSpend(sum, cost)
  if (!isBillKnown(row)) sum.lost = true
}

/** Rounded once. Null when there are rows and none is priced, or when not all of them is known; what was not used cost nothing. */
export function nanoCost({ cost, priced, rows, lost }: Spend): NanoUsd | null {
  return lost || (rows > 0 && priced === 0) ? null : toNano(cost)
}
