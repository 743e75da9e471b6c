import { grouped } from '../../arrange.ts'
import { TOKEN_KINDS } from '../../charges.ts'
import { parsePrice } from '../../money.ts'
import type { Tier } from '../../terms.ts'
import { agree, type Figures, NO_PRICE, type PriceBook, type Quote, type Unpriced } from '../book.ts'
import { isCommercial, isListRegion, parseModelName, splitScope } from '../model-id.ts'
import { canonicalName, listNames, modelIds } from '../price-list/names.ts'
import { inRegionByGlobal, onePrice } from '../rules.ts'
import AWS_LIST from './aws-list.json' with { type: 'json' }
import { tableQuote } from './index.ts'

export interface ListedTerms {
  /** A geographic profile bills the price in the Region. */
  routing: 'in-region' | 'global'
  tier: Tier
  /** Of prompts from the length on from which the model costs more. */
  long: boolean
}

/** Figures that hold in some Regions from a day on. */
export interface ListedRow extends ListedTerms {
  name: string
  /** The day of the list, YYYY-MM-DD. */
  date: string
  regions: readonly string[]
  /** US dollars per million tokens in the order of `TOKEN_KINDS`, as they stand, '' where there is none; undefined: gone from the list. */
  usd: readonly string[] | undefined
}

/** Between the prices of a model in some Regions and in others. */
export const PARTED = '\t|\t'

interface ListedQuote extends Quote {
  asOf: string
  region: string
  /** The list is of a later day than the one that was asked for, and none is of an earlier. */
  later: boolean
}

/**
 * Reads the table (`aws-list.json`, which `npm run prices:update` writes): AWS's price list by Region, US dollars per million tokens for
 * input, output, cache read, cache write for five minutes and for an hour. A batch price stands only where it is not half of the
 * standard one. For each list a line `@ DATE`, then a line for each model and its terms: Regions and the figures that hold
 * there, parted by tabs, and by `|` from those of others. A list but the first holds what has changed since the one before it;
 * `gone` stands where figures would. Throws where it is damaged.
 */
export function parseList(text: string): ListedRow[] {
  const rows: ListedRow[] = []
  let date = ''
  for (const line of text.split('\n')) {
    if (line === '') continue
    const day = /^@ (\d{4}-\d{2}-\d{2})$/.exec(line)?.[1]
    if (day !== undefined) date = day
    else rows.push(...parseLine(line, date))
  }
  return rows
}

function parseLine(line: string, date: string): ListedRow[] {
  const [head = '', ...others] = line.split(PARTED)
  const [name, terms = '', ...first] = head.split('\t')
  const [routing, ...words] = terms.split(' ')
  const long = words.at(-1) === 'long'
  const [tier = 'standard'] = words
  return [first, ...others.map((one) => one.split('\t'))].map(([regions, ...usd]) => {
    if (!name || !terms || !regions || usd.length === 0 || date === '')
      throw new Error(`not a line of the table: ${line}`)
    return {
      name,
      date,
      routing: routing === 'global' ? 'global' : 'in-region',
      tier: tier === 'long' ? 'standard' : (tier as Tier),
      long,
      regions: regions.split(' '),
      usd: usd[0] === 'gone' ? undefined : usd,
    }
  })
}

type PriceTable = ReadonlyMap<string, readonly ListedRow[]>

/** Read when a price is first asked for. */
let bundled: PriceTable | undefined

/** `listedQuotesIn` the table that comes with the program. */
export function listedQuotes(id: string, terms: ListedTerms, day: string, region?: string): ListedQuote[] {
  bundled ??= byName(parseList(AWS_LIST.join('\n')))
  return listedQuotesIn(bundled, id, terms, day, region)
}

export function byName(rows: readonly ListedRow[]): PriceTable {
  return grouped(rows, ({ name }) => canonicalName(name))
}

/**
 * What the list has of a model id (no ARN) on a day (YYYY-MM-DD) in a Region, or in each of its Regions where none is named.
 * More than one of a Region only where the list contradicts itself. An older list holds until the next one that speaks of the
 * same, the first also of the time before.
 */
export function listedQuotesIn(
  table: PriceTable,
  id: string,
  terms: ListedTerms,
  day: string,
  region?: string,
): ListedQuote[] {
  const rows = listNames(id)
    .flatMap((name) => table.get(name) ?? [])
    .filter((row) => row.routing === terms.routing && row.tier === terms.tier && row.long === terms.long)
  const regions = region === undefined ? [...new Set(rows.flatMap((row) => row.regions))] : [region]
  return regions.flatMap((one) => {
    const here = rows.filter((row) => row.regions.includes(one))
    const dates = here.map(({ date }) => date).sort()
    const date = dates.findLast((before) => before <= day) ?? dates[0] ?? ''
    return here
      .filter((row) => row.date === date)
      .flatMap(({ usd }) => (usd ? [{ ...quoteOf(usd, date), region: one, later: date > day }] : []))
  })
}

/** The days from which another list holds, ms of their midnight in UTC. */
export function listDays(): number[] {
  return AWS_LIST.flatMap((line) => (line.startsWith('@ ') ? [Date.parse(line.slice(2))] : []))
}

/** The ids of the models of the list, as they are called: in the Region, or by global routing. */
export function listedIds(): string[] {
  const rows = parseList(AWS_LIST.join('\n'))
  const ids = rows.flatMap(({ name, routing }) =>
    modelIds(name).map((id) => (routing === 'global' ? `global.${id}` : id)),
  )
  return [...new Set(ids)]
}

function quoteOf(usd: readonly string[], date: string): Quote & { asOf: string } {
  const known = TOKEN_KINDS.flatMap((kind, index) => (usd[index] ? [[kind, parsePrice(Number(usd[index]))]] : []))
  const perMillion: Figures = Object.fromEntries(known)
  return { perMillion, source: `aws-price-list@${date}`, asOf: date }
}

/** Of a model in a Region, on the day of a moment. */
export interface AskedOfDay {
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
export function evidenceOf(packaged: PriceBook, asked: AskedOfDay) {
  const { id, region, at } = asked
  const day = dayOf(at)
  const none = (unpriced: string): Unpriced => ({ unpriced })
  const { scope } = splitScope(id)
  const isForeign = scope !== 'in-region' && (scope === 'us-gov') !== region.startsWith('us-gov-')
  if (isForeign) return none('no price known for GovCloud, whose profiles are its own')
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
  if (!first) return none(reasonOf(found, id, region, day))
  const quotes: readonly [Quote, ...Quote[]] = [first, ...rest]
  // What contradicts these is never used.
  const rivals = rivalsOf(asked).filter((rival) => !agree(rival.perMillion, first.perMillion))
  return { quotes, rivals, isAssumed: newest?.later ?? false }
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

/**
 * AWS's pricing page has a second row of Claude 3.5 Sonnet, "Public Extended Access", which AWS's list does not know. In Asia
 * Pacific the page has the old price alone.
 */
const EXTENDED = { model: 'anthropic.claude-3-5-sonnet', from: '2025-12-01', usd: [6, 30, 0.6, 7.5] as const }

function rivalsOf({ id, region, at }: AskedOfDay): Quote[] {
  const { model, from, usd } = EXTENDED
  const affected = parseModelName(id).name === model && isCommercial(region) && !region.startsWith('ap-')
  if (!affected || dayOf(at) < from) return []
  const [input, output, cacheRead, cacheWrite] = usd.map(parsePrice)
  const perMillion = { input, output, cacheRead, cacheWrite } as Figures
  return [{ perMillion, source: `aws-pricing-page@${from} (extended access)`, asOf: from }]
}
