import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { parsePrice } from '../money.ts'
import type { Quote } from './book.ts'
import { onePrice } from './claude-and-nova.ts'
import { splitScope } from './model-id.ts'
import { geographiesOf, isCommercial, isListRegion } from './places.ts'
import { TABLE, TABLE_AS_OF, TABLE_MONTH } from './table/index.ts'

export interface TableQuote extends Quote {
  asOf: string
  /** A Region, a geography, `global`, or `list` where the price names none. */
  place: string
}

/**
 * What the table says of a model id in a Region: its most specific row, of the Region itself, the geography or the list. The id
 * of a geographic profile bills the price of the calling Region, so the base id's row for that Region is its own. A figure for
 * a whole geography, or for no place at all, speaks of the Regions that are listed first, and of others only where the model has
 * one price.
 */
export function tableQuote(id: string, region: string): TableQuote | undefined {
  const { scope, base } = splitScope(id)
  const everywhere = onePrice(id) !== undefined
  if (scope === 'global')
    return isCommercial(region) && (everywhere || isListRegion(region)) ? quoteAt(base, 'global') : undefined
  const inGov = region.startsWith('us-gov-')
  if (inGov !== (scope === 'us-gov') && scope !== 'in-region') return undefined
  const geographies = scope === 'in-region' ? geographiesOf(region) : [scope]
  const wide = inGov || everywhere || isListRegion(region) ? geographies : []
  const places = [region, ...wide, ...(isListRegion(region) ? ['list'] : [])]
  return places.map((place) => quoteAt(base, place)).find((quote) => quote !== undefined)
}

/** Every model id that the table has a price of. */
export function tableIds(): string[] {
  return [...TABLE].flatMap(([base, rows]) => {
    const named = rows.flatMap(({ at }) => at.split(' '))
    const prefixes = named.filter((place) => place !== 'list' && !/-\d$/.test(place))
    const own = named.length > prefixes.length ? [base] : []
    return [...own, ...prefixes.map((prefix) => `${prefix}.${base}`)]
  })
}

/** None where the row has no figures: who does not know a price of text may write 0, and an embedding has no output. */
function quoteAt(base: string, place: string): TableQuote | undefined {
  const row = TABLE.get(base)?.find((one) => one.at.split(' ').includes(place))
  const known = (row?.usd ?? []).flatMap((figure, index): [TokenKind, bigint][] => {
    const kind = TOKEN_KINDS[index]
    return !figure || kind === undefined ? [] : [[kind, parsePrice(figure)]]
  })
  if (known.length === 0) return undefined
  return { perMillion: Object.fromEntries(known), source: `bedrock-monitor@${TABLE_MONTH}`, asOf: TABLE_AS_OF, place }
}
