import type { TokenKind } from '../../charges.ts'
import type { Tier } from '../../terms.ts'
import type { LeftOut } from './left-out.ts'

/** How a call is routed, as far as it is billed apart. */
export const ROUTINGS = ['in-region', 'geographic', 'global'] as const
export type Routing = (typeof ROUTINGS)[number]

/** What tokens stand for that are no text. */
export const MODALITIES = ['speech', 'audio', 'image', 'video'] as const
export type Modality = (typeof MODALITIES)[number]

/** What the list bills by. Some models have cache writes of 30 minutes, and none of five. */
export type ListedKind = TokenKind | 'cacheWrite30m' | 'image' | 'textUnit'

/** What a usage type of the price list bills. */
export interface BilledUsage {
  kind: ListedKind
  routing: Routing
  tier: Tier
  /** Only of prompts that are long; from which length on, the list does not say. */
  long: boolean
  /** Of calls through the OpenAI-compatible endpoint. */
  mantle: boolean
  modality?: Modality
  /** The part before the kind, as it stands: a name of the model, the model id of a mantle row, or nothing. */
  subject: string
}

/** Marks that may stand behind the kind of token. Whatever else stands there may mean another price. */
const MARK = /^-(latency-optimized|long-context|long-ctx|lctx|cross-region|custom-model|[a-z]+|\d+[mh])/

const TIER_OF: ReadonlyMap<string, Tier> = new Map(
  Object.entries<Tier>({
    standard: 'standard',
    default: 'standard',
    batch: 'batch',
    flex: 'flex',
    priority: 'priority',
    'latency-optimized': 'latency-optimized',
  }),
)
const LONG = new Set(['long-context', 'long-ctx', 'lctx'])
const ROUTING_OF: ReadonlyMap<string, Routing> = new Map(
  Object.entries<Routing>({ 'cross-region': 'geographic', geo: 'geographic', global: 'global' }),
)

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
  const groups = KIND.exec(words)?.groups
  const marks = groups && marksOf(groups.rest ?? '')
  if (!groups || !marks) return reasonFor(words)
  const { subject = '', cache, cached, side, of, spoken } = groups
  const kind = kindOf(cached ? 'read' : cache?.replace(/s$/, ''), side, [groups.ttl, ...marks.ttls])
  const model = marketplace === undefined ? subject : ''
  // "MillionBatchInputTokens": in the marketplace's names nothing but a tier stands before the kind.
  const lead =
    marketplace === undefined ? undefined : marksOf(subject.replace(/^million(?:-|$)/, '').replace(/^(?=.)/, '-'))
  if (kind === undefined || marks.custom) return reasonFor(words)
  if (marketplace !== undefined && (!lead || lead.custom || lead.ttls.length > 0)) return reasonFor(words)
  if (/(?:^|-)(?:custom|customization|reserved|provisioned|commit|month|training)$/.test(subject))
    return reasonFor(words)
  const tiers = new Set([...(lead?.tiers ?? []), ...marks.tiers])
  const [tier = 'standard', ...more] = tiers
  if (more.length > 0) return 'usage-type'
  const modality = modalityOf(of ?? spoken ?? /-(?<last>speech|audio|image|video)$/.exec(subject)?.groups?.last)
  return {
    kind,
    routing: marks.routing,
    tier,
    long: marks.long,
    mantle: marketplace === undefined && subject.endsWith('-mantle'),
    ...(modality && { modality }),
    subject: model.replace(/-mantle$/, ''),
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

function kindOf(
  cache: string | undefined,
  side: string | undefined,
  ttls: readonly (string | undefined)[],
): ListedKind | undefined {
  const [ttl, ...more] = ttls.filter((one) => one !== undefined)
  if (more.length > 0) return undefined
  if (cache === 'write') {
    if (ttl === undefined || ttl === '5m') return 'cacheWrite'
    return ttl === '1h' ? 'cacheWrite1h' : ttl === '30m' ? 'cacheWrite30m' : undefined
  }
  if (ttl !== undefined) return undefined
  return cache === 'read' ? 'cacheRead' : side === 'input' || side === 'output' ? side : undefined
}

interface Marks {
  routing: Routing
  tiers: Tier[]
  ttls: string[]
  long: boolean
  custom: boolean
}

/** Undefined where one of the words is not known. */
function marksOf(words: string): Marks | undefined {
  const marks: Marks = { routing: 'in-region', tiers: [], ttls: [], long: false, custom: false }
  for (let rest = words; rest !== ''; ) {
    const word = MARK.exec(rest)?.[1]
    if (word === undefined) return undefined
    const tier = TIER_OF.get(word)
    const routing = ROUTING_OF.get(word)
    if (tier) marks.tiers.push(tier)
    else if (routing) marks.routing = marks.routing === 'global' ? 'global' : routing
    else if (LONG.has(word)) marks.long = true
    else if (word === 'custom-model') marks.custom = true
    else if (/^\d/.test(word)) marks.ttls.push(word)
    else return undefined
    rest = rest.slice(word.length + 1)
  }
  return marks
}

function modalityOf(word: string | undefined): Modality | undefined {
  return word === 'speech-understanding' ? 'speech' : MODALITIES.find((one) => one === word)
}

/** Why a usage type is no price of a token, by the words in it. */
function reasonFor(words: string): LeftOut {
  if (/reserved|provisioned|commit|model-?units|tpm|per-minute/.test(words)) return 'capacity'
  if (/custom|training|fine-?tun|rft|storage|distill/.test(words)) return 'custom-model'
  if (/(?:input|output|cached?|million).*token/.test(words)) return 'usage-type'
  return /speech|audio|image|video|second|minute|[tiv]2[iv]-|frame/.test(words) ? 'media' : 'not-tokens'
}
