import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { parsePrice } from '../money.ts'
import type { Quote } from './book.ts'
import { onePrice } from './claude-and-nova.ts'
import { splitScope } from './model-id.ts'
import { geographiesOf, isCommercial, isListRegion } from './places.ts'
import { TABLE, TABLE_AS_OF, TABLE_MONTH } from './table/index.ts'
import type { TableRow } from './table/row.ts'

/** A figure of the table. */
export interface TableQuote extends Quote {
  asOf: string
  /** A Region, a geography, `global`, or `list` where the price names none. */
  place: string
}

/**
 * What the table says of a model id in a Region, most specific first: the Region's own row, the geography's, the list's.
 * The id of a geographic profile bills the price of the calling Region, so the base id's row for that Region is its own. A
 * figure for a whole geography, or for no place at all, speaks of the Regions that are listed first, and of others only where
 * the model has one price.
 */
export function tableQuotes(id: string, region: string): TableQuote[] {
  const { scope, base } = splitScope(id)
  const quotes = (place: string) => rowsAt(base, place).flatMap((row) => quoteOf(row, place))
  const everywhere = onePrice(id) !== undefined
  if (scope === 'global') return isCommercial(region) && (everywhere || isListRegion(region)) ? quotes('global') : []
  const inGov = region.startsWith('us-gov-')
  if (inGov !== (scope === 'us-gov') && scope !== 'in-region') return []
  const geographies = scope === 'in-region' ? geographiesOf(region) : [scope]
  const geography = geographies.find((place) => rowsAt(base, place).length > 0)
  const holds = inGov || everywhere || isListRegion(region)
  const named = [...quotes(region), ...(geography === undefined || !holds ? [] : quotes(geography))]
  // The list price of a base id is the profile's, too, unless the profile has a row of its own.
  const listed = isListRegion(region) && (scope === 'in-region' || named.length === 0)
  return [...named, ...(listed ? quotes('list') : [])]
}

/** Every model id that the table has a price of. */
export function tableIds(): string[] {
  return [...TABLE].flatMap(([base, rows]) => {
    const named = rows.flatMap(places)
    const prefixes = named.filter((place) => place !== 'list' && !isRegion(place))
    const own = named.length > prefixes.length ? [base] : []
    return [...own, ...prefixes.map((prefix) => `${prefix}.${base}`)]
  })
}

function rowsOf(base: string): readonly TableRow[] {
  return TABLE.get(base) ?? []
}

function rowsAt(base: string, place: string): TableRow[] {
  return rowsOf(base).filter((row) => places(row).includes(place))
}

function places(row: TableRow): string[] {
  return row.at.split(' ')
}

function isRegion(place: string): boolean {
  return /-\d$/.test(place)
}

/** None of a row without figures: who does not know a price of text may write 0, and an embedding has no output. */
function quoteOf({ usd }: TableRow, place: string): TableQuote[] {
  const known = usd.flatMap((figure, index): [TokenKind, bigint][] => {
    const kind = TOKEN_KINDS[index]
    return figure === null || figure === 0 || kind === undefined ? [] : [[kind, parsePrice(figure)]]
  })
  if (known.length === 0) return []
  const perMillion = Object.fromEntries(known)
  return [{ perMillion, source: `bedrock-monitor@${TABLE_MONTH}`, asOf: TABLE_AS_OF, place }]
}
