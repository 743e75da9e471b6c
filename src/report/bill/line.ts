import { usageError } from '../../core/errors.ts'
import { CHARGE_KINDS, type ChargeName } from '../charges.ts'
import type { AttoUsd } from '../money.ts'
import type { BilledTerms } from '../prices/price-list/usage-type.ts'

/** What Bedrock bills besides the tokens and images of models, by name, with how it is called for the reader. */
const OTHERS = [
  ['provisioned', 'provisioned throughput'],
  ['reserved', 'reserved capacity'],
  ['customModels', 'custom models'],
  ['guardrails', 'guardrails'],
  ['knowledgeBases', 'knowledge bases'],
  ['rerank', 'reranking'],
  ['flows', 'flows'],
  ['agentCore', 'AgentCore'],
  ['dataAutomation', 'data automation'],
  ['webGrounding', 'web grounding'],
  ['evaluations', 'evaluations'],
  ['prompts', 'prompt optimization and routing'],
  ['speech', 'speech'],
  ['video', 'video'],
  ['storage', 'storage'],
  ['unclassified', 'not classified'],
] as const

const ADJUSTMENTS = [
  ['discounts', 'discounts'],
  ['credits', 'credits'],
  ['refunds', 'refunds'],
  ['fees', 'fees'],
  ['tax', 'tax'],
  ['otherLines', 'other lines'],
] as const

type OtherKind = (typeof OTHERS)[number][0]
export type Adjustment = (typeof ADJUSTMENTS)[number][0]
export type BillKind = Exclude<ChargeName, 'other'> | OtherKind

export const ADJUSTMENT_TITLES: ReadonlyMap<Adjustment, string> = new Map(ADJUSTMENTS)

export const KIND_TITLES: ReadonlyMap<string, string> = new Map([
  ...CHARGE_KINDS.map(({ name, title }) => [name, title] as const),
  ...OTHERS,
])

const WORDS: readonly (readonly [RegExp, OtherKind])[] = [
  [/agent-?core|browser|code-?interpreter|gateway|runtime.*(?:vcpu|memory)|(?:vcpu|memory).*consumption/, 'agentCore'],
  [/guardrail/, 'guardrails'],
  [/data-?automation|\bbda\b/, 'dataAutomation'],
  [/grounding|web-?search/, 'webGrounding'],
  [/evaluation/, 'evaluations'],
  [/invoke-?flow|bedrock-?flows|node-?transition/, 'flows'],
  [/optimize-?prompt|prompt-?(?:optimi[sz]|routing)/, 'prompts'],
  [/generate-?sql|structured-?retrieve|knowledge-?base|kb-/, 'knowledgeBases'],
  [/search-?unit|rerank/, 'rerank'],
  [/reserved|-tpm|per-minute/, 'reserved'],
  [/model-?unit|provisioned|commit/, 'provisioned'],
  [/import|custom|training|fine-?tun|rft|distill/, 'customModels'],
  [/storage/, 'storage'],
  [/[tiv]2v|video|reel/, 'video'],
  [/sonic|speech|audio/, 'speech'],
]

export function otherKind(words: string): OtherKind {
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'unclassified'
}

/** Images that are billed by the image: `NovaCanvas-T2I-1024-Standard`, `created_image`. */
export function isOfImages(words: string): boolean {
  return /(?:[ti]2i(?:-|$)|created-?image|images?(?:$|-(?!.*token))|canvas|inpaint|outpaint|upscale)/.test(words)
}

/** How a bill counts money. AWS's terms: as used; less all discounts; with fees paid in advance spread over what they cover. */
export const COST_METRICS = ['unblended', 'net', 'amortized', 'net-amortized'] as const
export type CostMetric = (typeof COST_METRICS)[number]

export interface BillLine {
  /** Start of the hour or day that it is of, UTC, ms since the epoch. */
  start: number
  /** Twelve digits; '' where the source does not tell. */
  account: string
  region: string
  /** The model's id in this program, without a Region prefix; its name as billed where that is not known; '' of no model. */
  model: string
  /** As billed: "Amazon Bedrock", "Claude Sonnet 4.6 (Amazon Bedrock Edition)". */
  service: string
  usageType: string
  /** Undefined: a charge for use. */
  adjustment?: Adjustment
  kind: BillKind
  /** In single units of the kind (tokens, images), else in `unit`. */
  quantity: number
  /** So many lines of the bill do not tell how much was used: the quantity is without it. */
  uncounted?: number
  unit: string
  terms: BilledTerms
  /** Exact. Null where the source does not tell. `list` is AWS's public on-demand price of it. */
  amounts: Readonly<Record<CostMetric | 'list', AttoUsd | null>>
  principal: string
  /** By grouping: `tag:team`, `principal-tag:team`. Only those that were asked for; '' where there is none. */
  tags?: ReadonlyMap<string, string>
}

/** @throws a usage error where a bill is not in US dollars: its amounts are nothing to add up with, or to put beside prices */
export function checkCurrency(code = ''): void {
  if (code === '' || code === 'USD' || code === 'N/A') return
  throw usageError(
    `the bill is in ${code}: only bills in US dollars can be read`,
    'leave the bill out: estimates are in US dollars',
  )
}
