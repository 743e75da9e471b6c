import type { Warning } from '../../core/events.ts'
import { priceToUsd } from '../money.ts'
import { PROMPT_LENGTHS, STANDARD_TERMS, type Terms, TIERS, type Tier } from '../terms.ts'
import type { Figures, Price, PriceBook, Quote } from './book.ts'

/** US dollars per million tokens, or an image; null where the source has no such price. */
export interface ListedFigures {
  inputPerMillion: number | null
  outputPerMillion: number | null
  cacheReadPerMillion: number | null
  cacheWritePerMillion: number | null
  cacheWrite1hPerMillion: number | null
}

interface ListedQuote extends ListedFigures {
  source: string
  asOf: string | null
}

/** The price of one id in one Region, on the terms of a call. */
export interface ListedLine extends ListedQuote {
  model: string
  region: string
  tier: Tier
  /** For prompts of more tokens than this; 0 for all, or for those that are no longer. */
  promptOver: number
  perImage: number | null
  /** What other sources say instead. */
  disputes: ListedQuote[]
  warnings: Warning[]
}

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

type Asked = (terms: Terms) => ReturnType<PriceBook['lookup']>

/** The prices on other terms, where there are any; of the lengths of prompt, each that costs something else than a shorter one. */
function othersOf(ask: Asked): { terms: Terms; price: Price }[] {
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

function toLine(what: Pick<ListedLine, 'model' | 'region' | 'tier' | 'promptOver'>, price: Price): ListedLine {
  return {
    ...what,
    ...toQuote(price),
    perImage: price.perImage === undefined ? null : priceToUsd(price.perImage),
    disputes: (price.disputes ?? []).map(toQuote),
    warnings: [...price.warnings],
  }
}

function toQuote({ perMillion, source, asOf }: Quote): ListedQuote {
  return { ...toFigures(perMillion), source, asOf }
}

function toFigures(figures: Figures): ListedFigures {
  const usd = (kind: keyof Figures) => (figures[kind] === undefined ? null : priceToUsd(figures[kind]))
  return {
    inputPerMillion: usd('input'),
    outputPerMillion: usd('output'),
    cacheReadPerMillion: usd('cacheRead'),
    cacheWritePerMillion: usd('cacheWrite'),
    cacheWrite1hPerMillion: usd('cacheWrite1h'),
  }
}
