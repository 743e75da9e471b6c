import type { Warning } from '../../core/events.ts'
import { priceToUsd } from '../money.ts'
import type { Figures, Price, PriceBook, Quote } from './book.ts'

/** US dollars per million tokens, or an image; null where the source has no such price. */
interface ListedFigures {
  inputPerMillion: number | null
  outputPerMillion: number | null
  cacheReadPerMillion: number | null
  cacheWritePerMillion: number | null
  cacheWrite1hPerMillion: number | null
}

/** What one source says. */
interface ListedQuote extends ListedFigures {
  source: string
  asOf: string | null
}

/** The price of one id in one Region. */
export interface ListedLine extends ListedQuote {
  model: string
  region: string
  perImage: number | null
  /** What other sources say instead. */
  disputes: ListedQuote[]
  warnings: Warning[]
}

export interface Listing {
  prices: ListedLine[]
  unpriced: { model: string; region: string; reason: string }[]
}

/** The prices of model ids in Regions at one time. */
export function listPrices(book: PriceBook, wanted: readonly { model: string; region: string }[], at: Date): Listing {
  const listing: Listing = { prices: [], unpriced: [] }
  for (const { model, region } of wanted) {
    const price = book.lookup(model, region, at)
    if ('unpriced' in price) listing.unpriced.push({ model, region, reason: price.unpriced })
    else listing.prices.push(toLine(model, region, price))
  }
  return listing
}

function toLine(model: string, region: string, price: Price): ListedLine {
  return {
    model,
    region,
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
