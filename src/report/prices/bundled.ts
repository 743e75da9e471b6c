import type { Warning } from '../../core/events.ts'
import { price } from '../../text/numbers.ts'
import { CHARGE_KINDS } from '../charges.ts'
import { priceToUsd } from '../money.ts'
import { STANDARD_TERMS, type Terms, termsKey } from '../terms.ts'
import {
  agree,
  allChanges,
  type Figures,
  NO_PRICE,
  notStandard,
  type Price,
  type PriceBook,
  pricePeriods,
  type Quote,
  type Unpriced,
} from './book.ts'
import { isCommercial, pricedId } from './model-id.ts'
import { byRule, completeByRule, longFrom, type TermsRule, termsRule } from './rules.ts'
import { type AskedOfDay, dayOf, evidenceChanges, evidenceOf, listedQuotes } from './table/aws.ts'
import { imagePrice, unitUntold } from './table/index.ts'

/**
 * The prices that come with the program: those of AWS's list, kept by day and Region, of `packaged` (genai-prices) and of our
 * own table, held against each other (`table/aws.ts`). A price is never that of another model, Region or routing, except
 * where AWS's own rule says that it is the same.
 * @param asked the Regions whose list AWS was asked for: that it may have what is not known here, is said of others alone
 */
export function bundledBook(packaged: PriceBook, asked: ReadonlySet<string> = new Set()): PriceBook {
  const known = new Map<string, Map<number, Price | Unpriced>>()
  const changes = allChanges([packaged.changes, evidenceChanges()])
  const periodOf = changes ? pricePeriods({ ...packaged, changes }) : (moment: number) => moment
  return {
    changes,
    lookup(modelId, region, at, terms = STANDARD_TERMS) {
      const id = pricedId(modelId)
      if (typeof id !== 'string') return id
      const key = `${region} ${id} ${termsKey(terms)}`
      const period = periodOf(at.getTime())
      const before = known.get(key) ?? new Map<number, Price | Unpriced>()
      const question = { id, region, at, terms, isAskable: isCommercial(region) && !asked.has(region) }
      const answer = before.get(period) ?? sameAs(cured(priceOn(packaged, question), question), [...before.values()])
      // Where a price may change by the hour, nothing is kept.
      if (changes) known.set(key, before.set(period, answer))
      return answer
    },
  }
}

interface Asked extends AskedOfDay {
  terms: Terms
  /** AWS's list may still be asked for what is not known. */
  isAskable: boolean
}

/** One of those that were given before, where it says the same: who is told of a change is told by another object. */
function sameAs(answer: Price | Unpriced, given: readonly (Price | Unpriced)[]): Price | Unpriced {
  const text = textOf(answer)
  return given.find((one) => textOf(one) === text) ?? answer
}

