import type { Warning } from '../../core/events.ts'
import { price } from '../../text/numbers.ts'
import { CHARGE_KINDS } from '../charges.ts'
import { priceToUsd } from '../money.ts'
import { type Figures, NO_PRICE, notStandard, type Price, type PriceBook, type Quote, type Unpriced } from './book.ts'
import { imagePrice } from './images.ts'
import { pricedId, splitScope } from './model-id.ts'
import { isCommercial, LIST_REGION } from './places.ts'
import { agree, complete } from './quotes.ts'
import { type TableQuote, tableQuotes, variesByPlace } from './table.ts'

/** What is known of one id in one place: the package's answer, and the table's, most specific first. */
interface Evidence {
  packaged: Price | Unpriced
  table: readonly TableQuote[]
}

/**
 * The prices that come with the program: those of `packaged` (genai-prices) and of our own table, held against each other.
 * Where they disagree the newer one, the package, is used, and the other is shown. It never is about another model than
 * the one asked for: `refusal` sees to that, so its staleness is the only thing that the table could mend.
 */
export function bundledBook(packaged: PriceBook): PriceBook {
  const known = new Map<string, Packaged & { answer: Price | Unpriced }>()
  return {
    changes: packaged.changes,
    lookup(modelId, region, at, terms) {
      const id = pricedId(modelId)
      if (typeof id !== 'string') return id
      const other = terms?.tier === 'standard' ? undefined : notStandard(terms)
      if (other) return other
      const here = packaged.lookup(id, region, at)
      const listed = packaged.lookup(splitScope(id).base, LIST_REGION, at)
      const key = `${region} ${id}`
      const before = known.get(key)
      // Only the package knows of times, and answers the same as long as it has the same to say.
      if (before?.here === here && before.listed === listed) return before.answer
      const answer = find(id, region, { here, listed })
      known.set(key, { here, listed, answer })
      return answer
    },
  }
}

/** What the package says of an id in its Region, and of the base id where lists begin. */
interface Packaged {
  here: Price | Unpriced
  listed: Price | Unpriced
}

function find(id: string, region: string, packaged: Packaged): Price | Unpriced {
  const image = imagePrice(id, region)
  if (image) return image
  const exact = settle(id, region, { packaged: packaged.here, table: tableQuotes(id, region) })
  if (exact) return exact
  const { scope, base } = splitScope(id)
  const reason = 'unpriced' in packaged.here ? packaged.here : { unpriced: NO_PRICE }
  if (scope === 'global' || scope === 'us-gov' || !isCommercial(region)) return reason
  if (variesByPlace(base)) return { unpriced: `no price known for ${region}; prices of this model differ by Region` }
  const listed = settle(id, region, { packaged: packaged.listed, table: tableQuotes(base, LIST_REGION) })
  return listed ? { ...listed, warnings: [...listed.warnings, assumed(id, region)] } : reason
}

/** The price that the evidence gives, with what contradicts it; undefined where there is no evidence. */
function settle(id: string, region: string, { packaged, table }: Evidence): Price | undefined {
  const quotes: readonly Quote[] = 'unpriced' in packaged ? table : [packaged, ...table]
  const [first, ...others] = quotes
  if (!first) return undefined
  const disputes = distinct(others.filter((other) => !agree(first.perMillion, other.perMillion)))
  const { perMillion, source } = complete(
    first,
    others.filter((other) => !disputes.includes(other) && agree(first.perMillion, other.perMillion)),
  )
  return {
    perMillion,
    source,
    asOf: first.asOf,
    ...(disputes.length > 0 && { disputes }),
    warnings: [
      ...('unpriced' in packaged ? [] : packaged.warnings),
      ...disputes.map((dispute) => disputed(id, region, first, dispute)),
      ...('wide' in first && first.wide ? [wide(id, region)] : []),
      ...(isFree(perMillion) ? [free(id, source)] : []),
    ],
  }
}

function distinct(quotes: readonly Quote[]): Quote[] {
  return [...new Map(quotes.map((quote) => [`${quote.source} ${inWords(quote.perMillion)}`, quote])).values()]
}

function isFree(figures: Figures): boolean {
  return Object.values(figures).every((figure) => figure === 0n)
}

function inWords(figures: Figures): string {
  const parts = CHARGE_KINDS.flatMap((kind) => {
    const figure = kind.unit === 'tokens' ? figures[kind.name] : undefined
    return figure === undefined ? [] : [`${kind.title} ${price(priceToUsd(figure))}`]
  })
  return parts.join(', ')
}

function disputed(id: string, region: string, used: Quote, other: Quote): Warning {
  const [by, otherBy] = used.source === other.source ? [used, other].map(withPlace) : [used.source, other.source]
  return {
    code: 'price-disputed',
    message: `sources disagree on ${id} in ${region}, per million tokens: ${inWords(used.perMillion)} by ${by}, which is used; ${inWords(other.perMillion)} by ${otherBy}`,
  }
}

/** Tells two figures of the table apart. */
function withPlace(quote: Quote & Partial<TableQuote>): string {
  return quote.place === 'list' ? `${quote.source} without a Region` : `${quote.source} for ${quote.place}`
}

function wide(id: string, region: string): Warning {
  return {
    code: 'price-region-assumed',
    message: `${id} in ${region} is priced at the one figure known for its geography; Regions within it may differ`,
  }
}

function assumed(id: string, region: string): Warning {
  return {
    code: 'price-region-assumed',
    message: `${id} in ${region} is priced as in the US: its list price names no Region, and no other figure is known`,
  }
}

function free(id: string, source: string): Warning {
  return { code: 'price-zero', message: `${source} lists ${id} at $0, as for a preview; the bill may say otherwise` }
}
