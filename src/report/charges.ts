import type { Row } from './model.ts'
import { type AttoUsd, costOf, type PicoUsdPerMillion, perUnit } from './money.ts'
import { STANDARD_TERMS, type Terms } from './terms.ts'

export interface ChargeKind<Name extends string = string, Unit extends string = string> {
  readonly name: Name
  readonly unit: Unit
  readonly label: string
  /** For the reader: in a heading, and in a sentence. */
  readonly title: string
  readonly words: string
  quantity(counters: Row['counters']): number
}

function of<Name extends string, Unit extends string>(
  name: Name,
  unit: Unit,
  [title, words]: readonly [string, string],
  quantity: ChargeKind['quantity'],
): ChargeKind<Name, Unit> {
  const label = name.replace(/[A-Z]|(?<=[a-z])\d/g, (sign) => `_${sign.toLowerCase()}`)
  return { name, unit, label, title, words, quantity }
}

/**
 * Everything that is billed. Costs in JSON, CSV and HTML, the user's own prices and what has no price follow from it.
 * Cache writes of which no more is known are of the cheaper kind, for five minutes.
 */
export const CHARGE_KINDS = [
  of('input', 'tokens', ['input', 'input tokens'], ({ inputTokens }) => inputTokens),
  of('output', 'tokens', ['output', 'output tokens'], ({ outputTokens }) => outputTokens),
  of('cacheRead', 'tokens', ['cache read', 'cache-read tokens'], ({ cacheReadTokens }) => cacheReadTokens),
  of('cacheWrite', 'tokens', ['cache write', 'cache-write tokens'], (all) => all.cacheWriteTokens - forAnHour(all)),
  of('cacheWrite1h', 'tokens', ['cache write (1 h)', 'cache-write tokens kept for an hour'], forAnHour),
  of('images', 'images', ['images', 'images'], ({ images }) => images),
  // Of bills alone: their rows say what it is, and no counter counts it.
  of('other', 'charges', ['other', 'other charges'], () => 0),
] as const

function forAnHour({ cacheWrite1hTokens = 0, cacheWriteTokens }: Row['counters']): number {
  return Math.min(cacheWrite1hTokens, cacheWriteTokens)
}

type AnyKind = (typeof CHARGE_KINDS)[number]
export type ChargeName = AnyKind['name']

/** Kinds of tokens that are billed apart. `cacheWrite` is a write kept for five minutes, `cacheWrite1h` one kept for an hour. */
export type TokenKind = Extract<AnyKind, { unit: 'tokens' }>['name']
export const TOKEN_KINDS: readonly TokenKind[] = CHARGE_KINDS.flatMap((kind) =>
  kind.unit === 'tokens' ? [kind.name] : [],
)

/** Prices, as far as they are known, and who says so. */
interface Rates {
  perMillion: Partial<Record<TokenKind, PicoUsdPerMillion>>
  perImage?: bigint
  source: string
  /** The list's, where these are of the user's own; null where the list has none. */
  list?: Pick<Rates, 'perMillion' | 'perImage'> | null
}

/** What one kind of billed thing of one row costs. */
export interface Charge {
  kind: AnyKind
  /** In the kind's unit; never 0. */
  quantity: number
  /** What one of them costs, and all; null where that has no price. */
  rate: AttoUsd | null
  amount: AttoUsd | null
  /** What all cost at the list's price, where that is another; null where the list has none. */
  listAmount?: AttoUsd | null
  source: string | null
}

/**
 * What rows are billed for at these rates, in the order of the kinds; undefined rates are those of a model without a price. Exact. The
 * rates of each kind are looked up once.
 */
export function chargesAt(rates: Rates | undefined): (row: Pick<Row, 'counters'>) => Charge[] {
  const kinds = CHARGE_KINDS.map((kind) => {
    const rate = (rates && rateOf(kind, rates)) ?? null
    const listed = rates?.list ? (rateOf(kind, rates.list) ?? null) : null
    const hasOther = rates?.list !== undefined && rate !== null && listed !== rate
    return { kind, rate, source: rate === null ? null : (rates?.source ?? null), listed, hasOther }
  })
  return ({ counters }) => {
    const charges: Charge[] = []
    for (const { kind, rate, source, listed, hasOther } of kinds) {
      const quantity = kind.quantity(counters)
      if (quantity === 0) continue
      const charge: Charge = { kind, quantity, rate, amount: rate === null ? null : costOf(quantity, rate), source }
      if (hasOther) charge.listAmount = listed === null ? null : costOf(quantity, listed)
      charges.push(charge)
    }
    return charges
  }
}

function rateOf(kind: AnyKind, { perMillion, perImage }: Pick<Rates, 'perMillion' | 'perImage'>): AttoUsd | undefined {
  // A millionth of a pico-dollar is an atto-dollar: the price of a million tokens in the one is that of a token in the other.
  if (kind.unit === 'tokens') return perMillion[kind.name]
  return perImage === undefined ? undefined : perUnit(perImage)
}

/** All charges at one price: of a kind of billed thing of a model in a Region, on the same terms. */
export interface ChargeLine extends Pick<Charge, 'kind' | 'quantity' | 'rate' | 'amount' | 'source'> {
  of: string
  terms: Pick<Terms, 'tier' | 'promptOver'>
  /** The model whose price it is, where that is another than the one called. */
  billedModel?: string
  /** The same at the list's prices, which may be the same ones; null where the list has none. */
  listRate: AttoUsd | null
  listAmount: AttoUsd | null
}

export type ChargeLines = Map<string, ChargeLine>

export function addToLines(lines: ChargeLines, row: Row, charges: readonly Charge[]): void {
  const { dimensions, billedModel, terms = STANDARD_TERMS } = row
  const { model, region } = dimensions
  for (const { kind, quantity, rate, amount, source, listAmount = amount } of charges) {
    const of = [kind.name, region, terms.tier, terms.promptOver, billedModel ?? '', model, dimensions.kind].join('\n')
    const listRate = rate === null || listAmount === null ? null : listAmount / BigInt(quantity)
    const line = { of, kind, quantity, rate, amount, source, terms, listRate, listAmount }
    addLine(lines, billedModel === undefined ? line : { ...line, billedModel })
  }
}

export function joinLines(all: Iterable<ChargeLines>): ChargeLines {
  const joined: ChargeLines = new Map()
  for (const lines of all) for (const line of lines.values()) addLine(joined, { ...line })
  return joined
}

function addLine(lines: ChargeLines, line: ChargeLine): void {
  const { of, rate, amount, listRate, listAmount } = line
  const key = [rate, amount === null, listRate, listAmount === null, of].join('\n')
  const sum = lines.get(key)
  if (!sum) {
    lines.set(key, line)
    return
  }
  sum.quantity += line.quantity
  if (sum.amount !== null) sum.amount += amount ?? 0n
  if (sum.listAmount !== null) sum.listAmount += listAmount ?? 0n
}
