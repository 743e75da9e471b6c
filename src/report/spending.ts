import { CHARGE_KINDS, type Charge, type ChargeName } from './charges.ts'
import { addList, addLists, type Listed, listCostsOf } from './list-cost.ts'
import type { Costs, Counter, Row } from './model.ts'
import { type AttoUsd, type NanoUsd, toNano, toUsd } from './money.ts'

/** Charges that add up, where some of them may not be known. */
export interface Spend extends Listed {
  /** Exact, of what has a price. */
  costs: Record<ChargeName, AttoUsd>
  /** Those with a price, and all. */
  pricedTokens: number
  tokens: number
  /** Of rows with a price, and of all. */
  priced: number
  rows: number
  /** Some of what is billed is not known, so the cost is not. */
  lost?: boolean
}

/** A row's charges, and whether its model has a price. */
export interface PricedRow {
  charges: readonly Charge[]
  isPriced: boolean
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

export function noSpend(): Spend {
  const costs = Object.fromEntries(CHARGE_KINDS.map(({ name }) => [name, 0n])) as Record<ChargeName, AttoUsd>
  return { costs, pricedTokens: 0, tokens: 0, priced: 0, rows: 0 }
}

export function addSpend(sum: Spend, row: Pick<Row, 'unknown'>, { charges, isPriced }: PricedRow): void {
  sum.rows += 1
  if (isPriced) sum.priced += 1
  if (!isBillKnown(row)) sum.lost = true
  addList(sum, charges)
  for (const { kind, quantity, amount } of charges) {
    if (kind.unit === 'tokens') sum.tokens += quantity
    if (amount === null) continue
    if (kind.unit === 'tokens') sum.pricedTokens += quantity
    sum.costs[kind.name] += amount
  }
}

/** Adds what other sums cost. */
export function addSpends(sum: Spend, others: readonly Spend[]): void {
  addLists(sum, others)
  for (const { costs, pricedTokens, tokens, priced, rows, lost } of others) {
    for (const { name } of CHARGE_KINDS) sum.costs[name] += costs[name]
    sum.pricedTokens += pricedTokens
    sum.tokens += tokens
    sum.priced += priced
    sum.rows += rows
    if (lost) sum.lost = true
  }
}

/** What charges cost together; those without a price are left out. */
export function amountOf(charges: readonly Charge[]): AttoUsd {
  let sum = 0n
  for (const { amount } of charges) if (amount !== null) sum += amount
  return sum
}

/** Nothing of it is priced, though there is something, or not all of it is known. What was not used cost nothing. */
export function isUntold({ lost, rows, priced }: Pick<Spend, 'lost' | 'rows' | 'priced'>): boolean {
  return lost === true || (rows > 0 && priced === 0)
}

/** A sum with what it costs by kind, in whole nano-dollars. */
export interface Rounded<Sums extends Spend = Spend> {
  of: Sums
  nanos: Record<ChargeName, NanoUsd>
  /** The same at the list's prices. */
  listNanos: Record<ChargeName, NanoUsd>
}

/**
 * Rounds the parts of a whole to nano-dollars so that they add up: kind by kind and part by part the running total is rounded,
 * half to even, and each gets what that grew by. So the parts of a kind add up to what the whole has of it, the kinds to the
 * cost, and the whole is its exact cost rounded once, whatever it is divided by. What a part costs of a kind is off by
 * at most a nano-dollar.
 */
export function roundTogether<Sums extends Spend>(parts: readonly Sums[]): Rounded<Sums>[] {
  const own = share(parts.map(({ costs }) => costs))
  const isList = parts.every(({ list }) => list === undefined)
  const listed = isList ? own : share(parts.map((of) => listCostsOf(of.costs, of)))
  return parts.map((of, index) => ({ of, nanos: own[index] ?? of.costs, listNanos: listed[index] ?? of.costs }))
}

/** The same of what is a whole by itself. */
export function roundAlone<Sums extends Spend>(of: Sums): Rounded<Sums> {
  const nanos = (costs: Spend['costs']) => share([costs])[0] ?? costs
  return { of, nanos: nanos(of.costs), listNanos: nanos(listCostsOf(of.costs, of)) }
}

function share(parts: readonly Record<ChargeName, AttoUsd>[]): Record<ChargeName, NanoUsd>[] {
  const rounded = parts.map((costs) => ({ ...costs }))
  let exact: AttoUsd = 0n
  let told: NanoUsd = 0n
  for (const { name } of CHARGE_KINDS) {
    for (const nanos of rounded) {
      exact += nanos[name]
      const grown = toNano(exact)
      nanos[name] = grown - told
      told = grown
    }
  }
  return rounded
}

/** Null where it is not known. */
export function costOf({ of, nanos }: Rounded): NanoUsd | null {
  return isUntold(of) ? null : CHARGE_KINDS.reduce((sum, { name }) => sum + nanos[name], 0n)
}

/** What it would cost at the list's prices; null where it is not known, and where the list has none. */
function listCostOf({ of, listNanos }: Rounded): NanoUsd | null {
  if (isUntold(of) || (of.list && of.priced > 0 && of.list.unlisted === of.priced)) return null
  return CHARGE_KINDS.reduce((sum, { name }) => sum + listNanos[name], 0n)
}

/** The published form of a sum. */
export interface Spending {
  costUsd: number | null
  costs: Costs | null
  pricedShare: number | null
  listCostUsd: number | null
  listCostIsFloor: boolean
}

export function toSpending(rounded: Rounded): Spending {
  const { tokens, pricedTokens, lost, list } = rounded.of
  const pricedShare = tokens === 0 || lost ? null : pricedTokens / tokens
  const listCost = listCostOf(rounded)
  const listed = {
    listCostUsd: listCost === null ? null : toUsd(listCost),
    listCostIsFloor: listCost !== null && (list?.isFloor === true || pricedTokens < tokens),
  }
  const cost = costOf(rounded)
  if (cost === null) return { costUsd: null, costs: null, pricedShare, ...listed }
  const costs = Object.fromEntries(CHARGE_KINDS.map(({ name }) => [name, toUsd(rounded.nanos[name])]))
  return { costUsd: toUsd(cost), costs, pricedShare, ...listed }
}
