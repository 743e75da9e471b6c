import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Measure, parseQuotaName, quotaBook, routedModel } from '../../../src/report/quotas/match.ts'
import { BEDROCK_QUOTAS } from '../../../src/sandbox/services/quotas/bedrock.ts'

/** Names as Service Quotas spells them, each with a ModelId whose use counts against it. */
const REAL: readonly (readonly [modelId: string, measure: Measure, name: string])[] = [
  [
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1',
  ],
  [
    'eu.anthropic.claude-sonnet-4-20250514-v1:0',
    'requestsPerMinute',
    'Cross-region model inference requests per minute for Anthropic Claude Sonnet 4 V1',
  ],
  [
    'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    'tokensPerMinute',
    'Global cross-region model inference tokens per minute for Anthropic Claude Haiku 4.5',
  ],
  [
    'global.anthropic.claude-opus-4-5-20251101-v1:0',
    'tokensPerMinute',
    'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.5',
  ],
  [
    'us.anthropic.claude-opus-4-6-v1',
    'requestsPerMinute',
    'Cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1',
  ],
  [
    'us.anthropic.claude-opus-4-7',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Anthropic Claude Opus 4.7',
  ],
  [
    'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
    'requestsPerMinute',
    'Cross-region model inference requests per minute for Anthropic Claude 3.7 Sonnet V1',
  ],
  [
    'apac.anthropic.claude-3-5-sonnet-20241022-v2:0',
    'tokensPerMinute',
    'Cross-Region model inference tokens per minute for Anthropic Claude 3.5 Sonnet V2',
  ],
  [
    'us.anthropic.claude-3-5-sonnet-20240620-v1:0',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Anthropic Claude 3.5 Sonnet',
  ],
  [
    'anthropic.claude-3-haiku-20240307-v1:0',
    'requestsPerMinute',
    'On-demand InvokeModel requests per minute for Anthropic Claude 3 Haiku',
  ],
  ['anthropic.claude-v2', 'tokensPerMinute', 'On-demand model inference tokens per minute for Anthropic Claude V2'],
  ['amazon.nova-pro-v1:0', 'tokensPerMinute', 'On-demand model inference tokens per minute for Amazon Nova Pro'],
  [
    'us.amazon.nova-premier-v1:0',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Amazon Nova Premier V1',
  ],
  [
    'us.amazon.nova-2-lite-v1:0',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Amazon Nova 2 Lite',
  ],
  [
    'amazon.titan-embed-text-v2:0',
    'requestsPerMinute',
    'On-demand model inference requests per minute for Amazon Titan Text Embeddings V2',
  ],
  [
    'amazon.titan-embed-text-v1',
    'requestsPerMinute',
    'On-demand model inference requests per minute for Amazon Titan Text Embeddings',
  ],
  [
    'amazon.titan-embed-image-v1',
    'tokensPerMinute',
    'On-demand model inference tokens per minute for Amazon Titan Multimodal Embeddings G1',
  ],
  [
    'amazon.titan-text-express-v1',
    'tokensPerMinute',
    'On-demand model inference tokens per minute for Amazon Titan Text Express',
  ],
  [
    'us.meta.llama3-2-1b-instruct-v1:0',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Meta Llama 3.2 1B Instruct',
  ],
  [
    'us.meta.llama3-3-70b-instruct-v1:0',
    'requestsPerMinute',
    'Cross-region model inference requests per minute for Meta Llama 3.3 70B Instruct',
  ],
  [
    'us.mistral.pixtral-large-2502-v1:0',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Mistral Pixtral Large 25.02 V1',
  ],
  [
    'us.writer.palmyra-x5-v1:0',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Writer AI Palmyra X5 V1',
  ],
  ['us.deepseek.r1-v1:0', 'tokensPerMinute', 'Cross-region model inference tokens per minute for DeepSeek R1 V1'],
  ['openai.gpt-oss-120b-1:0', 'tokensPerMinute', 'On-demand model inference tokens per minute for OpenAI GPT OSS 120B'],
  ['qwen.qwen3-32b-v1:0', 'tokensPerMinute', 'On-demand model inference tokens per minute for Qwen3 32B V1'],
  [
    'qwen.qwen3-coder-30b-a3b-v1:0',
    'requestsPerMinute',
    'On-demand model inference requests per minute for Qwen3 Coder 30B a3b V1',
  ],
  [
    'qwen.qwen3-235b-a22b-2507-v1:0',
    'tokensPerMinute',
    'On-demand model inference tokens per minute for Qwen3 235B a22b 2507 V1',
  ],
  [
    'cohere.command-r-plus-v1:0',
    'requestsPerMinute',
    'On-demand model inference requests per minute for Cohere Command R Plus',
  ],
  [
    'global.cohere.embed-v4:0',
    'tokensPerMinute',
    'Global cross-region model inference tokens per minute for Cohere Embed V4',
  ],
  [
    'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
    'tokensPerMinute',
    'On-demand model inference tokens per minute for Amazon Nova Lite',
  ],
  [
    'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-micro-v1:0',
    'tokensPerMinute',
    'Cross-region model inference tokens per minute for Amazon Nova Micro',
  ],
]

