import type { TokenKind } from '../../charges.ts'
import type { Tier } from '../../terms.ts'

/** What a row of AWS's price list is, or has, that is not used as a price. */
export const LEFT_OUT = {
  'usage-type': 'the usage type has words that may mean another price',
  unit: 'the unit is not known',
  volume: 'the price depends on the volume used',
  price: 'no plausible price in US dollars: none, $0 or far too high',
  conflict: 'two prices for the same thing',
  model: 'the model has no known ID',
  modality: 'tokens that are not text, which records do not distinguish from text',
  media: 'billed by image, second or frame',
  capacity: 'reserved or provisioned capacity, billed by the hour',
  'custom-model': 'training, storage or use of a custom model',
  'not-tokens': 'not model usage: images of guardrails, searches and others',
  unreadable: 'not a readable product',
} as const

export type LeftOut = keyof typeof LEFT_OUT

/** How many rows were left out for one reason, and the usage type of the first of them, cut where it is long. */
export interface LeftOutCount {
  reason: LeftOut
  rows: number
  example: string
}

const LONGEST_EXAMPLE = 120

/** Adds up by reason, most first; what comes without a count is one. */
export function countLeftOut(all: Iterable<Omit<LeftOutCount, 'rows'> & { rows?: number }>): LeftOutCount[] {
  const counts = new Map<LeftOut, LeftOutCount>()
  for (const { reason, rows = 1, example } of all) {
    const known = counts.get(reason) ?? { reason, rows: 0, example: example.slice(0, LONGEST_EXAMPLE) }
    counts.set(reason, { ...known, rows: known.rows + rows })
  }
  return [...counts.values()].sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1))
}

const ROUTINGS = ['in-region', 'geographic', 'global'] as const
export type Routing = (typeof ROUTINGS)[number]

export const MODALITIES = ['speech', 'audio', 'image', 'video'] as const
export type Modality = (typeof MODALITIES)[number]

/** What the list bills by. Some models have cache writes of 30 minutes, and none of five. */
export type ListedKind = TokenKind | 'cacheWrite30m' | 'image' | 'textUnit'

/** On which terms tokens are listed and billed, as a usage type tells. */
export interface BilledTerms {
  tier: Tier
  routing: Routing
  /** Of a long prompt; from which length on, neither list nor bill says. */
  long: boolean
  /** Of a call through the OpenAI-compatible endpoint. */
  mantle: boolean
  modality?: Modality
}

export interface BilledUsage extends BilledTerms {
  kind: ListedKind
  /** The part before the kind, as it stands: a name of the model, the model id of a mantle row, or nothing. */
  subject: string
}

/** Words that may stand behind the kind of token. Whatever else stands there may mean another price. */
const MARK = /^-(latency-optimized|long-context|long-ctx|lctx|cross-region|custom-model|[a-z]+|\d+[mh])/

export const TIERS_IN_WORDS = ['batch', 'flex', 'priority', 'latency-optimized'] as const

interface Mark {
  tier?: Tier
  routing?: Routing
  long?: true
  custom?: true
}

const MARKS: ReadonlyMap<string, Mark> = new Map<string, Mark>([
  ['standard', { tier: 'standard' }],
  ['default', { tier: 'standard' }],
  ...TIERS_IN_WORDS.map((tier) => [tier, { tier }] as const),
  ...['long-context', 'long-ctx', 'lctx'].map((word) => [word, { long: true }] as const),
  ['cross-region', { routing: 'geographic' }],
  ['geo', { routing: 'geographic' }],
  ['global', { routing: 'global' }],
  ['custom-model', { custom: true }],
])

const KIND =
  /^(?<subject>.*?)-?(?<![a-z0-9])(?:cache-(?<cache>read|writes?)(?:-(?<ttl>\d+[mh]))?(?:-input)?|(?<cached>cached-input)|(?:(?<spoken>speech-understanding)-)?(?<side>input|output)(?:-(?<of>image|audio|video|speech))?)-tokens?(?:-count)?(?<rest>(?:-[a-z0-9]+)*)$/

/** Text units of a kind of policy of guardrails, which has one price. */
const POLICY = /^(guardrail-(?:content|topic|word|contextualgrounding)policy)unitsconsumed$/

/**
 * Takes a usage type of any of the price list's three services apart: `USE1-NovaMicro-input-tokens-batch`,
 * `USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units`, `USE1-MP:USE1_input_tokens_long_ctx_global_standard-Units`,
 * `USE1-qwen.qwen3-32b-mantle-input-tokens-flex`. Why it is left out, for all that is not plainly a kind of token or a created
 * image: a word that is not known may mean another price.
 */
