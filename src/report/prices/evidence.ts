import { parsePrice } from '../money.ts'
import { agree, type Figures, NO_PRICE, type PriceBook, type Quote, type Unpriced } from './book.ts'
import { isCommercial, isListRegion, parseModelName, splitScope } from './model-id.ts'
import { inRegionByGlobal, onePrice } from './rules.ts'
import { type ListedQuote, type ListedTerms, listDays, listedQuotes } from './table/aws.ts'
import { tableQuote } from './table/index.ts'

export interface Evidence {
  /** Who says what of this very thing; AWS's list first. */
  quotes: readonly [Quote, ...Quote[]]
  /** What contradicts these and is never used. */
  rivals: readonly Quote[]
  /** The first is of a list of a later day. */
  isAssumed: boolean
}

interface Asked {
  id: string
  region: string
  at: Date
}

const STANDARD = { tier: 'standard', long: false } as const

/**
 * Gathers the evidence, by rules that a reader can follow:
 * 1. AWS's list of that day, for that Region. Where it has none, what AWS's rule makes of the list's other prices: Claude
 *    costs the same in every commercial Region.
 * 2. `packaged` (genai-prices), for the Regions and routings that it speaks of.
 * 3. Our table of 2026-07, likewise; of a day on which AWS's list speaks, it is out of date.
 * What names no Region, says nothing where AWS's list has another price in a Region that such a price would be for.
 */
export function evidenceOf(packaged: PriceBook, asked: Asked): Evidence | Unpriced {
  const { id, region, at } = asked
  const day = dayOf(at)
  if (isForeign(id, region)) return { unpriced: 'no price known for GovCloud, whose profiles are its own' }
  const listed = listEvidence(id, region, day)
  const [newest] = listed
  const found = packaged.lookup(id, region, at)
  const vague = listed.length === 0 && onePrice(id) === undefined && isListRegion(region)
  const older = tableQuote(id, region)
  const isOld = older && newest && !newest.later && !agree(older.perMillion, newest.perMillion)
  const others: Quote[] = [...('unpriced' in found ? [] : [found]), ...(older && !isOld ? [older] : [])].filter(
    (quote) => !vague || !contradicts(id, day, quote),
  )
  const [first, ...rest] = [...listed, ...others]
  if (!first) return { unpriced: reasonOf(found, id, region, day) }
  return {
    quotes: [first, ...rest],
    rivals: rivalsOf(asked).filter((rival) => !agree(rival.perMillion, first.perMillion)),
    isAssumed: newest?.later ?? false,
  }
}

export function evidenceChanges(): number[] {
  return [...listDays(), Date.parse(EXTENDED.from)]
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

/** What the list says itself or, where it does not speak of the Region, what follows from it. */
function listEvidence(id: string, region: string, day: string): ListedQuote[] {
  const routing = routingOf(id)
  const own = listedQuotes(id, { routing, ...STANDARD }, day, region)
  if (own.length > 0 || !isCommercial(region)) return own
  const rule = onePrice(id)
  if (rule === undefined) return []
  const inRegion = soleQuote(id, { routing: 'in-region', ...STANDARD }, day)
  const global = soleQuote(id, { routing: 'global', ...STANDARD }, day)
  if (rule === 'same' || routing === 'global') {
    const sole = routing === 'global' ? global : (inRegion ?? global)
    return sole ? [{ ...sole, source: `${sole.source} (one price in every Region)` }] : []
  }
  if (!global) return inRegion ? [{ ...inRegion, source: `${inRegion.source} (one price in every Region)` }] : []
  return [
    { ...global, perMillion: inRegionByGlobal(global.perMillion), source: `${global.source} × 1.1 (in the Region)` },
  ]
}

/** The list's one price of a model in all Regions; undefined where it has several. */
function soleQuote(id: string, terms: ListedTerms, day: string): ListedQuote | undefined {
  const [first, ...others] = listedQuotes(id, terms, day)
  return first && others.every((other) => agree(first.perMillion, other.perMillion)) ? first : undefined
}

/** Whether the list has another price in one of the Regions for which a price without a Region would be. */
function contradicts(id: string, day: string, quote: Quote): boolean {
  return listedQuotes(id, { routing: routingOf(id), ...STANDARD }, day)
    .filter((listed) => isListRegion(listed.region))
    .some((listed) => !agree(listed.perMillion, quote.perMillion))
}

function reasonOf(found: ReturnType<PriceBook['lookup']>, id: string, region: string, day: string): string {
  if ('unpriced' in found && found.unpriced !== NO_PRICE) return found.unpriced
  const elsewhere = listedQuotes(id, { routing: routingOf(id), ...STANDARD }, day).length > 0
  return elsewhere
    ? `no price known for ${region || 'an unknown Region'}; prices of this model differ by Region`
    : NO_PRICE
}

function routingOf(id: string): ListedTerms['routing'] {
  return splitScope(id).scope === 'global' ? 'global' : 'in-region'
}

function isForeign(id: string, region: string): boolean {
  const { scope } = splitScope(id)
  return scope !== 'in-region' && (scope === 'us-gov') !== region.startsWith('us-gov-')
}

/**
 * AWS's pricing page has a second row of Claude 3.5 Sonnet, "Public Extended Access", which AWS's list does not know. In Asia
 * Pacific the page has the old price alone.
 */
const EXTENDED = { model: 'anthropic.claude-3-5-sonnet', from: '2025-12-01', usd: [6, 30, 0.6, 7.5] as const }

function rivalsOf({ id, region, at }: Asked): Quote[] {
  const { model, from, usd } = EXTENDED
  const affected = parseModelName(id).name === model && isCommercial(region) && !region.startsWith('ap-')
  if (!affected || dayOf(at) < from) return []
  const [input, output, cacheRead, cacheWrite] = usd.map(parsePrice)
  const perMillion = { input, output, cacheRead, cacheWrite } as Figures
  return [{ perMillion, source: `aws-pricing-page@${from} (extended access)`, asOf: from }]
}
