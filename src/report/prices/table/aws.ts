import { grouped } from '../../arrange.ts'
import { TOKEN_KINDS } from '../../charges.ts'
import { parsePrice } from '../../money.ts'
import type { Tier } from '../../terms.ts'
import type { Figures, Quote } from '../book.ts'
import { canonicalName, listNames, modelIds } from '../price-list/names.ts'
import AWS_LIST from './aws-list.json' with { type: 'json' }

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

export interface ListedQuote extends Quote {
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

export type PriceTable = ReadonlyMap<string, readonly ListedRow[]>

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
