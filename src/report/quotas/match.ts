import { parseModelName, pricedId, type RoutedModel, splitScope } from '../prices/model-id.ts'
import type { Routing } from '../prices/price-list/usage-type.ts'

export interface Quota {
  code: string
  name: string
  value: number
}

export type ModelQuotas = Partial<Record<Measure, Quota>>

/**
 * Finds the quotas of models among those of a Region. A quota is a model's where its name says so: the same routing, maker, words
 * and version. AWS names no other link (its quotas of Bedrock have no UsageMetric). None, or several that say so, is unknown: a limit is
 * never guessed.
 */
export function quotaBook(quotas: readonly Quota[]): (model: RoutedModel) => ModelQuotas {
  const named = quotas.flatMap((quota) => {
    const name = parseQuotaName(quota.name)
    return name ? [{ quota, name }] : []
  })
  return ({ routing, base }) => {
    const id = wordsOfId(base)
    const own = named.filter(({ name }) => id && name.routing === routing && isNamed(name.model, id))
    const known: ModelQuotas = {}
    for (const measure of MEASURES) {
      const [only, ...others] = own.filter(({ name }) => name.measure === measure)
      if (only && others.length === 0) known[measure] = only.quota
    }
    return known
  }
}

/** A model as the words of its name and its version, however it is spelled. */
interface ModelWords {
  /** `claude sonnet 4 5`, `llama 3 2 1b instruct`: numbers apart from the letters before them, versions in parts. */
  words: string
  /** `1.0`; a name that says none is of the first. */
  version: string
}

/** The words with which a maker may be named in front of a quota's model, by the maker's part of the model id. */
const MAKERS = new Map<string, readonly string[]>([
  ...['amazon', 'anthropic', 'cohere', 'deepseek', 'meta', 'minimax', 'nvidia', 'qwen'].map(
    (maker) => [maker, [maker]] as const,
  ),
  ...['luma', 'mistral', 'moonshot', 'stability', 'writer'].map((maker) => [maker, [`${maker} ai`, maker]] as const),
  ['ai21', ['ai 21 labs', 'ai 21']],
  ['moonshotai', ['moonshot ai', 'moonshot']],
  ['openai', ['openai', 'open ai']],
  ['twelvelabs', ['twelve labs', 'twelvelabs']],
  ['zai', ['z ai', 'zai']],
])

/** Models that quotas call otherwise than their ids do. */
const CALLED: ReadonlyMap<string, string> = new Map([
  ['titan embed image', 'titan multimodal embeddings g 1'],
  ['titan embed text', 'titan text embeddings'],
  ['titan image generator', 'titan image generator g 1'],
])

/**
 * The words of a base model's id (`anthropic.claude-sonnet-4-5-20250929-v1:0`) without its maker, date and version.
 * Undefined where the id is of another form, such as one with a context length (`…-v1:0:48k`).
 */
function wordsOfId(base: string): (ModelWords & { maker: string }) | undefined {
  const dot = base.indexOf('.')
  if (dot < 1 || /:\d+:/.test(base)) return undefined
  const maker = base.slice(0, dot)
  // `openai.gpt-oss-120b-1:0` has its version without the letter.
  const { name, version, revision } = parseModelName(base.slice(dot + 1).replace(/-(\d):(\d+)$/, '-v$1:$2'))
  if (name.includes(':')) return undefined
  const words = split(name)
  return { maker, words: CALLED.get(words) ?? words, version: `${version}.${revision}` }
}

/** Whether a quota's model, `Anthropic Claude Sonnet 4.5 V1`, is exactly that of a base model's id: maker, words and version. */
function isNamed(quotaModel: string, id: ModelWords & { maker: string }): boolean {
  const name = quotaModel.replace(/\b(\d\d)\.(\d\d)\b/g, '$1$2')
  const [, head = '', version = '1', revision = '0'] = /^(.+) v(\d+)(?:\.(\d+))?$/i.exec(name) ?? []
  // What looks like a version may be the model's very name: "DeepSeek V3.1".
  return is(split(name), '1.0', id) || (head !== '' && is(split(head), `${version}.${revision}`, id))
}

function is(words: string, version: string, id: ModelWords & { maker: string }): boolean {
  const makers = ['', ...(MAKERS.get(id.maker) ?? []).map((maker) => `${maker} `)]
  return version === id.version && makers.some((maker) => words === maker + id.words)
}

function split(name: string): string {
  return name
    .toLowerCase()
    .replace(/(?<=[a-z])(?=\d)/g, ' ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
}

/**
 * The model and the way to it that a ModelId of CloudWatch names: an id, or the ARN of a foundation model or of a system
 * inference profile. Undefined for what counts against no quota by the minute (provisioned throughput, custom models), and
 * for application profiles, which do not say.
 */
export function routedModel(modelId: string): RoutedModel | undefined {
  const id = pricedId(modelId)
  return typeof id === 'string' && id !== '' ? splitScope(id) : undefined
}

/** A name for what shares a quota, which is by model and routing; geographies share theirs. */
export function poolName({ routing, base }: RoutedModel): string {
  return routing === 'in-region' ? base : `${routing === 'global' ? 'global' : 'cross-region'}.${base}`
}

export const MEASURES = ['tokensPerMinute', 'requestsPerMinute'] as const
export type Measure = (typeof MEASURES)[number]

/** What tells the use of each quota: tokens with the burn-down rate of the model in them, and accepted calls. */
export const METRIC_OF: Record<Measure, string> = {
  tokensPerMinute: 'EstimatedTPMQuotaUsage',
  requestsPerMinute: 'Invocations',
}

/** By the words in front, of which there are two generations. */
const ROUTINGS: ReadonlyMap<string, Routing> = new Map([
  ['on-demand', 'in-region'],
  ['cross-region', 'geographic'],
  ['global cross-region', 'global'],
])

/**
 * Reads the name of a quota on a model's tokens or requests a minute. Undefined for every other quota: of days, of batches,
 * of the latency-optimized tier, of other endpoints, and of requests without a word of how they are routed.
 */
export function parseQuotaName(name: string) {
  const match =
    /^(?<routing>on-demand|(?:global )?cross-region) (?:model inference|invokemodel) (?<what>tokens|requests) per minute for (?<model>\S.*)$/i.exec(
      name.trim(),
    )
  const { routing: words = '', what = '', model = '' } = match?.groups ?? {}
  const routing = ROUTINGS.get(words.toLowerCase())
  if (routing === undefined) return undefined
  const measure: Measure = what.toLowerCase() === 'tokens' ? 'tokensPerMinute' : 'requestsPerMinute'
  return { measure, routing, model }
}
