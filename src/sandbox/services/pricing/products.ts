/** One product of the price list: what it bills, in which unit and at which price. */
export interface SandboxProduct {
  readonly serviceCode: string
  readonly region: string
  readonly attributes: Readonly<Record<string, string>>
  readonly unit: string
  /** US dollars a unit. */
  readonly usd: number
}

/** How usage types begin in a Region. */
const PREFIXES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({ 'us-east-1': 'USE1', 'eu-west-1': 'EU', 'ap-northeast-1': 'APN1' }),
)

/** AWS's own and open-weight models: a unit is a thousand tokens. */
function own(
  region: string,
  model: string,
  usage: string,
  usd: number,
  more: Record<string, string> = {},
): SandboxProduct {
  const usagetype = `${PREFIXES.get(region)}-${usage}`
  const attributes = { model, usagetype, feature: 'On-demand Inference', ...more }
  return { serviceCode: 'AmazonBedrock', region, unit: '1K tokens', usd, attributes }
}

/** Models of the Marketplace: a unit is a million tokens, and no attribute names the model but the service's name. */
function marketplace(region: string, model: string, usage: string, usd: number, unit = '1M tokens'): SandboxProduct {
  const prefix = PREFIXES.get(region)
  const usagetype = `${prefix}-MP:${prefix}_${usage}-Units`
  const attributes = { servicename: `${model} (Amazon Bedrock Edition)`, usagetype, operation: 'Usage' }
  return { serviceCode: 'AmazonBedrockFoundationModels', region, unit, usd, attributes }
}

const NOVA_MICRO = { provider: 'Amazon' }

function novaMicro(region: string, input: number, output: number): SandboxProduct[] {
  return [
    own(region, 'Nova Micro', 'NovaMicro-input-tokens', input, { ...NOVA_MICRO, inferenceType: 'Input tokens' }),
    own(region, 'Nova Micro', 'NovaMicro-output-tokens', output, { ...NOVA_MICRO, inferenceType: 'Output tokens' }),
    own(region, 'Nova Micro', 'NovaMicro-cache-read-input-token-count', input / 4, {
      ...NOVA_MICRO,
      inferenceType: 'Prompt cache read input tokens',
    }),
    own(region, 'Nova Micro', 'NovaMicro-input-tokens-batch', input / 2, { feature: 'Batch Inference' }),
    own(region, 'Nova Micro', 'NovaMicro-input-tokens-flex', input / 2, { inferenceType: 'Input tokens flex' }),
    own(region, 'Nova Micro', 'NovaMicro-input-tokens-priority', input * 1.75, NOVA_MICRO),
    own(region, 'Nova Micro', 'NovaMicro-input-tokens-custom-model', input, NOVA_MICRO),
  ]
}

/** The older way of naming what is billed: CamelCase, `_Global` for global routing, and no word for the standard tier. */
function claudeHaiku45(region: string): SandboxProduct[] {
  const haiku = (usage: string, usd: number, unit?: string) => marketplace(region, 'Claude Haiku 4.5', usage, usd, unit)
  return [
    haiku('InputTokenCount', 1.1),
    haiku('OutputTokenCount', 5.5),
    haiku('CacheReadInputTokenCount', 0.11),
    haiku('CacheWriteInputTokenCount', 1.375),
    haiku('CacheWrite1hInputTokenCount', 2.2),
    haiku('InputTokenCount_Global', 1),
    haiku('OutputTokenCount_Global', 5),
    haiku('CacheReadInputTokenCount_Global', 0.1),
    haiku('CacheWriteInputTokenCount_Global', 1.25),
    haiku('CacheWrite1hInputTokenCount_Global', 2),
    haiku('InputTokenCount_Batch', 0.55),
    haiku('OutputTokenCount_Global_Batch', 2.5),
    haiku('Reserved_1Month_InputTPM_Geo', 0.066, '1M TPM Hour'),
  ]
}

/** The newer way: snake_case, with a word for every tier; long prompts at a price of their own. */
function claudeOpus48(region: string): SandboxProduct[] {
  const opus = (usage: string, usd: number) => marketplace(region, 'Claude Opus 4.8', usage, usd)
  return [
    opus('input_tokens_standard', 5.5),
    opus('output_tokens_standard', 27.5),
    opus('cache_read_tokens_standard', 0.55),
    opus('cache_write_tokens_standard', 6.875),
    opus('cache_write_tokens_1h_standard', 11),
    opus('input_tokens_global_standard', 5),
    opus('output_tokens_global_standard', 25),
    opus('input_tokens_lctx_standard', 11),
    opus('input_tokens_batch', 2.75),
  ]
}

const MORE: readonly SandboxProduct[] = [
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-input-tokens', 0.00033),
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-output-tokens', 0.00275),
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-input-tokens-cross-region-global', 0.0003),
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-output-tokens-cross-region-global', 0.0025),
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-input-tokens-priority-cross-region-global', 0.000525),
  own('us-east-1', 'Nova Pro', 'NovaPro-input-tokens', 0.0008),
  own('us-east-1', 'Nova Pro', 'NovaPro-output-tokens', 0.0032),
  own('us-east-1', 'Nova Pro', 'NovaPro-input-tokens-latency-optimized', 0.001),
  own('us-east-1', 'Nova Sonic', 'NovaSonic-speech-input-tokens', 0.0034),
  own('us-east-1', 'Nova Sonic', 'NovaSonic-text-input-tokens', 0.00006),
  own('us-east-1', 'Qwen3 32B', 'qwen.qwen3-32b-mantle-input-tokens-standard', 0.00015),
  {
    ...own('us-east-1', 'Nova Canvas', 'NovaCanvas-T2I-1024-Standard', 0.04),
    unit: 'image',
  },
  {
    serviceCode: 'AmazonBedrock',
    region: 'us-east-1',
    unit: '1K tokens',
    usd: 0.00002,
    attributes: { titanModel: 'TitanEmbeddingsV2-Text-input', usagetype: 'USE1-TitanEmbeddingsV2-Text-input-tokens' },
  },
  {
    serviceCode: 'AmazonBedrockService',
    region: 'us-east-1',
    unit: '1K tokens',
    usd: 0.003,
    attributes: {
      model: 'Claude Sonnet 4',
      inferenceType: 'Input tokens',
      usagetype: 'USE1-Claude4Sonnet-input-tokens-cross-region-global',
    },
  },
  {
    serviceCode: 'AmazonBedrockService',
    region: 'us-east-1',
    unit: '1K tokens',
    usd: 0.0015,
    attributes: {
      model: 'Claude Sonnet 4',
      inferenceType: 'Input tokens',
      usagetype: 'USE1-Claude4Sonnet-input-tokens-cross-region-global-batch',
    },
  },
]

export const PRODUCTS: readonly SandboxProduct[] = [
  ...novaMicro('us-east-1', 0.000035, 0.00014),
  ...novaMicro('ap-northeast-1', 0.000042, 0.000168),
  ...['us-east-1', 'eu-west-1', 'ap-northeast-1'].flatMap((region) => [
    ...claudeHaiku45(region),
    ...claudeOpus48(region),
  ]),
  ...MORE,
]
