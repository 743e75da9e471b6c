import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { priceToUsd } from '../money.ts'
import { PROMPT_LENGTHS, STANDARD_TERMS, type Terms, TIERS, type Tier } from '../terms.ts'
import type { Figures, Price, PriceBook, Quote } from './book.ts'
import { geographiesOf, modelKey, splitScope } from './model-id.ts'
import { listedIds } from './table/aws.ts'
import { IMAGE_MODELS, tableIds } from './table/index.ts'

/** US dollars per million tokens; null where the source has no such price. */
export type ListedFigures = Record<`${TokenKind}PerMillion`, number | null>
export type ListedLine = ReturnType<typeof toLine>

export interface Listing {
  prices: ListedLine[]
  unpriced: { model: string; region: string; tier: Tier; reason: string }[]
}

/** What is to be listed of each model besides its price on standard terms. */
export interface Extent {
  /** These tiers alone, whether or not they have a price. */
  tiers?: readonly Tier[]
  /** The price of every tier and length of prompt that has one of its own. */
  all?: boolean
}

export function listPrices(
  book: PriceBook,
  wanted: readonly { model: string; region: string }[],
  at: Date,
  { tiers, all = false }: Extent = {},
): Listing {
  const listing: Listing = { prices: [], unpriced: [] }
  for (const { model, region } of wanted) {
    const ask = (terms: Terms) => book.lookup(model, region, at, terms)
    for (const tier of tiers ?? ['standard']) {
      const price = ask({ tier, promptOver: 0 })
      if ('unpriced' in price) listing.unpriced.push({ model, region, tier, reason: price.unpriced })
      else listing.prices.push(toLine({ model, region, tier, promptOver: 0 }, price))
    }
    if (all) listing.prices.push(...othersOf(ask).map(({ terms, price }) => toLine({ model, region, ...terms }, price)))
  }
  return listing
}

/** The prices on other terms, where there are any; of the lengths of prompt, each that costs something else than a shorter one. */
function othersOf(ask: (terms: Terms) => ReturnType<PriceBook['lookup']>): { terms: Terms; price: Price }[] {
  const standard = ask(STANDARD_TERMS)
  const figures = ({ perMillion }: Price) => JSON.stringify(toFigures(perMillion))
  const found: { terms: Terms; price: Price }[] = []
  const add = (terms: Terms, than: Price | undefined): Price | undefined => {
    const price = ask(terms)
    if ('unpriced' in price || (than && figures(price) === figures(than))) return than
    found.push({ terms, price })
    return price
  }
  for (const tier of TIERS) if (tier !== 'standard') add({ tier, promptOver: 0 }, undefined)
  let shorter = 'unpriced' in standard ? undefined : standard
  for (const promptOver of PROMPT_LENGTHS) shorter = add({ tier: 'standard', promptOver }, shorter)
  return found
}

/** `promptOver`: for prompts of more tokens than this; 0 for all, or for those that are no longer. */
function toLine(of: { model: string; region: string; tier: Tier; promptOver: number }, price: Price) {
  return {
    ...of,
    ...toQuote(price),
    perImage: price.perImage === undefined ? null : priceToUsd(price.perImage),
    disputes: (price.disputes ?? []).map(toQuote),
    warnings: [...price.warnings],
  }
}

function toQuote({ perMillion, source, asOf }: Quote) {
  return { ...toFigures(perMillion), source, asOf }
}

function toFigures(figures: Figures): ListedFigures {
  const usd = (price: bigint | undefined) => (price === undefined ? null : priceToUsd(price))
  return Object.fromEntries(TOKEN_KINDS.map((kind) => [`${kind}PerMillion`, usd(figures[kind])])) as ListedFigures
}

/**
 * The model ids that some bundled source has a price of, in order of their names: the tables', the image models, and those of
 * `packaged` (ids of genai-prices) that are other models than these.
 */
export function knownIds(packaged: readonly string[]): string[] {
  const table = [...listedIds(), ...tableIds(), ...IMAGE_MODELS]
  const models = new Set(table.map(modelKey))
  const more = packaged.map((id) => id.replace(/^regional\./, '')).filter((id) => !models.has(modelKey(id)))
  return [...new Set([...table, ...more])].sort(
    (a, b) => compare(splitScope(a).base, splitScope(b).base) || compare(a, b),
  )
}

/** Whether an id can be called from a Region, as far as its prefix tells. */
export function isCallableFrom(id: string, region: string): boolean {
  const { scope } = splitScope(id)
  const inGov = region.startsWith('us-gov-')
  if (scope === 'global') return !inGov
  return scope === 'in-region' || geographiesOf(region).includes(scope)
}

/**
 * The ids that a word stands for: itself when it is an id, however it is written, or an ARN, otherwise all known ones that
 * contain it; and itself where none does, so that it can be said that it has no price.
 */
export function idsFor(word: string, known: readonly string[]): string[] {
  if (word.startsWith('arn:') || known.some((id) => modelKey(id) === modelKey(word))) return [word]
  const containing = known.filter((id) => id.includes(word.toLowerCase()))
  return containing.length > 0 ? containing : [word]
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
