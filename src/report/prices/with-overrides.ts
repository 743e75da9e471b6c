import { CHARGE_KINDS, TOKEN_KINDS } from '../charges.ts'
import { parsePrice, priceToUsd, scale } from '../money.ts'
import { STANDARD_TERMS, type Terms, type Tier } from '../terms.ts'
import { DAY_MS } from '../window.ts'
import { agree, allChanges, type Figures, type Price, type PriceBook, type Unpriced } from './book.ts'
import { isCallableFrom } from './listing.ts'
import { type Keyed, overrideFinder, strayKeys } from './override-keys.ts'
import { AMOUNTS, type PriceOverride, type PriceOverrides } from './overrides.ts'

export interface OwnPrices {
  prices: PriceOverrides
  source: string
}

/** An override that holds for a call, and what of it does. */
interface Holding extends Keyed {
  /** Its amounts hold: they are of these terms. */
  amounts: boolean
}

/**
 * The prices of a book with the user's own in front of it. The most specific override that holds for a call's Region, day
 * and terms counts, and no other. Its amounts stand for those of the list; what it does not name stays as the list has it,
 * less the discount. Each price that it changes has that of the list beside it.
 * @param modelOf the model that an application profile stands for
 */
export function withOverrides(
  { prices, source }: OwnPrices,
  list: PriceBook,
  modelOf: (modelId: string) => string | undefined = () => undefined,
) {
  const candidates = overrideFinder(prices)
  const holding = (modelId: string, region: string, at: Date, terms: Terms = STANDARD_TERMS): Holding | undefined => {
    const day = at.toISOString().slice(0, 10)
    for (const keyed of candidates(modelId, region, modelOf(modelId))) {
      const { from = day, to = day, tier, discountPercent } = keyed.override
      if (day < from || day > to || (tier !== undefined && tier !== terms.tier)) continue
      const hasAmounts = AMOUNTS.some((amount) => keyed.override[amount] !== undefined)
      const amounts = hasAmounts && areOf(keyed.override, terms, (asked) => list.lookup(modelId, region, at, asked))
      if (amounts || discountPercent !== undefined) return { ...keyed, amounts }
    }
    return undefined
  }
  return {
    changes: allChanges([list.changes, daysOf(prices)]),
    holding,
    lookup(modelId: string, region: string, at: Date, terms?: Terms) {
      const listed = list.lookup(modelId, region, at, terms)
      const found = holding(modelId, region, at, terms)
      return found ? priceOf(found, listed, source) : listed
    },
  }
}

function daysOf(prices: PriceOverrides): number[] {
  const days = [...prices.values()]
    .flat()
    .flatMap(({ from = '', to = '' }) => [Date.parse(from), Date.parse(to) + DAY_MS])
  return days.filter((day) => !Number.isNaN(day))
}

/**
 * Whether the amounts of an override are of these terms: of its tier, by default the standard one, and of prompts of any
 * length unless the list has a price of its own for long ones.
 */
function areOf({ tier = 'standard' }: PriceOverride, terms: Terms, look: (terms: Terms) => Price | Unpriced): boolean {
  if (tier !== terms.tier) return false
  if (terms.promptOver === 0) return true
  const [short, long] = [look({ ...terms, promptOver: 0 }), look(terms)]
  if ('unpriced' in short) return 'unpriced' in long
  return !('unpriced' in long) && agree(short.perMillion, long.perMillion)
}

function priceOf(found: Holding, listed: Price | Unpriced, source: string): Price | Unpriced {
  const { override, amounts } = found
  const isListed = !('unpriced' in listed)
  if (!isListed && !amounts) return listed
  const { discountPercent = 0 } = override
  const of = isListed ? listed : undefined
  const figure = (amount: number | undefined, price: bigint | undefined) =>
    amounts && amount !== undefined ? parsePrice(amount) : price && discounted(price, discountPercent)
  const figures = TOKEN_KINDS.flatMap((kind) => {
    const own = figure(override[`${kind}PerMillion`], of?.perMillion[kind])
    return own === undefined ? [] : [[kind, own]]
  })
  const perMillion: Figures = Object.fromEntries(figures)
  const perImage = figure(override.perImage, of?.perImage)
  const named = amounts && override.inputPerMillion !== undefined && override.outputPerMillion !== undefined
  return {
    perMillion,
    ...(perImage !== undefined && { perImage }),
    // Overrides are of models.
    ...(of?.perTextUnit !== undefined && { perTextUnit: of.perTextUnit }),
    source: sourceOf(found, source, of),
    asOf: amounts ? null : (of?.asOf ?? null),
    list: of ? { perMillion: of.perMillion, ...(of.perImage !== undefined && { perImage: of.perImage }) } : null,
    // What is said of the list's input and output is of no matter where both have amounts of their own.
    ...(of?.disputes && !named && { disputes: of.disputes }),
    warnings: of && !named ? of.warnings : [],
  }
}

