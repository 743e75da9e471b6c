import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { LEFT_OUT, parseUsageType } from '../../../../src/report/prices/price-list/usage-type.ts'

/** Usage type, kind, routing, tier. */
const PLAIN = [
  ['USE1-NovaMicro-input-tokens', 'input', 'in-region', 'standard'],
  ['USE1-NovaMicro-output-tokens', 'output', 'in-region', 'standard'],
  ['USE1-NovaMicro-cache-read-input-token-count', 'cacheRead', 'in-region', 'standard'],
  ['USE1-Nova2.0Lite-cache-write-input-token-count-flex', 'cacheWrite', 'in-region', 'flex'],
  ['USE1-NovaMicro-input-tokens-batch', 'input', 'in-region', 'batch'],
  ['USW2-Nova2.0Lite-input-tokens-cross-region-global', 'input', 'global', 'standard'],
  ['USW2-Nova2.0Lite-input-tokens-priority-cross-region-global', 'input', 'global', 'priority'],
  ['USE1-Nova2.0Pro-text-input-tokens-cross-region-global', 'input', 'global', 'standard'],
  ['USE1-Nova2.0Lite-output-tokens-cross-region-geo', 'output', 'geographic', 'standard'],
  ['USE1-NovaPro-input-tokens-latency-optimized', 'input', 'in-region', 'latency-optimized'],
  ['USE1-Claude4Sonnet-input-tokens-cross-region-global-batch', 'input', 'global', 'batch'],
  ['APN1-Llama3-1-405B-output-tokens-batch', 'output', 'in-region', 'batch'],
  ['EU-gpt-oss-120b-output-tokens-batch', 'output', 'in-region', 'batch'],
  ['USE1-TitanEmbeddingV2-Text-input-tokens', 'input', 'in-region', 'standard'],
  ['USE1-MP:USE1_InputTokenCount-Units', 'input', 'in-region', 'standard'],
  ['USE1-MP:USE1_OutputTokenCount_Global-Units', 'output', 'global', 'standard'],
  ['USW2-MP:USW2_OutputTokenCount_Geo-Units', 'output', 'geographic', 'standard'],
  ['USE1-MP:USE1_CacheReadInputTokenCount-Units', 'cacheRead', 'in-region', 'standard'],
  ['USE1-MP:USE1_CacheWriteInputTokenCount-Units', 'cacheWrite', 'in-region', 'standard'],
  ['USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units', 'cacheWrite1h', 'global', 'standard'],
  ['USE1-MP:USE1_InputTokenCount_Global_Batch-Units', 'input', 'global', 'batch'],
  ['USE1-MP:USE1_OutputTokenCount_LatencyOptimized-Units', 'output', 'in-region', 'latency-optimized'],
  ['APN1-MP:APN1_MillionBatchInputTokens-Units', 'input', 'in-region', 'batch'],
  ['EU-MP:EU_input_tokens_global_standard-Units', 'input', 'global', 'standard'],
  ['EU-MP:EU_input_tokens_global_flex-Units', 'input', 'global', 'flex'],
  ['EU-MP:EU_output_tokens_batch-Units', 'output', 'in-region', 'batch'],
  ['EU-MP:EU_cache_write_tokens_1h_global_standard-Units', 'cacheWrite1h', 'global', 'standard'],
  ['EU-MP:EU_cache_writes_tokens_global_standard-Units', 'cacheWrite', 'global', 'standard'],
  ['EU-MP:EU_cached_input_tokens_batch-Units', 'cacheRead', 'in-region', 'batch'],
  ['EU-MP:EU_input_tokens_geo_standard-Units', 'input', 'geographic', 'standard'],
  ['USE1-MP:USE1_created_image-Units', 'image', 'in-region', 'standard'],
] as const

