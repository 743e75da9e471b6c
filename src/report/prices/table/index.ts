import { TOKEN_KINDS } from '../../charges.ts'
import { parsePrice } from '../../money.ts'
import type { Quote } from '../book.ts'
import { geographiesOf, isCommercial, isListRegion, splitScope } from '../model-id.ts'
import { onePrice } from '../rules.ts'
import LINES from './lines.json' with { type: 'json' }

export interface TableRow {
  /** Parted by spaces. */
  at: string
  /** US dollars per million tokens; null or left out where the source has no figure. */
  usd: readonly (number | null)[]
}

/** The month of the table's figures, which is all that their source tells, and that month's first day. */
export const TABLE_MONTH = '2026-07'
export const TABLE_AS_OF = '2026-07-01'

/**
 * Our own price table, a model a line of `lines.json`. One public source of July 2026, carried over as it stood, mistakes included: a
 * figure that another source contradicts is shown as disputed, not silently corrected. Places, and the figures that hold there:
 * - `list`: the model's base id, with no Region named; what such a price covers is judged in `places.ts`. Where the source gives
 *   the same figure for global routing and others for the geographies, it is the global one and stands as such alone;
 * - `global`, `us`, `eu` …: the system inference profile with that prefix;
 * - `us-east-1` …: the base id in that Region.
 *
 * Figures are US dollars per million tokens, on demand, standard tier: input, output, cache read, cache write for five minutes,
 * cache write for an hour.
 */
export const TABLE: ReadonlyMap<string, readonly TableRow[]> = rowsByModel(LINES)

function rowsByModel(lines: readonly string[]): Map<string, TableRow[]> {
  return new Map(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const [id = '', ...rows] = line.split(' | ')
        return [id, rows.map(parseRow)]
      }),
  )
}

function parseRow(row: string): TableRow {
  const words = row.split(' ')
  const first = words.findIndex((word) => /^[-\d]/.test(word))
  const usd = words.slice(first).map((figure) => (figure === '-' ? null : Number(figure)))
  return { at: words.slice(0, first).join(' '), usd }
}

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
  const known = TOKEN_KINDS.flatMap((kind, index) => {
    const figure = row?.usd[index]
    return figure ? [[kind, parsePrice(figure)]] : []
  })
  if (known.length === 0) return undefined
  return { perMillion: Object.fromEntries(known), source: `bedrock-monitor@${TABLE_MONTH}`, asOf: TABLE_AS_OF, place }
}
