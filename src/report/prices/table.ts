import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { parsePrice } from '../money.ts'
import type { Quote } from './book.ts'
import { splitScope } from './model-id.ts'
import { geographiesOf, isCommercial, isListRegion } from './places.ts'
import { agree } from './quotes.ts'
import { TABLE, TABLE_AS_OF, TABLE_MONTH } from './table/index.ts'
import type { TableRow } from './table/row.ts'

/** A figure of the table. `wide`: it speaks for a whole geography, whose Regions may differ. */
export interface TableQuote extends Quote {
  /** A Region, a geography, `global`, or `list` where the price names none. */
  place: string
  wide: boolean
}

/**
 * What the table says of a model id in a Region, most specific first: the Region's own row, the geography's, the list's.
 * The id of a geographic profile bills the price of the calling Region, so the base id's row for that Region is its own.
 */
export function tableQuotes(id: string, region: string): TableQuote[] {
  const { scope, base } = splitScope(id)
  const quotes = (place: string, wide: boolean) => rowsAt(base, place).map((row) => ({ ...toQuote(row), place, wide }))
  if (scope === 'global') return isCommercial(region) ? quotes('global', false) : []
  const inGov = region.startsWith('us-gov-')
  if (inGov !== (scope === 'us-gov') && scope !== 'in-region') return []
  const geographies = scope === 'in-region' ? geographiesOf(region) : [scope]
  const geography = geographies.find((place) => rowsAt(base, place).length > 0)
  const wide = !inGov && !(isListRegion(region) && geographies.includes('us'))
  const named = [...quotes(region, false), ...(geography === undefined ? [] : quotes(geography, wide))]
  // The list price of a base id is the profile's, too, unless the profile has a row of its own.
  const listed = isListRegion(region) && (scope === 'in-region' || named.length === 0)
  return [...named, ...(listed ? quotes('list', false) : [])]
}

/** Whether the table knows commercial Regions in which the model has another price than the listed one. */
export function variesByPlace(base: string): boolean {
  const rows = rowsOf(base).filter((row) =>
    places(row).some((place) => place !== 'global' && !place.startsWith('us-gov')),
  )
  const figures = rows.map((row) => toQuote(row).perMillion)
  return figures.some((one) => figures.some((other) => !agree(one, other)))
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

function toQuote({ usd }: TableRow): Quote {
  const known = usd.flatMap((figure, index): [TokenKind, bigint][] => {
    const kind = TOKEN_KINDS[index]
    return figure === null || kind === undefined ? [] : [[kind, parsePrice(figure)]]
  })
  return { perMillion: Object.fromEntries(known), source: `bedrock-monitor@${TABLE_MONTH}`, asOf: TABLE_AS_OF }
}
