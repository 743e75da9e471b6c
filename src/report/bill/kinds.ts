import { CHARGE_KINDS, type ChargeName } from '../charges.ts'

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

export type OtherKind = (typeof OTHERS)[number][0]
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
