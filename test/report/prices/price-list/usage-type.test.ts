import { describe, expect, it } from '@jest/globals'
import { parseUsageType } from '../../../../src/report/prices/price-list/usage-type.ts'

describe('a usage type', () => {
  it.each([
    ['USE1-NovaMicro-input-tokens', 'input', 'in-region', 'standard'],
    ['USE1-NovaMicro-output-tokens', 'output', 'in-region', 'standard'],
    ['USE1-NovaMicro-cache-read-input-token-count', 'cacheRead', 'in-region', 'standard'],
    ['USE1-NovaMicro-input-tokens-batch', 'input', 'in-region', 'batch'],
    ['USW2-Nova2.0Lite-input-tokens-cross-region-global', 'input', 'global', 'standard'],
    ['USW2-Nova2.0Lite-input-tokens-priority-cross-region-global', 'input', 'global', 'priority'],
    ['USE1-NovaPro-input-tokens-latency-optimized', 'input', 'in-region', 'latency-optimized'],
    ['USE1-NovaPro-cache-write-input-token-count-custom-model', 'cacheWrite', 'in-region', 'custom-model'],
    ['USE1-Claude4Sonnet-output-tokens-long-context-cross-region-global', 'output', 'global', 'long-context'],
    ['USE1-Claude4Sonnet-input-tokens-cross-region-global-batch', 'input', 'global', 'batch'],
    ['APN1-Llama3-1-405B-output-tokens-batch', 'output', 'in-region', 'batch'],
    ['USE1-MP:USE1_InputTokenCount-Units', 'input', 'in-region', 'standard'],
    ['USE1-MP:USE1_OutputTokenCount_Global-Units', 'output', 'global', 'standard'],
    ['USE1-MP:USE1_CacheReadInputTokenCount-Units', 'cacheRead', 'in-region', 'standard'],
    ['USE1-MP:USE1_CacheWriteInputTokenCount-Units', 'cacheWrite', 'in-region', 'standard'],
    ['USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units', 'cacheWrite1h', 'global', 'standard'],
    ['USE1-MP:USE1_InputTokenCount_Global_Batch-Units', 'input', 'global', 'batch'],
    ['USE1-MP:USE1_OutputTokenCount_LatencyOptimized-Units', 'output', 'in-region', 'latency-optimized'],
    ['APN1-MP:APN1_MillionBatchInputTokens-Units', 'input', 'in-region', 'batch'],
    ['EU-MP:EU_input_tokens_global_standard-Units', 'input', 'global', 'standard'],
    ['EU-MP:EU_cache_write_tokens_1h_standard-Units', 'cacheWrite1h', 'in-region', 'standard'],
    ['EU-MP:EU_input_tokens_lctx_standard-Units', 'input', 'in-region', 'long-context'],
    ['EU-MP:EU_input_tokens_long_ctx_flex-Units', 'input', 'in-region', 'flex+long-context'],
    ['EU-MP:EU_input_tokens_geo_standard-Units', 'input', 'geographic', 'standard'],
    ['USE1-MP:USE1_created_image-Units', 'image', 'in-region', 'standard'],
    ['USE1-qwen.qwen3-32b-mantle-input-tokens-standard', 'input', 'in-region', 'mantle'],
    ['USE1-openai.gpt-5.6-luna-mantle-cache-write-tokens-5m-flex', 'cacheWrite', 'in-region', 'flex+mantle'],
  ])('%s bills %s, %s, %s', (usageType, kind, routing, tier) => {
    expect(parseUsageType(usageType)).toMatchObject({ kind, routing, tier })
  })

  it.each([
    'USE1-NovaSonic-speech-input-tokens',
    'USE1-Nova2.0Omni-input-audio-token-count',
    'USE1-Nova2.0Pro-input-image-token-count-cross-region-global',
    'USE1-NovaCanvas-T2I-1024-Standard',
    'USE1-MP:USE1_Reserved_1Month_InputTPM_Geo-Units',
    'USE1-MP:USE1_input_tokens_unheard_of-Units',
    'USE1-MP:USE1_PremiumInputTokenCount-Units',
    'USE1-moonshotai.kimi-k3-mantle-cache-write-tokens-30m-standard',
    'USE1-NovaMicro-input-tokens-standard-v2',
    'USE1-Guardrail-ContentPolicyUnitsConsumed',
    '',
    'USE1-NovaMicro-cache-read-1h-input-tokens',
    'USE1-NovaMicro-input-tokens-1h',
    'USE1-NovaMicro-output-tokens-5m',
    'USE1-MP:USE1_InputTokenCount-Units-More',
    'x USE1-MP:USE1_InputTokenCount-Units',
  ])('%j may have a price of its own, so it is none', (usageType) => {
    expect(parseUsageType(usageType)).toBeUndefined()
  })

  it.each([
    ['USE1-NovaMicro-input-tokens', 'novamicro'],
    ['APN1-Llama3-1-405B-output-tokens-batch', 'llama3-1-405b'],
    ['USE1-qwen.qwen3-32b-mantle-input-tokens-standard', 'qwen.qwen3-32b-mantle'],
    ['USE1-MP:USE1_InputTokenCount-Units', ''],
    ['APN1-MP:APN1_MillionBatchInputTokens-Units', ''],
    ['USE1-MP:USE1_created_image-Units', ''],
  ])('%s is about %j', (usageType, subject) => {
    expect(parseUsageType(usageType)).toHaveProperty('subject', subject)
  })
})