/** Names that read almost like a model's, and are of something else. */
const NOT: readonly (readonly [modelId: string, name: string])[] = [
  [
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length',
  ],
  [
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1',
  ],
  [
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4 V1',
  ],
  [
    'us.anthropic.claude-opus-4-20250514-v1:0',
    'Cross-region model inference tokens per minute for Anthropic Claude Opus 4.1',
  ],
  [
    'us.anthropic.claude-3-5-sonnet-20241022-v2:0',
    'Cross-region model inference tokens per minute for Anthropic Claude 3.5 Sonnet',
  ],
  [
    'us.anthropic.claude-3-5-haiku-20241022-v1:0',
    'Cross-region model inference tokens per minute for Anthropic Claude 3.5 Sonnet',
  ],
  ['anthropic.claude-v2:1', 'On-demand model inference tokens per minute for Anthropic Claude V2'],
  ['amazon.nova-pro-v1:0', 'On-demand, latency-optimized model inference tokens per minute for Amazon Nova Pro V1'],
  ['amazon.nova-pro-v1:0', 'Cross-region model inference tokens per minute for Amazon Nova Pro'],
  ['amazon.nova-lite-v1:0', 'On-demand model inference tokens per minute for Amazon Nova 2 Lite'],
  ['amazon.titan-embed-text-v1', 'On-demand model inference requests per minute for Amazon Titan Text Embeddings V2'],
  [
    'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    'Global cross-region model inference tokens per day for Anthropic Claude Haiku 4.5',
  ],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'InvokeModel requests per minute for Anthropic Claude 3 Haiku'],
  [
    'anthropic.claude-3-haiku-20240307-v1:0:48k',
    'On-demand model inference requests per minute for Anthropic Claude 3 Haiku',
  ],
  [
    'anthropic.claude-3-haiku-20240307-v1:0',
    '[bedrock-mantle endpoint] Input tokens per minute for Anthropic Claude 3 Haiku',
  ],
  [
    'us.meta.llama4-maverick-17b-instruct-v1:0',
    'Cross-region model inference tokens per minute for Meta Llama 4 Maverick V1',
  ],
  ['mistral.mistral-large-2407-v1:0', 'On-demand model inference tokens per minute for Mistral Large 3'],
  [
    'mistral.mixtral-8x7b-instruct-v0:1',
    'On-demand model inference tokens per minute for Mistral AI Mixtral 8X7BB Instruct',
  ],
  ['cohere.embed-english-v3', 'On-demand model inference tokens per minute for Cohere Embed English'],
  ['meta.nova-pro-v1:0', 'On-demand model inference tokens per minute for Amazon Nova Pro'],
  [
    'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghijkl',
    'On-demand model inference tokens per minute for Amazon Nova Pro',
  ],
]

function known(modelId: string, ...names: string[]) {
  const model = routedModel(modelId)
  return model ? quotaBook(names.map((name, index) => ({ code: `L-${index}`, name, value: index + 1 })))(model) : {}
}

describe('a quota', () => {
  it.each(REAL)('of %s on %s is %s', (modelId, measure, name) => {
    expect(known(modelId, name)).toEqual({ [measure]: { code: 'L-0', name, value: 1 } })
  })

  it.each(NOT)('of %s is not %s', (modelId, name) => {
    expect(known(modelId, name)).toEqual({})
  })

  it('is found among all others, and is the only one for each of these models', () => {
    const names = REAL.map(([, , name]) => name)
    for (const [modelId, measure, name] of REAL) expect(known(modelId, ...names)[measure]?.name).toBe(name)
  })

  it('is unknown where two names say the same', () => {
    const names = ['On-demand model inference', 'On-demand InvokeModel'].map(
      (words) => `${words} tokens per minute for Amazon Nova Pro`,
    )
    expect(known('amazon.nova-pro-v1:0', ...names)).toEqual({})
  })

  it('of another version is never taken for its own', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REAL), fc.nat(), fc.integer({ min: 0, max: 999 }), (real, at, other) => {
        const [modelId, , name] = real
        const { model = '' } = parseQuotaName(name) ?? {}
        const numbers = [...model.matchAll(/\d+/g)]
        const number = numbers[at % Math.max(1, numbers.length)]
        // "V1" at the end is what a name without a version means too, but no other number is.
        const changed = number
          ? model.slice(0, number.index) + other + model.slice(number.index + number[0].length)
          : `${model} V${other}`
        fc.pre(number ? Number(number[0]) !== other : other !== 1)
        expect(known(modelId, name.replace(model, changed))).toEqual({})
        expect(known(modelId, name.replace(model, `${model} ${other}`))).toEqual({})
      }),
    )
  })

  it('belongs to at most one pair of model and routing among those in use', () => {
    const models = [...new Set(REAL.map(([modelId]) => modelId))].flatMap((modelId) => routedModel(modelId) ?? [])
    const find = quotaBook(BEDROCK_QUOTAS.map(([code, name, value]) => ({ code, name, value })))
    const owners = models.flatMap((model) => Object.values(find(model)).map(({ code }) => code))
    expect(new Set(owners).size).toBe(owners.length)
    expect(owners.length).toBeGreaterThan(10)
  })
})