function discounted(price: bigint, percent: number): bigint {
  return percent === 0 ? price : scale(price, 100_000_000 - Math.round(percent * 1_000_000), 100_000_000)
}

/** "mine.json", "mine.json + aws-price-list", or "aws-price-list less 10 % (mine.json)". */
function sourceOf({ override, amounts }: Holding, source: string, of: Price | undefined): string {
  if (!of) return source
  const { discountPercent = 0 } = override
  const off = `${Math.abs(discountPercent)} % (${source})`
  const rest = discountPercent === 0 ? of.source : `${of.source} ${discountPercent > 0 ? 'less' : 'plus'} ${off}`
  if (!amounts) return rest
  const kept = CHARGE_KINDS.some((kind) =>
    kind.unit === 'tokens'
      ? of.perMillion[kind.name] !== undefined && override[`${kind.name}PerMillion`] === undefined
      : of.perImage !== undefined && override.perImage === undefined,
  )
  return kept ? `${source} + ${rest}` : source
}

export type PriceChange = ReturnType<typeof changesOf>[number]

export interface ChangedLine {
  key: string
  model: string
  region: string
  tier?: Tier
  from?: string
  to?: string
  changes: PriceChange[]
}

export type OverrideCheck = ReturnType<typeof checkOverrides>

interface Asked {
  models: readonly string[]
  regions: readonly string[]
  now: Date
}

/** What each override changes, on the day that it is looked at, or the nearest on which the override holds. */
export function checkOverrides(own: OwnPrices, list: PriceBook, { models, regions, now }: Asked) {
  const book = withOverrides(own, list)
  // A key may be an id that is not known, or the ARN of a profile.
  const named = [...own.prices.keys()].filter((key) => !key.includes('*') && !models.includes(key))
  const changes = [...own.prices].flatMap(([key, overrides]) =>
    overrides.flatMap((override) =>
      regions.flatMap((region) =>
        [...models, ...named].flatMap((model): ChangedLine[] => {
          const at = dayOf(override, now)
          const { tier, from, to } = override
          const terms = { ...STANDARD_TERMS, ...(tier && { tier }) }
          if (!isCallableFrom(model, region)) return []
          if (book.holding(model, region, at, terms)?.override !== override) return []
          const found = changesOf(list.lookup(model, region, at, terms), book.lookup(model, region, at, terms))
          const when = { ...(tier && { tier }), ...(from && { from }), ...(to && { to }) }
          return found.length > 0 ? [{ key, model, region, ...when, changes: found }] : []
        }),
      ),
    ),
  )
  /** Keys that are of no known model; those that are of one, and change no price in these Regions, are unchanged. */
  const unmatched = strayKeys(own.prices, models)
  const told = new Set([...changes, ...unmatched].map(({ key }) => key))
  return { changes, unmatched, unchanged: [...own.prices.keys()].filter((key) => !told.has(key)) }
}

function dayOf({ from, to }: PriceOverride, now: Date): Date {
  const today = now.toISOString().slice(0, 10)
  if (from !== undefined && from > today) return new Date(from)
  return to !== undefined && to < today ? new Date(to) : now
}

/**
 * What an override changes: US dollars per million tokens, or an image, null where the list has no such price; and by how many percent
 * yours is above the list's, null where that has none, or is free.
 */
function changesOf(list: Price | Unpriced, yours: Price | Unpriced) {
  if ('unpriced' in yours) return []
  const listed = 'unpriced' in list ? undefined : list
  const pairs = [
    ...TOKEN_KINDS.map((kind) => [kind, listed?.perMillion[kind], yours.perMillion[kind]] as const),
    ['image', listed?.perImage, yours.perImage] as const,
  ]
  return pairs.flatMap(([kind, before, after]) => {
    if (after === undefined || before === after) return []
    const percent = before ? Math.round((Number(after - before) / Number(before)) * 10_000) / 100 : null
    return [{ kind, listUsd: before === undefined ? null : priceToUsd(before), yoursUsd: priceToUsd(after), percent }]
  })
}