const LONG = [
  ['USE1-Claude4Sonnet-output-tokens-long-context-cross-region-global', 'output', 'global', 'standard'],
  [
    'USE1-Claude4Sonnet-cache-read-input-token-count-long-context-cross-region-global',
    'cacheRead',
    'global',
    'standard',
  ],
  ['USE1-MP:USE1_InputTokenCount_LCtx-Units', 'input', 'in-region', 'standard'],
  ['APN2-MP:APN2_CacheWrite1hInputTokenCount_LCtx_Global-Units', 'cacheWrite1h', 'global', 'standard'],
  ['EU-MP:EU_input_tokens_lctx_standard-Units', 'input', 'in-region', 'standard'],
  ['EU-MP:EU_input_tokens_long_ctx_flex-Units', 'input', 'in-region', 'flex'],
  ['EU-MP:EU_cache_write_tokens_30m_long_ctx_global_standard-Units', 'cacheWrite30m', 'global', 'standard'],
] as const

const MANTLE = [
  ['USE1-qwen.qwen3-32b-mantle-input-tokens-standard', 'input', 'in-region', 'standard', 'qwen.qwen3-32b'],
  ['USE1-xai.grok-4.3-mantle-cache-read-tokens-flex', 'cacheRead', 'in-region', 'flex', 'xai.grok-4.3'],
  [
    'USW2-anthropic.claude-opus-5-mantle-input-tokens-global-standard',
    'input',
    'global',
    'standard',
    'anthropic.claude-opus-5',
  ],
  [
    'USE1-openai.gpt-5.6-luna-mantle-cache-write-tokens-5m-flex',
    'cacheWrite',
    'in-region',
    'flex',
    'openai.gpt-5.6-luna',
  ],
  [
    'USW2-moonshotai.kimi-k3-mantle-cache-write-tokens-30m-standard',
    'cacheWrite30m',
    'in-region',
    'standard',
    'moonshotai.kimi-k3',
  ],
] as const