function textOf(answer: Price | Unpriced): string {
  return JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

function priceOn(packaged: PriceBook, asked: Asked): Price | Unpriced {
  const { id, region, terms } = asked
  const image = imagePrice(id, region)
  if (image) return image
  if (terms.tier === 'reserved')
    return { unpriced: 'reserved capacity is bought by the month and has no price per token' }
  const untold = unitUntold(id)
  if (untold !== undefined) return { unpriced: untold }
  const standard = standardPrice(packaged, asked)
  if (terms.tier === 'standard' && terms.promptOver === 0) return standard
  return onTerms(packaged, asked, standard)
}

function standardPrice(packaged: PriceBook, asked: Asked): Price | Unpriced {
  const { id } = asked
  const found = evidenceOf(packaged, asked)
  if ('unpriced' in found) return found
  const { quotes, rivals, isAssumed } = found
  const first = newestWhereDisputed(quotes)
  const others = quotes.filter((one) => one !== first)
  const agreeing = others.filter((other) => agree(first.perMillion, other.perMillion))
  const disputes = distinct([...others.filter((other) => !agreeing.includes(other)), ...rivals])
  const { perMillion, source } = completeByRule(id, first, agreeing)
  return {
    perMillion,
    source,
    asOf: first.asOf,
    ...(disputes.length > 0 && { disputes }),
    warnings: [
      ...disputes.map((dispute) => disputed(id, asked.region, first, dispute)),
      ...(isAssumed && agreeing.length === 0 ? [assumed(id, asked.region, first)] : []),
    ],
  }
}

/** AWS's list comes first; where another source says otherwise and is newer, that one is believed. */
function newestWhereDisputed(quotes: readonly [Quote, ...Quote[]]): Quote {
  const [first, ...others] = quotes
  const newer = others.find((one) => !agree(one.perMillion, first.perMillion) && (one.asOf ?? '') > (first.asOf ?? ''))
  return newer ?? first
}

function onTerms(packaged: PriceBook, asked: Asked, standard: Price | Unpriced): Price | Unpriced {
  const { id, region, terms } = asked
  const none = notStandard(terms) ?? { unpriced: NO_PRICE }
  const [own, ...rivals] = ownPrices(asked)
  const rule = termsRule(id, terms, own !== undefined)
  const long = longPrice(packaged, asked, standard)
  const ruled = rule && !('unpriced' in standard) ? ruledBy(long ?? standard, rule) : undefined
  if (!own) return ruled ?? ('unpriced' in standard ? standard : none)
  const perMillion: Figures = { ...ruled?.perMillion, ...own.perMillion }
  const lacked = Object.keys(perMillion).length > Object.keys(own.perMillion).length
  const others = (ruled?.disputes ?? []).filter(({ source }) => source.startsWith('aws-pricing-page'))
  const disputes = [...rivals, ...others].filter((other) => !agree(other.perMillion, own.perMillion))
  return {
    perMillion,
    source: ruled && lacked ? `${own.source} + ${ruled.source}` : own.source,
    asOf: own.asOf,
    ...(disputes.length > 0 && { disputes }),
    warnings: disputes.map((dispute) => disputed(id, region, own, dispute)),
  }
}

/** The list's own price on the terms, more than one where it contradicts itself; a geographic profile has that of the Region. */
function ownPrices({ id, region, at, terms }: Asked): Quote[] {
  const routing = id.startsWith('global.') ? 'global' : 'in-region'
  const long = terms.promptOver > 0 && (longFrom(id) ?? Number.POSITIVE_INFINITY) <= terms.promptOver
  // Prompts that are long for no price of the list have the standard one, with what contradicts it.
  if (terms.tier === 'standard' && !long) return []
  return listedQuotes(id, { routing, tier: terms.tier, long }, dayOf(at), region)
}

/** Of a model whose price for long prompts the package has and no rule tells. */
function longPrice(
  packaged: PriceBook,
  { id, region, at, terms }: Asked,
  standard: Price | Unpriced,
): Price | undefined {
  if (terms.promptOver === 0 || longFrom(id) !== undefined || 'unpriced' in standard) return undefined
  const long = packaged.lookup(id, region, at, { ...terms, tier: 'standard' })
  const short = packaged.lookup(id, region, at)
  if ('unpriced' in long || 'unpriced' in short || agree(long.perMillion, short.perMillion)) return undefined
  return { ...long, source: `${long.source} (prompts over ${terms.promptOver / 1000}k tokens)` }
}

function ruledBy(standard: Price, rule: TermsRule): Price {
  if (rule.words === '') return standard
  const by = <One extends Quote>(quote: One): One => ({
    ...quote,
    perMillion: byRule(quote.perMillion, rule),
    source: `${quote.source} ${rule.words}`,
  })
  return { ...by(standard), ...(standard.disputes && { disputes: standard.disputes.map(by) }) }
}

/** What helps where AWS's list has been asked, or there is none. */
export const OWN_PRICE = 'if you know it, add it under `prices` in bedrock-monitor.json'

/** Why nobody knows a price, with what helps. What would mean something to a shell is not made to be copied into one. */
function cured(answer: Price | Unpriced, { id, region, terms: { tier }, isAskable }: Asked): Price | Unpriced {
  if (!('unpriced' in answer && answer.unpriced.startsWith(NO_PRICE))) return answer
  const { unpriced } = answer
  if (!isAskable) return { unpriced: `${unpriced}; ${OWN_PRICE}` }
  const [model, place] = [/^[\w.:/-]+$/.test(id) ? id : 'MODEL', /^[\w-]+$/.test(region) ? region : 'REGION']
  const ask = `bedrock-monitor prices ${model} --region ${place}${tier === 'standard' ? '' : ` --tier ${tier}`}`
  return { unpriced: `${unpriced}; the AWS Price List may have it: ${ask}` }
}

function distinct(quotes: readonly Quote[]): Quote[] {
  return [...new Map(quotes.map((quote) => [`${quote.source} ${inWords(quote.perMillion)}`, quote])).values()]
}

function inWords(figures: Figures): string {
  const parts = CHARGE_KINDS.flatMap((kind) => {
    const figure = kind.unit === 'tokens' ? figures[kind.name] : undefined
    return figure === undefined ? [] : [`${kind.title} ${price(priceToUsd(figure))}`]
  })
  return parts.join(', ')
}

function disputed(id: string, region: string, used: Quote, other: Quote): Warning {
  const by = used.source === other.source ? `another line of ${other.source}` : other.source
  return {
    code: 'price-disputed',
    message: `sources disagree on ${id} in ${region || 'an unknown Region'}, per million tokens: ${inWords(used.perMillion)} by ${used.source}, which is used; ${inWords(other.perMillion)} by ${by}`,
  }
}

function assumed(id: string, region: string, { source, asOf }: Quote): Warning {
  return {
    code: 'price-date-assumed',
    message: `the price of ${id} in ${region || 'an unknown Region'} is that of ${source}; earlier use, before ${asOf}, is priced the same, as no other price is known`,
  }
}
