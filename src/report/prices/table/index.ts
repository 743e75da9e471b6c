import { TOKEN_KINDS } from '../../charges.ts'
import { parsePrice } from '../../money.ts'
import type { Figures, Price, Unpriced } from '../book.ts'
import { geographiesOf, isCommercial, isListRegion, parseModelName, splitScope } from '../model-id.ts'
import { onePrice } from '../rules.ts'
import LINES from './lines.json' with { type: 'json' }

/** The month of the table's figures, which is all that their source tells, and that month's first day. */
const TABLE_MONTH = '2026-07'
const TABLE_AS_OF = '2026-07-01'

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
export const TABLE = new Map(
  LINES.filter((line) => !line.startsWith('#')).map((line) => {
    const [id = '', ...rows] = line.split(' | ')
    return [id, rows.map(parseRow)] as const
  }),
)

/** Places parted by spaces, and figures; null or left out where the source has none. */
function parseRow(row: string) {
  const words = row.split(' ')
  const first = words.findIndex((word) => /^[-\d]/.test(word))
  const usd = words.slice(first).map((figure) => (figure === '-' ? null : Number(figure)))
  return { at: words.slice(0, first).join(' '), usd }
}

/**
 * What the table says of a model id in a Region: its most specific row, of the Region itself, the geography or the list. The id
 * of a geographic profile bills the price of the calling Region, so the base id's row for that Region is its own. A figure for
 * a whole geography, or for no place at all, speaks of the Regions that are listed first, and of others only where the model has
 * one price.
 */
export function tableQuote(id: string, region: string) {
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

/**
 * @param place a Region, a geography, `global`, or `list` where the price names none
 * @returns none where the row has no figures: who does not know a price of text may write 0, and an embedding has no output
 */
function quoteAt(base: string, place: string) {
  const row = TABLE.get(base)?.find((one) => one.at.split(' ').includes(place))
  const known = TOKEN_KINDS.flatMap((kind, index) => {
    const figure = row?.usd[index]
    return figure ? [[kind, parsePrice(figure)]] : []
  })
  if (known.length === 0) return undefined
  const perMillion: Figures = Object.fromEntries(known)
  return { perMillion, source: `bedrock-monitor@${TABLE_MONTH}`, asOf: TABLE_AS_OF, place }
}

/** Models of whose use neither metrics nor records tell what the bill goes by, and why. */
const UNTOLD: readonly (readonly [RegExp, string])[] = [
  [
    /^amazon\.nova-(?:2-)?sonic/,
    'its speech tokens cost many times as much as its text tokens, and records do not distinguish them',
  ],
  [/^amazon\.nova-2-omni/, 'text, speech and image tokens have different prices, and records do not distinguish them'],
  [
    /^amazon\.nova-2-multimodal-embeddings/,
    'it bills text by token, images by piece, audio and video by second, and records do not distinguish them',
  ],
  [/^twelvelabs\.marengo/, 'it is billed by request, image and minute of audio or video, not by token'],
  [/^(?:amazon\.nova-reel|luma\.)/, 'it is billed by second of video, not by token'],
  [/^(?:amazon|cohere)\.rerank/, 'it is billed by query, not by token'],
]

/** Why tokens of a model have no price, whatever a list says of them; undefined of all other models. */
export function unitUntold(id: string): string | undefined {
  const { name } = parseModelName(id)
  return UNTOLD.find(([model]) => model.test(name))?.[1]
}

/** US dollars an image of models whose images all cost the same, in the one Region that has them (us-west-2). */
const FLAT: ReadonlyMap<string, number> = new Map(
  Object.entries<number>({
    'stability.sd3-large-v1:0': 0.08,
    'stability.sd3-5-large-v1:0': 0.08,
    'stability.stable-image-core-v1:0': 0.04,
    'stability.stable-image-core-v1:1': 0.04,
    'stability.stable-image-ultra-v1:0': 0.14,
    'stability.stable-image-ultra-v1:1': 0.14,
  }),
)
const FLAT_REGION = 'us-west-2'

/** Models whose images are billed by size and quality. Metrics and logs count images and do not tell the quality. */
const GRADED: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    'amazon.nova-canvas-v1:0': 'its images cost $0.04 to $0.08 by size and quality, and the quality is not known',
    'amazon.titan-image-generator-v1': 'its images are billed by size and quality, and the quality is not known',
    'amazon.titan-image-generator-v2:0': 'its images are billed by size and quality, and the quality is not known',
  }),
)

export const IMAGE_MODELS: readonly string[] = [...FLAT.keys(), ...GRADED.keys()]

/** What is known of the price of an image model; undefined of all others. */
export function imagePrice(id: string, region: string): Price | Unpriced | undefined {
  const { base } = splitScope(id)
  const graded = GRADED.get(base)
  if (graded !== undefined) return { unpriced: graded }
  const usd = FLAT.get(base)
  if (usd === undefined) return undefined
  if (region !== FLAT_REGION)
    return { unpriced: `no price known for ${region || 'an unknown Region'}; the known one is that of ${FLAT_REGION}` }
  const perImage = parsePrice(usd)
  return { perMillion: {}, perImage, source: `bedrock-monitor@${TABLE_MONTH}`, asOf: TABLE_AS_OF, warnings: [] }
}