describe('a usage type', () => {
  it.each(PLAIN)('%s bills %s, %s, %s', (usageType, kind, routing, tier) => {
    const found = parseUsageType(usageType)
    expect(found).toMatchObject({ kind, routing, tier, long: false, mantle: false })
    expect(found).not.toHaveProperty('modality')
  })

  it.each(LONG)('%s bills %s of long prompts, %s, %s', (usageType, kind, routing, tier) => {
    expect(parseUsageType(usageType)).toMatchObject({ kind, routing, tier, long: true, mantle: false })
  })

  it.each(MANTLE)(
    '%s bills %s through the other endpoint, %s, %s, of %s',
    (usageType, kind, routing, tier, subject) => {
      expect(parseUsageType(usageType)).toMatchObject({ kind, routing, tier, subject, long: false, mantle: true })
    },
  )

  it('of the other endpoint may be of long prompts, too', () => {
    expect(parseUsageType('UGW1-openai.gpt-5.6-terra-mantle-output-tokens-long-ctx-priority')).toMatchObject({
      kind: 'output',
      tier: 'priority',
      long: true,
      mantle: true,
      subject: 'openai.gpt-5.6-terra',
    })
  })

  it.each([
    ['USE1-NovaSonic-speech-input-tokens', 'input', 'speech'],
    ['USE1-NovaSonic-speech-understanding-input-token', 'input', 'speech'],
    ['USE1-Nova2.0Omni-input-audio-token-count', 'input', 'audio'],
    ['USE1-Nova2.0Omni-input-video-token-count', 'input', 'video'],
    ['USE1-Nova2.0Pro-input-image-token-count-cross-region-global', 'input', 'image'],
  ])('%s bills %s that is %s', (usageType, kind, modality) => {
    expect(parseUsageType(usageType)).toMatchObject({ kind, modality })
  })

  it.each([
    ['USE1-MP:USE1_input_tokens_unheard_of-Units', 'usage-type'],
    ['USE1-MP:USE1_input_tokens_ultrafast-Units', 'usage-type'],
    ['USE1-MP:USE1_PremiumInputTokenCount-Units', 'usage-type'],
    ['USE1-MP:USE1_InputTokenCount_Batch_Flex-Units', 'usage-type'],
    ['USE1-moonshotai.kimi-k3-mantle-cache-write-tokens-2h-standard', 'usage-type'],
    ['USE1-moonshotai.kimi-k3-mantle-cache-write-tokens-5m-1h-standard', 'usage-type'],
    ['USE1-NovaMicro-input-tokens-standard-v2', 'usage-type'],
    ['USE1-NovaMicro-cache-read-1h-input-tokens', 'usage-type'],
    ['USE1-NovaMicro-input-tokens-1h', 'usage-type'],
    ['USE1-NovaMicro-output-tokens-5m', 'usage-type'],
    ['USE1-MP:USE1_InputTokenCount-Units-More', 'usage-type'],
    ['x USE1-MP:USE1_InputTokenCount-Units', 'usage-type'],
    ['USE1-MP:USE1_Reserved_1Month_InputTPM_Geo-Units', 'capacity'],
    ['USE1-Claude4.5Sonnet-reserved-1-month-input-tokens-per-minute-cross-region-geo', 'capacity'],
    ['USE1-Nova2.0Lite-ProvisionedThroughput-NoCommit-ModelUnits', 'capacity'],
    ['USE1-MP:USE1_ProvisionedThroughput_6MonthsCommit_ModelUnits_Usage-Units', 'capacity'],
    ['USE1-NovaPro-cache-write-input-token-count-custom-model', 'custom-model'],
    ['USE1-NovaLite-input-tokens-custom-model', 'custom-model'],
    ['USE1-Nova2.0Lite-Customization-Storage', 'custom-model'],
    ['USE1-Nova2.0Lite-RFT-Training-Hours', 'custom-model'],
    ['USE1-NovaCanvas-T2I-1024-Standard', 'media'],
    ['USE1-NovaMultiModalEmbeddings-input-audio-second', 'media'],
    ['USE1-TitanEmbeddingsG1-Image-input-image', 'media'],
    ['USE1-MP:USE1_InputImageCount-Units', 'media'],
    ['USE1-Guardrail-SensitiveInformationPolicyPaidUnitsConsumed', 'not-tokens'],
    ['USE1-MP:USE1_search_units-Units', 'not-tokens'],
    ['USW2-AmazonRerank-v1-searchunits', 'not-tokens'],
    ['', 'not-tokens'],
  ])('%j is left out as %s', (usageType, reason) => {
    expect(parseUsageType(usageType)).toBe(reason)
  })

  it.each([
    ['USE1-NovaMicro-input-tokens', 'novamicro'],
    ['APN1-Llama3-1-405B-output-tokens-batch', 'llama3-1-405b'],
    ['USE1-TitanEmbeddingV2-Text-input-tokens', 'titanembeddingv2-text'],
    ['USE1-MP:USE1_InputTokenCount-Units', ''],
    ['APN1-MP:APN1_MillionBatchInputTokens-Units', ''],
    ['USE1-MP:USE1_created_image-Units', ''],
  ])('%s is about %j', (usageType, subject) => {
    expect(parseUsageType(usageType)).toHaveProperty('subject', subject)
  })
})

const KNOWN = new Set(
  'batch flex priority standard default global geo latency optimized cross region long context ctx lctx custom model'.split(
    ' ',
  ),
)
const strangers = fc
  .array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), { minLength: 3, maxLength: 9 })
  .map((letters) => letters.join(''))
  .filter((word) => !KNOWN.has(word))

test('a word that is not known is never taken for a price, wherever it stands behind the kind', () => {
  const rows = [...PLAIN, ...LONG, ...MANTLE].filter(([usageType]) => !/created_image/.test(usageType))
  fc.assert(
    fc.property(fc.constantFrom(...rows), strangers, fc.boolean(), ([usageType], word, camel) => {
      const changed = usageType.includes('-MP:')
        ? usageType.replace(/-Units$/, camel ? `_${word[0]?.toUpperCase()}${word.slice(1)}-Units` : `_${word}-Units`)
        : `${usageType}-${word}`
      expect([changed, typeof parseUsageType(changed)]).toEqual([changed, 'string'])
    }),
  )
})

test('any text has a reading, or a reason that has words', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const found = parseUsageType(text)
      if (typeof found === 'string') expect(LEFT_OUT).toHaveProperty(found)
    }),
  )
})
