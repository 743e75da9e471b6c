import type { BillKind } from '../bill/line.ts'
import { type AttoUsd, costOf, perUnit } from '../money.ts'
import type { Price, PriceBook } from '../prices/book.ts'
import { geographiesOf, MANTLE_PREFIX, pricedId, splitScope } from '../prices/model-id.ts'
import { longFrom } from '../prices/rules.ts'
import { PROMPT_LENGTHS } from '../terms.ts'
import { differing, type Portion, termsCause } from './match.ts'
import { ESTIMATED, type Side } from './model.ts'
import { type Aspects, type Gathered, type Measured, type Place, placeOfDay, type Unit } from './units.ts'

export interface Part {
  side: Side
  cause: string
  amount: AttoUsd
}

/** What is to be known of bill and estimate besides what they tell. */
export interface Looked {
  accounts: ReadonlySet<string>
  regions: ReadonlySet<string>
  /** The estimate is of invocation logs, which have nothing where logging is off. */
  readsLogs: boolean
  /** All of the bill could be read. */
  isBillWhole: boolean
  /** From this moment on (ms) more may still be billed. */
  finalUntil: number
}

/** What was billed at another rate than the price book's, and the bill does not say why: told by comparing days. */
export interface Deviation {
  of: Place
  /** By the metric that is reconciled. */
  billed: AttoUsd
  atPublicPrice: AttoUsd
  /** How far the bill may be off by rounding. */
  tolerance: AttoUsd
  isOff: boolean
  /** What is still to be explained; 0 where it is only of use for telling the rate. */
  open: AttoUsd
}

export interface Explained {
  parts: Part[]
  deviation?: Deviation
}

/** A bill rounds every line, to ten digits mostly. */
const NANO: AttoUsd = 10n ** 9n

/** What a unit costs: what the estimate pays, and by the public list; null where that has none. */
interface Rate {
  rate: AttoUsd
  list: AttoUsd | null
  isOwn: boolean
}

/** Explains portions one by one. A cause is given only where it accounts for its amount; all else is unexplained. */
export function explainer(book: PriceBook, looked: Looked, gathered: Gathered) {
  const rateAt = rateFinder(book)
  return (unit: Unit, portion: Portion): Explained => {
    const { of } = unit
    const { billed, measured, quantity, amount, aspects } = portion
    if (!billed) {
      const cost = measured?.rate ? costOf(quantity, measured.rate) : 0n
      return { parts: partsOf([unbilled(of, looked, gathered), -cost]) }
    }
    if (!measured) {
      const why = unmeasured(of, aspects, looked, gathered)
      const own = idsOf(unit, aspects)
        .map((id) => rateAt(id, of, aspects))
        .find((one) => one !== undefined)
      if (!own || quantity === 0) {
        // What has no quantity has no rate either: it is all rounding, or nothing that is known.
        const isRounding = quantity === 0 && isWithin(amount, toleranceOf(portion))
        return { parts: partsOf([isRounding ? ['rate', 'rounding'] : why, amount]) }
      }
      const rest = rateDifference(of, portion, own)
      return { ...rest, parts: [...partsOf([why, costOf(quantity, own.rate)]), ...rest.parts] }
    }
    if (measured.rate === null) return { parts: partsOf([['rate', 'unpriced'], amount]) }
    const { parts, reached, open } = termsDifference(of, measured, measured.rate, portion, rateAt)
    if (open.length > 0) return { parts: [...parts, ...unknownTerms(portion, costOf(quantity, reached.rate), open)] }
    const rest = rateDifference(of, portion, reached)
    return { ...rest, parts: [...parts, ...rest.parts] }
  }
}

type Why = readonly [Side, string]

function partsOf(...all: (readonly [Why, AttoUsd])[]): Part[] {
  return all.flatMap(([[side, cause], amount]) => (amount === 0n ? [] : [{ side, cause, amount }]))
}

function unmeasured(of: Place, { kind, tier }: Aspects, looked: Looked, gathered: Gathered): Why {
  if (of.account !== '' && !looked.accounts.has(of.account)) return ['quantity', 'account']
  if (of.region !== '' && !looked.regions.has(of.region)) return ['quantity', 'region']
  if (kind === 'unclassified') return ['unexplained', 'kind']
  if (!ESTIMATED.has(kind)) return ['quantity', kind]
  if (of.mantle) return ['quantity', 'mantle']
  if (tier === 'batch') return ['quantity', 'batch']
  const isDark = looked.readsLogs && !gathered.measuredPlaces.has(placeOfDay(of))
  return isDark ? ['quantity', 'logging'] : ['unexplained', 'quantity']
}

function unbilled(of: Place, looked: Looked, { billedAccounts, firstBilled }: Gathered): Why {
  if (of.day >= looked.finalUntil) return ['quantity', 'late']
  // What could not be read may have had it.
  if (!looked.isBillWhole) return ['unexplained', 'quantity']
  if (of.day < firstBilled) return ['quantity', 'unbilled-days']
  return billedAccounts.has(of.account) ? ['unexplained', 'quantity'] : ['quantity', 'unbilled-account']
}

type RateAt = (id: string, of: Pick<Place, 'region' | 'day'>, aspects: Aspects) => Rate | undefined