export function parseUsageType(usageType: string): BilledUsage | LeftOut {
  const marketplace = /^[A-Z0-9]+-MP:[A-Z0-9]+_(?<body>.+?)-Units$/.exec(usageType)?.groups?.body
  const plain = { tier: 'standard', routing: 'in-region', long: false, mantle: false, subject: '' } as const
  if (marketplace?.toLowerCase() === 'created_image') return { ...plain, kind: 'image' }
  const words = marketplace === undefined ? usageType.replace(/^[A-Z0-9]+-/, '').toLowerCase() : wordsOf(marketplace)
  const policy = POLICY.exec(words)?.[1]
  if (policy !== undefined) return { ...plain, kind: 'textUnit', subject: policy }
  const { subject = '', cache, cached, side, of, spoken, ttl, rest } = KIND.exec(words)?.groups ?? {}
  // "MillionBatchInputTokens": in the marketplace's names nothing but a tier stands before the kind.
  const lead = marketplace === undefined ? [] : marksIn(subject.replace(/^million(?:-|$)/, '').replace(/^(?=.)/, '-'))
  const marks = rest === undefined ? undefined : marksIn(rest)
  if (!marks || !lead || lead.some((mark) => typeof mark === 'string')) return reasonFor(words)
  const ttls = [ttl, ...marks].filter((mark) => typeof mark === 'string')
  const all = [...lead, ...marks].filter((mark) => typeof mark === 'object')
  const kind = kindOf(cached ? 'read' : cache?.replace(/s$/, ''), side, ttls)
  const isOther = /(?:^|-)(?:custom|customization|reserved|provisioned|commit|month|training)$/.test(subject)
  if (kind === undefined || isOther || all.some(({ custom }) => custom)) return reasonFor(words)
  const [tier = 'standard', ...more] = new Set(all.flatMap((mark) => mark.tier ?? []))
  if (more.length > 0) return 'usage-type'
  const routings = marks.flatMap((mark) => (typeof mark === 'object' && mark.routing) || [])
  const word = of ?? spoken ?? /-(?<last>speech|audio|image|video)$/.exec(subject)?.groups?.last
  const modality = MODALITIES.find((one) => word === one || word === `${one}-understanding`)
  return {
    kind,
    routing: routings.includes('global') ? 'global' : (routings[0] ?? 'in-region'),
    tier,
    long: marks.some((mark) => typeof mark === 'object' && mark.long),
    mantle: marketplace === undefined && subject.endsWith('-mantle'),
    ...(modality && { modality }),
    subject: marketplace === undefined ? subject.replace(/-mantle$/, '') : '',
  }
}

/** `CacheWrite1hInputTokenCount_Global` → `cache-write-1h-input-token-count-global`. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z])([A-Z0-9])/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
}

function kindOf(cache: string | undefined, side: string | undefined, ttls: readonly string[]): ListedKind | undefined {
  const [ttl = '5m', ...more] = ttls
  if (more.length > 0 || (cache !== 'write' && ttls.length > 0)) return undefined
  if (cache === 'write') return CACHE_WRITES.get(ttl)
  return cache === 'read' ? 'cacheRead' : side === 'input' || side === 'output' ? side : undefined
}

const CACHE_WRITES: ReadonlyMap<string, ListedKind> = new Map([
  ['5m', 'cacheWrite'],
  ['1h', 'cacheWrite1h'],
  ['30m', 'cacheWrite30m'],
])

/** What each of the words says, and lifetimes as they stand; undefined where one is not known. */
function marksIn(words: string): (Mark | string)[] | undefined {
  const marks: (Mark | string)[] = []
  for (let rest = words; rest !== ''; ) {
    const word = MARK.exec(rest)?.[1] ?? ''
    const mark = /^\d/.test(word) ? word : MARKS.get(word)
    if (mark === undefined) return undefined
    marks.push(mark)
    rest = rest.slice(word.length + 1)
  }
  return marks
}

/** Why a usage type is no price of a token, by the words in it. */
function reasonFor(words: string): LeftOut {
  if (/reserved|provisioned|commit|model-?units|tpm|per-minute/.test(words)) return 'capacity'
  if (/custom|training|fine-?tun|rft|storage|distill/.test(words)) return 'custom-model'
  if (/(?:input|output|cached?|million).*token/.test(words)) return 'usage-type'
  return /speech|audio|image|video|second|minute|[tiv]2[iv]-|frame/.test(words) ? 'media' : 'not-tokens'
}
