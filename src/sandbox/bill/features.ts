import type { MetricSample } from '../services/cloudwatch/store.ts'
import type { OtherCharge } from './entry.ts'

/** US dollars a thousand tokens, in and out, through the OpenAI-compatible endpoint. */
const MANTLE: ReadonlyMap<string, Readonly<Record<string, number>>> = new Map([
  ['qwen.qwen3-32b', { InputTokens: 0.00015, OutputTokens: 0.0006 }],
  ['deepseek.v3.1', { InputTokens: 0.00058, OutputTokens: 0.00168 }],
])

/** By the text unit. Of filters of personal data only some are billed: here, all. */
const GUARDRAILS: ReadonlyMap<string, readonly [usage: string, usd: number]> = new Map([
  ['ContentPolicy', ['ContentPolicyUnits', 0.00015]],
  ['TopicPolicy', ['TopicPolicyUnits', 0.00015]],
  ['SensitiveInformationPolicy', ['SensitiveInformationPolicyPaidUnits', 0.0001]],
])

/** What is billed of the use that metrics besides those of models tell. Pure. */
export function featureCharges(
  samples: readonly MetricSample[],
  at: Pick<OtherCharge, 'account' | 'region'>,
): OtherCharge[] {
  return samples.flatMap(({ namespace, name, value, timestamp: time, dimensions }): OtherCharge[] => {
    const of = (dimension: string) => dimensions?.find(({ Name }) => Name === dimension)?.Value ?? ''
    if (namespace === 'AWS/BedrockMantle') {
      const rate = MANTLE.get(of('Model'))?.[name]
      // The same tokens have another name where they are not by project.
      if (rate === undefined) return []
      const kind = name === 'InputTokens' ? 'input' : 'output'
      const usage = `${of('Model')}-mantle-${kind}-tokens-standard`
      const usd = (value / 1_000) * rate
      return [{ ...at, time, usage, kind, quantity: value, unit: '1K tokens', unitDigits: 3, usd }]
    }
    const [usage, rate = 0] = (name === 'TextUnitCount' && GUARDRAILS.get(of('GuardrailPolicyType'))) || []
    if (usage === undefined) return []
    return [{ ...at, time, usage: `Guardrail-${usage}Consumed`, quantity: value, unit: 'TextUnits', usd: value * rate }]
  })
}
