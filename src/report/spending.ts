import { LACKS, type Lack } from '../text/floor.ts'
import { CHARGE_KINDS, type Charge, type ChargeName } from './charges.ts'
import { addList, addLists, type Listed, listCostsOf } from './list-costs.ts'
import type { Counter, Row, Usage } from './model.ts'
import { type AttoUsd, type NanoUsd, toNano, toUsd } from './money.ts'

/** Charges that add up, where some of them may not be known. */
export interface Spend extends Coverage, Listed {
  /** Exact, of what has a price. */
  costs: Record<ChargeName, AttoUsd>
  /** The kinds that were used where they have no price. */
  unpriced?: Set<ChargeName>
  /** Those with a price, and all. */
  pricedTokens: number
  tokens: number
}

/** How far what is billed is in a sum. */
export interface Coverage {
  /** Something in it has a price, be it $0. */
  priced: boolean
  /** What the sum leaves out; undefined: nothing. */
  lacks?: Set<Lack>
}

export interface PricedRow {
  charges: readonly Charge[]
  isPriced: boolean
  /** It is billed by the image, and some of its calls tell of none. */
  uncountedImages?: boolean
  /** There is something, all of it is known, and its price is the list's: most rows are such. */
  isPlain?: boolean
}

/** What AWS bills: where some of it is not known, the cost is not. */
export const BILLED = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'images',
] as const satisfies readonly Counter[]

export function noSpend(): Spend {
  const costs = Object.fromEntries(CHARGE_KINDS.map(({ name }) => [name, 0n])) as Record<ChargeName, AttoUsd>
  return { costs, pricedTokens: 0, tokens: 0, priced: false }
}

export function addSpend(sum: Spend, row: Pick<Row, 'counters' | 'unknown'>, priced: PricedRow): void {
  addCoverage(sum, row, priced)
  if (priced.isPlain) sum.isListed = true
  else addList(sum, priced.charges)
  for (const { kind, quantity, amount } of priced.charges) {
    if (kind.unit === 'tokens') sum.tokens += quantity
    if (amount === null) {
      sum.unpriced ??= new Set()
      sum.unpriced.add(kind.name)
      continue
    }
    if (kind.unit === 'tokens') sum.pricedTokens += quantity
    sum.costs[kind.name] += amount
  }
}

/**
 * The one place that decides what a cost leaves out: tokens and images without a price, calls of a model without a price that are
 * billed by what is not counted (seconds of video, searches), counts that are not known. Calls that failed are taken as not billed.
 */
export function addCoverage(
  sum: Coverage,
  { counters, unknown }: Pick<Row, 'counters' | 'unknown'>,
  { charges, isPriced, isPlain, uncountedImages }: PricedRow,
): void {
  if (isPlain) {
    sum.priced = true
    return
  }
  for (const { kind, amount } of charges) {
    if (amount === null) addLack(sum, kind.unit === 'charges' ? 'counts' : kind.unit)
    else sum.priced = true
  }
  const isUncounted = !isPriced && charges.length === 0
  if (isUncounted && counters.invocations > counters.serverErrors) addLack(sum, 'calls')
  if (uncountedImages) addLack(sum, 'counts')
  // What a bill says that it costs, it does, however much was used.
  if (!unknown || charges[0]?.source === 'bill') return
  if (BILLED.some((name) => unknown.has(name)) || (isUncounted && unknown.has('invocations'))) addLack(sum, 'counts')
}

export function addLack(sum: Coverage, lack: Lack): void {
  if (sum.lacks) sum.lacks.add(lack)
  else sum.lacks = new Set([lack])
}

/** Adds what other sums cost. */
export function addSpends(sum: Spend, others: readonly Spend[]): void {
  addLists(sum, others)
  for (const { costs, pricedTokens, tokens, priced, lacks, unpriced } of others) {
    if (unpriced) sum.unpriced = new Set([...(sum.unpriced ?? []), ...unpriced])
    for (const { name } of CHARGE_KINDS) sum.costs[name] += costs[name]
    sum.pricedTokens += pricedTokens
    sum.tokens += tokens
    if (priced) sum.priced = true
    for (const lack of lacks ?? []) addLack(sum, lack)
  }
}

/** What charges cost together; those without a price are left out. */
export function amountOf(charges: Iterable<Pick<Charge, 'amount'>>): AttoUsd {
  let sum = 0n
  for (const { amount } of charges) if (amount !== null) sum += amount
  return sum
}

/** Something lacks and nothing of it is priced. What was not used cost nothing. */
export function isUntold({ priced, lacks }: Coverage): boolean {
  return lacks !== undefined && !priced
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

/** What several cost together that were rounded as parts of a whole. */
export function joinRounded<Sums extends Spend>(of: Sums, parts: readonly Rounded[]): Rounded<Sums> {
  const sum = (nanosOf: (part: Rounded) => Rounded['nanos']) =>
    Object.fromEntries(
      CHARGE_KINDS.map(({ name }) => [name, parts.reduce((total, part) => total + nanosOf(part)[name], 0n)]),
    ) as Rounded['nanos']
  return { of, nanos: sum(({ nanos }) => nanos), listNanos: sum(({ listNanos }) => listNanos) }
}

/** Null where it is not known. */
export function costOf({ of, nanos }: Rounded): NanoUsd | null {
  return isUntold(of) ? null : CHARGE_KINDS.reduce((sum, { name }) => sum + nanos[name], 0n)
}

/** What it would cost at the list's prices; null where it is not known, and where the list has none. */
function listCostOf({ of, listNanos }: Rounded): NanoUsd | null {
  if (isUntold(of) || (of.list && !of.isListed)) return null
  return CHARGE_KINDS.reduce((sum, { name }) => sum + listNanos[name], 0n)
}

/** The published form of a sum. */
export type Spending = Pick<
  Usage,
  'costUsd' | 'costs' | 'pricedShare' | 'costIsFloor' | 'costLacks' | 'listCostUsd' | 'listCostIsFloor'
>

export function toSpending(rounded: Rounded): Spending {
  const { tokens, pricedTokens, lacks, list } = rounded.of
  const listCost = listCostOf(rounded)
  const cost = costOf(rounded)
  // A kind that was used and has no price in all of this cost something, and nobody knows what.
  const { costs: exact, unpriced } = rounded.of
  const isUnknown = (name: ChargeName) => exact[name] === 0n && unpriced?.has(name)
  // Only bills have other charges.
  const kinds = CHARGE_KINDS.filter(({ name }) => name !== 'other' || rounded.of.costs.other !== 0n)
  const costs = Object.fromEntries(kinds.map(({ name }) => [name, isUnknown(name) ? null : toUsd(rounded.nanos[name])]))
  return {
    costUsd: cost === null ? null : toUsd(cost),
    costs: cost === null ? null : costs,
    pricedShare: tokens === 0 || lacks?.has('counts') ? null : pricedTokens / tokens,
    costIsFloor: lacks !== undefined,
    costLacks: LACKS.filter((lack) => lacks?.has(lack)),
    listCostUsd: listCost === null ? null : toUsd(listCost),
    listCostIsFloor: listCost !== null && (list?.isFloor === true || lacks !== undefined),
  }
}

/** The same use, of which something more could not be read. */
export function unread<Of extends Usage>(usage: Of): Of {
  const costLacks = LACKS.filter((lack) => lack === 'reading' || usage.costLacks.includes(lack))
  const isKnown = usage.costs !== null && Object.values(usage.costs).some((cost) => (cost ?? 0) > 0)
  return { ...usage, costIsFloor: true, costLacks, ...(!isKnown && { costUsd: null, costs: null }) }
}
