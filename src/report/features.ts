import { type AttoUsd, costOf, perUnit, toNano, toUsd } from './money.ts'
import type { PriceBook } from './prices/book.ts'

export const FEATURE_COUNTERS = [
  ...(['invocations', 'clientErrors', 'serverErrors', 'throttles'] as const),
  ...(['intervened', 'textUnits', 'inputTokens', 'outputTokens'] as const),
] as const
type FeatureCounter = (typeof FEATURE_COUNTERS)[number]

/** What of Bedrock is used besides models, and has metrics in a namespace of its own. */
export interface Feature {
  name: 'guardrails' | 'agents' | 'flows' | 'knowledge-bases'
  title: string
  namespace: string
  resource: RegExp
  /** The metrics of each counter, by all the spellings that AWS has for them. */
  metrics: Readonly<Record<'invocations', readonly string[]> & Partial<Record<FeatureCounter, readonly string[]>>>
}

export const FAILURES = {
  clientErrors: ['InvocationClientErrors'],
  serverErrors: ['InvocationServerErrors'],
  throttles: ['InvocationThrottles'],
}

/**
 * By "Monitor Amazon Bedrock Guardrails using CloudWatch metrics", the same of agents, and "Observability for managed knowledge
 * bases" of the Bedrock User Guide. It has no page of the metrics of flows: they are taken to be named as those of guardrails.
 */
export const FEATURES: readonly Feature[] = [
  {
    name: 'guardrails',
    title: 'Guardrails',
    namespace: 'AWS/Bedrock/Guardrails',
    resource: /^GuardrailArn$/,
    metrics: {
      invocations: ['Invocations'],
      ...FAILURES,
      intervened: ['InvocationsIntervened'],
      textUnits: ['TextUnitCount'],
    },
  },
  {
    name: 'agents',
    title: 'Agents',
    namespace: 'AWS/Bedrock/Agents',
    resource: /^Agent(Alias)?(Arn|Id)$/,
    metrics: {
      invocations: ['InvocationCount'],
      ...FAILURES,
      inputTokens: ['InputTokenCount'],
      outputTokens: ['outputTokenCount', 'OutputTokenCount'],
    },
  },
  {
    name: 'flows',
    title: 'Flows',
    namespace: 'AWS/Bedrock/Flows',
    resource: /^Flow(Alias)?(Arn|Id)$/,
    metrics: { invocations: ['Invocations', 'InvocationCount'], ...FAILURES },
  },
  {
    name: 'knowledge-bases',
    title: 'Knowledge bases',
    namespace: 'AWS/Bedrock/KnowledgeBases',
    resource: /^KnowledgeBase(Arn|Id)$/,
    metrics: {
      invocations: ['Invocations'],
      clientErrors: ['ClientErrors'],
      serverErrors: ['ServerErrors'],
      throttles: ['Throttles'],
    },
  },
]

/** What was used of one guardrail, agent, flow or knowledge base; null: CloudWatch did not tell. Counters that it has not are left out. */
export interface FeatureLine extends Partial<Record<FeatureCounter, number | null>> {
  feature: Feature['name']
  account: string
  region: string
  /** Its ARN or id; null: calls that no resource has. */
  resource: string | null
  invocations: number | null
}

/** What the guardrails of a Region checked by one kind of policy. */
export interface PolicyLine {
  account: string
  region: string
  /** As CloudWatch has it: `ContentPolicy`. */
  policy: string
  textUnits: number | null
  intervened: number | null
}

export interface Besides {
  features: readonly FeatureLine[]
  policies: readonly PolicyLine[]
}

/** The same with what it cost: by the unit, whether the guardrail blocked or not; null with the reason. */
export interface PolicyCost extends PolicyLine {
  costUsd: number | null
  unpriced?: string
}

export const policyId = (policy: string): string => `guardrail-${policy.toLowerCase()}`

const UNTOLD =
  'CloudWatch counts filters of personal data, which are billed, together with regular expressions, which are free'

/** What the text units of one line cost by AWS's list of the Region, and of none other. */
export function policyCharge(
  { policy, region, textUnits }: PolicyLine,
  book: PriceBook,
  at: Date,
): { cost: AttoUsd } | { unpriced: string } {
  const price = book.lookup(policyId(policy), region, at)
  const rate = 'unpriced' in price ? undefined : price.perTextUnit
  if (policy === 'SensitiveInformationPolicy') return { unpriced: UNTOLD }
  if (textUnits === null) return { unpriced: 'CloudWatch did not return its text units' }
  if (rate === undefined) return { unpriced: 'no price known: only the live AWS Price List has it' }
  return { cost: costOf(textUnits, perUnit(rate)) }
}

export function pricePolicies(lines: readonly PolicyLine[], book: PriceBook, at: Date): PolicyCost[] {
  return lines.map((line): PolicyCost => {
    const charge = policyCharge(line, book, at)
    return 'cost' in charge ? { ...line, costUsd: toUsd(toNano(charge.cost)) } : { ...line, costUsd: null, ...charge }
  })
}
