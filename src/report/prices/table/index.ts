import { TOKEN_KINDS } from '../../charges.ts'
import { parsePrice } from '../../money.ts'
import type { Quote } from '../book.ts'
import { geographiesOf, isCommercial, isListRegion, splitScope } from '../model-id.ts'
import { onePrice } from '../rules.ts'

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
 * Our own price table, a model a line. One public source of July 2026, carried over as it stood, mistakes included: a figure that
 * another source contradicts is shown as disputed, not silently corrected. Places, and the figures that hold there:
 * - `list`: the model's base id, with no Region named; what such a price covers is judged in `places.ts`. Where the source gives
 *   the same figure for global routing and others for the geographies, it is the global one and stands as such alone;
 * - `global`, `us`, `eu` …: the system inference profile with that prefix;
 * - `us-east-1` …: the base id in that Region.
 *
 * Figures are US dollars per million tokens, on demand, standard tier: input, output, cache read, cache write for five minutes,
 * cache write for an hour.
 */
const LINES = `
ai21.j2-mid-v1 | list 12.5 12.5
ai21.j2-ultra-v1 | list 18.8 18.8
ai21.jamba-1-5-large-v1:0 | list 2 8
ai21.jamba-1-5-mini-v1:0 | list 0.2 0.4
ai21.jamba-instruct-v1:0 | list 0.5 0.7
amazon.nova-2-lite-v1:0 | global 0.3 2.5 0.075 | apac eu us 0.33 2.75 0.0825
amazon.nova-2-multimodal-embeddings-v1:0 | list 0.135 0
amazon.nova-2-pro-preview-20251202-v1:0 | list apac eu us 2.1875 17.5 0.546875
amazon.nova-lite-v1:0 | list us 0.06 0.24 | apac 0.063 0.252 | eu 0.078 0.312
# Tokyo from AWS's own list, where it stands apart from the rest of its geography.
amazon.nova-micro-v1:0 | list us 0.035 0.14 | apac 0.037 0.148 | ap-northeast-1 0.042 0.168 | eu 0.046 0.184
amazon.nova-premier-v1:0 | us 2.5 12.5
amazon.nova-pro-v1:0 | list us 0.8 3.2 | us-gov-east-1 us-gov-west-1 0.96 3.84 | apac 0.84 3.36 | eu 1.05 4.2
amazon.titan-embed-g1-text-02 | list 0.1 0
amazon.titan-embed-image-v1 | list 0.8 0
amazon.titan-embed-text-v1 | list us-gov-east-1 us-gov-west-1 0.1 0
amazon.titan-embed-text-v2:0 | list 0.02 0 | us-gov-east-1 us-gov-west-1 0.2 0
amazon.titan-text-express-v1 | list us-gov-east-1 us-gov-west-1 1.3 1.7
amazon.titan-text-lite-v1 | list us-gov-east-1 us-gov-west-1 0.3 0.4
amazon.titan-text-premier-v1:0 | list us-gov-east-1 us-gov-west-1 0.5 1.5
# The source's figure for eu is left out: it is that of Claude 3 Haiku.
anthropic.claude-3-5-haiku-20241022-v1:0 | list us 0.8 4 0.08 1
anthropic.claude-3-5-sonnet-20240620-v1:0 | list apac eu us 3 15 0.3 3.75 | us-gov-east-1 us-gov-west-1 3.6 18 0.36 4.5
anthropic.claude-3-5-sonnet-20241022-v2:0 | list apac eu us 3 15 0.3 3.75
anthropic.claude-3-7-sonnet-20240620-v1:0 | list 3.6 18 0.36 4.5
anthropic.claude-3-7-sonnet-20250219-v1:0 | list eu us 3 15 0.3 3.75 | us-gov-west-1 3.6 18 0.36 4.5
anthropic.claude-3-haiku-20240307-v1:0 | list apac eu us 0.25 1.25 0.025 0.3125 | us-gov-east-1 us-gov-west-1 0.3 1.5 0.03 0.375
anthropic.claude-3-opus-20240229-v1:0 | list eu us 15 75 1.5 18.75
anthropic.claude-3-sonnet-20240229-v1:0 | list apac eu us 3 15 0.3 3.75
anthropic.claude-fable-5 | global 10 50 1 12.5 20 | eu us 11 55 1.1 13.75 22
anthropic.claude-haiku-4-5-20251001-v1:0 | global 1 5 0.1 1.25 2 | us-gov-east-1 us-gov-west-1 1.2 6 0.12 1.5 2.4 | apac 1.1 5.5 0.11 1.375 | au eu jp us 1.1 5.5 0.11 1.375 2.2
anthropic.claude-instant-v1 | list us-east-1 us-west-2 0.8 2.4 | ap-northeast-1 2.23 7.55 | eu-central-1 2.48 8.38
anthropic.claude-mythos-preview | list 0 0
anthropic.claude-opus-4-1-20250805-v1:0 | list eu us 15 75 1.5 18.75
anthropic.claude-opus-4-20250514-v1:0 | list eu us 15 75 1.5 18.75
anthropic.claude-opus-4-5-20251101-v1:0 | global 5 25 0.5 6.25 10 | eu 5 25 0.5 6.25 | us 5.5 27.5 0.55 6.875 11
anthropic.claude-opus-4-6-v1 | global 5 25 0.5 6.25 10 | au eu us 5.5 27.5 0.55 6.875 11
anthropic.claude-opus-4-7 | global 5 25 0.5 6.25 10 | au eu us 5.5 27.5 0.55 6.875 11 | jp 5.5 27.5 0.55 6.875
anthropic.claude-opus-4-8 | global 5 25 0.5 6.25 10 | au eu jp us 5.5 27.5 0.55 6.875 11
anthropic.claude-opus-5 | global 5 25 0.5 6.25 10 | au eu jp us 5.5 27.5 0.55 6.875 11
anthropic.claude-sonnet-4-20250514-v1:0 | list global apac eu us 3 15 0.3 3.75
anthropic.claude-sonnet-4-5-20250929-v1:0 | global 3 15 0.3 3.75 6 | us-gov-east-1 us-gov-west-1 us-gov 3.6 18 0.36 4.5 7.2 | au eu jp us 3.3 16.5 0.33 4.125 6.6
anthropic.claude-sonnet-4-6 | global 3 15 0.3 3.75 6 | au eu jp us 3.3 16.5 0.33 4.125 6.6
anthropic.claude-sonnet-5 | global 2 10 0.2 2.5 4 | au eu jp us 2.2 11 0.22 2.75 4.4
anthropic.claude-v1 | list ap-northeast-1 eu-central-1 us-east-1 us-west-2 8 24
anthropic.claude-v2:1 | list ap-northeast-1 eu-central-1 us-east-1 us-west-2 8 24
cohere.command-light-text-v14 | list 0.3 0.6
cohere.command-r-plus-v1:0 | list 3 15
cohere.command-r-v1:0 | list 0.5 1.5
cohere.command-text-v14 | list 1.5 2
cohere.embed-english-v3 | list 0.1 0
cohere.embed-multilingual-v3 | list 0.1 0
cohere.embed-v4:0 | list 0.12 0
deepseek.r1-v1:0 | us 1.35 5.4
deepseek.v3-v1:0 | list 0.58 1.68
deepseek.v3.2 | list us us-east-1 us-east-2 us-west-2 0.62 1.85 | eu ap-northeast-1 ap-south-1 ap-southeast-3 eu-north-1 sa-east-1 0.74 2.22
google.gemma-3-12b-it | list 0.09 0.29
google.gemma-3-27b-it | list 0.23 0.38
google.gemma-3-4b-it | list 0.04 0.08
meta.llama2-13b-chat-v1 | list 0.75 1
meta.llama2-70b-chat-v1 | list 1.95 2.56
meta.llama3-1-405b-instruct-v1:0 | list us 5.32 16
meta.llama3-1-70b-instruct-v1:0 | list us 0.99 0.99
meta.llama3-1-8b-instruct-v1:0 | list us 0.22 0.22
meta.llama3-2-11b-instruct-v1:0 | list us 0.35 0.35
meta.llama3-2-1b-instruct-v1:0 | eu 0.13 0.13 | list us 0.1 0.1
meta.llama3-2-3b-instruct-v1:0 | eu 0.19 0.19 | list us 0.15 0.15
meta.llama3-2-90b-instruct-v1:0 | list us 2 2
meta.llama3-3-70b-instruct-v1:0 | list us 0.72 0.72
meta.llama3-70b-instruct-v1:0 | list us-east-1 us-gov-east-1 us-gov-west-1 us-west-1 2.65 3.5 | ap-south-1 3.18 4.2 | ca-central-1 3.05 4.03 | eu-west-1 2.86 3.78 | eu-west-2 3.45 4.55 | sa-east-1 4.45 5.88
meta.llama3-8b-instruct-v1:0 | list us-east-1 us-west-1 0.3 0.6 | ap-south-1 0.36 0.72 | ca-central-1 0.35 0.69 | eu-west-1 0.32 0.65 | eu-west-2 0.39 0.78 | sa-east-1 0.5 1.01 | us-gov-east-1 us-gov-west-1 0.3 2.65
meta.llama4-maverick-17b-instruct-v1:0 | list us 0.24 0.97
meta.llama4-scout-17b-instruct-v1:0 | list us 0.17 0.66
minimax.minimax-m2 | list 0.3 1.2
minimax.minimax-m2.1 | list us-east-1 us-east-2 us-west-2 0.3 1.2 | ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1 0.36 1.44 | eu-west-2 0.47 1.86
minimax.minimax-m2.5 | list us-east-1 us-east-2 us-west-2 0.3 1.2 | ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1 0.36 1.44 | ap-southeast-2 0.309 1.236 | eu-west-2 0.47 1.86
mistral.devstral-2-123b | list 0.4 2
mistral.magistral-small-2509 | list 0.5 1.5
mistral.ministral-3-14b-instruct | list 0.2 0.2
mistral.ministral-3-3b-instruct | list 0.1 0.1
mistral.ministral-3-8b-instruct | list 0.15 0.15
mistral.mistral-7b-instruct-v0:2 | list us-east-1 us-west-2 0.15 0.2 | eu-west-3 0.2 0.26
mistral.mistral-large-2402-v1:0 | list us-east-1 us-west-2 8 24 | eu-west-3 10.4 31.2
mistral.mistral-large-2407-v1:0 | list 3 9
mistral.mistral-large-3-675b-instruct | list 0.5 1.5
mistral.mistral-small-2402-v1:0 | list 1 3
mistral.mixtral-8x7b-instruct-v0:1 | list us-east-1 us-west-2 0.45 0.7 | eu-west-3 0.59 0.91
mistral.pixtral-large-2502-v1:0 | eu us 2 6
mistral.voxtral-mini-3b-2507 | list 0.04 0.04
mistral.voxtral-small-24b-2507 | list 0.1 0.3
moonshot.kimi-k2-thinking | list 0.6 2.5
moonshotai.kimi-k2-thinking | list ap-northeast-1 sa-east-1 0.73 3.03 | ap-south-1 0.71 2.94 | us-east-1 us-east-2 us-west-2 0.6 2.5
moonshotai.kimi-k2.5 | list us-east-1 us-east-2 us-west-2 0.6 3 | list 0.6 3.03 | ap-northeast-1 ap-south-1 ap-southeast-3 eu-north-1 sa-east-1 0.72 3.6
nvidia.nemotron-nano-12b-v2 | list 0.2 0.6
nvidia.nemotron-nano-3-30b | list 0.06 0.24
nvidia.nemotron-nano-9b-v2 | list 0.06 0.23
nvidia.nemotron-super-3-120b | list 0.15 0.65
openai.gpt-oss-120b-1:0 | list 0.15 0.6
openai.gpt-oss-20b-1:0 | list 0.07 0.3
openai.gpt-oss-safeguard-120b | list 0.15 0.6
openai.gpt-oss-safeguard-20b | list 0.07 0.2
qwen.qwen3-235b-a22b-2507-v1:0 | list 0.22 0.88
qwen.qwen3-32b-v1:0 | list 0.15 0.6
qwen.qwen3-coder-30b-a3b-v1:0 | list 0.15 0.6
qwen.qwen3-coder-480b-a35b-v1:0 | list 0.22 1.8
qwen.qwen3-coder-next | list us-east-1 us-east-2 us-west-2 0.5 1.2 | ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-south-1 eu-west-1 sa-east-1 0.6 1.44 | eu-west-2 0.78 1.86
qwen.qwen3-next-80b-a3b | list 0.15 1.2
qwen.qwen3-vl-235b-a22b | list 0.53 2.66
twelvelabs.marengo-embed-2-7-v1:0 | list eu us 70 0
twelvelabs.pegasus-1-2-v1:0 | list eu us - 7.5
writer.palmyra-x4-v1:0 | list us 2.5 10
writer.palmyra-x5-v1:0 | list us 0.6 6
zai.glm-4.7 | list 0.6 2.2
zai.glm-4.7-flash | list 0.07 0.4
zai.glm-5 | list us-east-1 us-west-2 1 3.2
`

export const TABLE: ReadonlyMap<string, readonly TableRow[]> = rowsByModel(LINES)

function rowsByModel(lines: string): Map<string, TableRow[]> {
  return new Map(
    lines.match(/^[^#\n].*$/gm)?.map((line) => {
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
