import { LACKS, type Lack } from '../text/floor.ts'
import { CHARGE_KINDS, type Charge, type ChargeName } from './charges.ts'
import type { Counter, Row, Usage } from './model.ts'
import { type AttoUsd, type NanoUsd, toNano, toUsd } from './money.ts'

/** Charges that add up, where some of them may not be known. */
export interface Spend extends Coverage {
  costs: Record<ChargeName, AttoUsd>
  /** The kinds that were used where they have no price. */
  unpriced?: Set<ChargeName>
  /** Those with a price, and all. */
  pricedTokens: number
  tokens: number
  /**
   * Where some prices are the user's own: by kind what the list has more (below 0: less), exact, and whether some of it has no price in
   * the list, which is not in that.
   */
  list?: { more: Record<ChargeName, AttoUsd>; isFloor: boolean }
  isListed?: boolean
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

function byKind(sumOf: (name: ChargeName) => bigint): Record<ChargeName, bigint> {
  return Object.fromEntries(CHARGE_KINDS.map(({ name }) => [name, sumOf(name)])) as Record<ChargeName, bigint>
}

export function noSpend(): Spend {
  return { costs: byKind(() => 0n), pricedTokens: 0, tokens: 0, priced: false }
}

export function addSpend(sum: Spend, row: Pick<Row, 'counters' | 'unknown'>, priced: PricedRow): void {
  addCoverage(sum, row, priced)
  for (const { kind, quantity, amount, listAmount } of priced.charges) {
    if (kind.unit === 'tokens') sum.tokens += quantity
    if (amount === null) {
      sum.unpriced ??= new Set()
      sum.unpriced.add(kind.name)
      continue
    }
    if (kind.unit === 'tokens') sum.pricedTokens += quantity
    sum.costs[kind.name] += amount
    if (listAmount !== null) sum.isListed = true
    if (listAmount === undefined) continue
    sum.list ??= { more: byKind(() => 0n), isFloor: false }
    sum.list.more[kind.name] += (listAmount ?? 0n) - amount
    if (listAmount === null) sum.list.isFloor = true
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
  for (const { costs, pricedTokens, tokens, priced, lacks, unpriced, list, isListed } of others) {
    if (isListed) sum.isListed = true
    if (list) {
      sum.list ??= { more: byKind(() => 0n), isFloor: false }
      for (const { name } of CHARGE_KINDS) sum.list.more[name] += list.more[name]
      sum.list.isFloor ||= list.isFloor
    }
    if (unpriced) sum.unpriced = new Set([...(sum.unpriced ?? []), ...unpriced])
    for (const { name } of CHARGE_KINDS) sum.costs[name] += costs[name]
    sum.pricedTokens += pricedTokens
    sum.tokens += tokens
    if (priced) sum.priced = true
    for (const lack of lacks ?? []) addLack(sum, lack)
  }
}

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
  const hasList = parts.some(({ list }) => list)
  const listed = hasList
    ? share(parts.map(({ costs, list }) => byKind((name) => costs[name] + (list?.more[name] ?? 0n))))
    : own
  return parts.map((of, index) => ({ of, nanos: own[index] ?? of.costs, listNanos: listed[index] ?? of.costs }))
}

export function roundAlone<Sums extends Spend>(of: Sums): Rounded<Sums> {
  return roundTogether([of])[0] as Rounded<Sums>
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
  const sum = (of: 'nanos' | 'listNanos') => byKind((name) => parts.reduce((total, part) => total + part[of][name], 0n))
  return { of, nanos: sum('nanos'), listNanos: sum('listNanos') }
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

export type Spending = Pick<
  Usage,
  'costUsd' | 'costs' | 'pricedShare' | 'costIsFloor' | 'costLacks' | 'listCostUsd' | 'listCostIsFloor'
>

export function toSpending(rounded: Rounded): Spending {
  const { tokens, pricedTokens, lacks, list, costs: exact, unpriced } = rounded.of
  const listCost = listCostOf(rounded)
  const cost = costOf(rounded)
  // A kind that was used and has no price in all of this cost something, and nobody knows what.
  const isUnknown = (name: ChargeName) => exact[name] === 0n && unpriced?.has(name)
  // Only bills have other charges.
  const kinds = CHARGE_KINDS.filter(({ name }) => name !== 'other' || exact.other !== 0n)
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