/** One aspect after the other is changed from what was estimated to what was billed: each makes its difference. */
function termsDifference(
  of: Place,
  { id, aspects: measured }: Measured,
  rate: AttoUsd,
  { aspects: billed, quantity }: Portion,
  rateAt: RateAt,
) {
  const parts: Part[] = []
  const estimated = rateAt(id, of, measured)
  let reached = estimated?.rate === rate ? estimated : { rate, list: rate, isOwn: false }
  let open: string[] = []
  let aspects = measured
  for (const aspect of differing(measured, billed)) {
    aspects = { ...aspects, [aspect]: billed[aspect] }
    open.push(termsCause(aspect, billed))
    const next = rateAt(routed(id, aspects, of), of, aspects)
    if (next === undefined) continue
    // Steps whose price is not known by itself are told by the last of them.
    parts.push(...partsOf([['rate', open.at(-1) ?? ''], costOf(quantity, next.rate - reached.rate)]))
    reached = next
    open = []
  }
  return { parts, reached, open }
}

/** Of terms whose price is not known the bill may tell it; where several differ, it does not tell which makes what. */
function unknownTerms({ amount, list }: Portion, cost: AttoUsd, [cause, ...more]: readonly string[]): Part[] {
  if (list === null || cause === undefined || more.length > 0) {
    return partsOf([['unexplained', 'rate'], amount - cost])
  }
  return partsOf([['rate', cause], list - cost], [['rate', 'private-rate'], amount - list])
}

/** What a bill has more or less than the rate on its own terms comes to. */
function rateDifference(of: Place, portion: Portion, { rate, list, isOwn }: Rate): Explained {
  const { amount, unblended, quantity } = portion
  const cost = costOf(quantity, rate)
  const tolerance = toleranceOf(portion)
  const atPublicPrice = portion.list ?? (list === null ? null : costOf(quantity, list))
  const isOff = !isWithin(amount - cost, tolerance)
  const deviation = (open: AttoUsd) =>
    atPublicPrice === null || atPublicPrice <= 0n
      ? {}
      : { deviation: { of, billed: amount, atPublicPrice, tolerance, isOff, open } }
  if (!isOff || isOwn)
    return { parts: partsOf([['rate', isOff ? 'own-prices' : 'rounding'], amount - cost]), ...deviation(0n) }
  const asUsed = unblended ?? amount
  const parts = partsOf([['rate', 'discount'], amount - asUsed])
  const rest = asUsed - cost
  if (isWithin(rest, tolerance))
    return { parts: [...parts, ...partsOf([['rate', 'rounding'], rest])], ...deviation(0n) }
  if (portion.list === null) {
    const found = deviation(rest)
    return 'deviation' in found
      ? { parts, ...found }
      : { parts: [...parts, ...partsOf([['unexplained', 'rate'], rest])] }
  }
  const own = (difference: AttoUsd, cause: string): Part[] =>
    partsOf([['rate', isWithin(difference, tolerance) ? 'rounding' : cause], difference])
  return {
    parts: [...parts, ...own(asUsed - portion.list, 'private-rate'), ...own(portion.list - cost, 'list-price')],
    ...deviation(0n),
  }
}

function toleranceOf({ billed }: Portion): AttoUsd {
  return NANO * BigInt(billed?.lines ?? 1)
}

export function isWithin(amount: AttoUsd, tolerance: AttoUsd): boolean {
  return amount <= tolerance && -amount <= tolerance
}

/** The ids by which what was billed may have been called: those that were measured in the unit first. */
function idsOf({ of, measured: called }: Unit, billed: Aspects): string[] {
  const measured = called.map(({ id }) => routed(id, billed, of))
  const geographic = geographiesOf(of.region).map((prefix) => `${prefix}.${of.model}`)
  const ids = billed.routing === 'in-region' ? [of.model, ...geographic] : [...geographic, of.model]
  const others = billed.routing === 'global' ? [`global.${of.model}`] : ids
  return [...new Set([...measured, ...others.map((id) => (of.mantle ? `${MANTLE_PREFIX}${id}` : id))])]
}

/** An id by another routing; what has it already stays as it was called. */
function routed(id: string, { routing }: Aspects, { model, region }: Pick<Place, 'model' | 'region'>): string {
  const bare = id.startsWith(MANTLE_PREFIX) ? id.slice(MANTLE_PREFIX.length) : id
  const priced = pricedId(bare)
  const { routing: has, base } = splitScope(typeof priced === 'string' ? priced : model)
  if (routing === has || (routing === 'in-region' && has === 'geographic')) return id
  const prefix = routing === 'in-region' ? '' : `${routing === 'global' ? 'global' : geographiesOf(region)[0]}.`
  return `${bare === id ? '' : MANTLE_PREFIX}${prefix}${base}`
}

function rateFinder(book: PriceBook): RateAt {
  return (id, { region, day }, { kind, tier, long, modality }) => {
    if (modality !== '') return undefined
    const longest = PROMPT_LENGTHS.at(-1) ?? 0
    const found = book.lookup(id, region, new Date(day), { tier, promptOver: long ? (longFrom(id) ?? longest) : 0 })
    if ('unpriced' in found) return undefined
    const rate = rateOf(found, kind)
    if (rate === undefined) return undefined
    const isOwn = found.list !== undefined
    return { rate, isOwn, list: isOwn ? ((found.list && rateOf(found.list, kind)) ?? null) : rate }
  }
}

function rateOf({ perMillion, perImage }: Pick<Price, 'perMillion' | 'perImage'>, kind: BillKind): AttoUsd | undefined {
  if (kind === 'images') return perImage === undefined ? undefined : perUnit(perImage)
  return new Map<string, AttoUsd>(Object.entries(perMillion)).get(kind)
}
