/** One product of the price list: what it bills, in which unit and at which price. */
export interface SandboxProduct {
  readonly serviceCode: string
  readonly region: string
  readonly attributes: Readonly<Record<string, string>>
  readonly unit: string
  readonly usd: number
  /** In words, where they say more than the price and the unit. */
  readonly description?: string
  /** US dollars a unit once so many were used. */
  readonly beyond?: { readonly from: number; readonly usd: number }
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

function novaMicro(region: string, input: number, output: number): SandboxProduct[] {
  const micro = (usage: string, usd: number, more: Record<string, string> = {}) =>
    own(region, 'Nova Micro', `NovaMicro-${usage}`, usd, { provider: 'Amazon', ...more })
  return [
    micro('input-tokens', input, { inferenceType: 'Input tokens' }),
    micro('output-tokens', output, { inferenceType: 'Output tokens' }),
    micro('cache-read-input-token-count', input / 4, { inferenceType: 'Prompt cache read input tokens' }),
    micro('input-tokens-batch', input / 2, { feature: 'Batch Inference' }),
    micro('input-tokens-flex', input / 2, { inferenceType: 'Input tokens flex' }),
    micro('input-tokens-priority', input * 1.75),
    micro('input-tokens-custom-model', input),
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

/** OpenAI-compatible endpoint: the id in the usage type, the tier in an attribute; some have no name but the id. */
function mantle(id: string, rates: Readonly<Record<string, number>>, model = id, unit = '1K tokens'): SandboxProduct[] {
  return Object.entries(rates).map(([usage, usd]) => ({
    serviceCode: 'AmazonBedrock',
    region: 'us-east-1',
    unit,
    usd,
    attributes: {
      model,
      usagetype: `USE1-${id}-mantle-${usage}`,
      service_tier: usage.replace(/^.*-tokens-(?:\d+m-)?(?:long-ctx-)?/, ''),
    },
  }))
}

/** Open-weight models that have rows of both endpoints; batch is told by `feature` alone in one of them. */
const QWEN: readonly SandboxProduct[] = [
  ...Object.entries({
    'input-tokens': 0.00015,
    'output-tokens': 0.0006,
    'input-tokens-flex': 0.000075,
    'output-tokens-flex': 0.0003,
    'input-tokens-priority': 0.0002625,
    'output-tokens-priority': 0.00105,
  }).map(([usage, usd]) => own('us-east-1', 'Qwen3 32B', `Qwen3-32B-${usage}`, usd, { provider: 'Qwen' })),
  own('us-east-1', 'Qwen3 32B', 'Qwen3-32B-input-tokens-batch', 0.000075, { feature: 'Batch Inference' }),
  ...mantle('qwen.qwen3-32b', { 'input-tokens-standard': 0.00015, 'output-tokens-standard': 0.0006 }, 'Qwen3 32B'),
]

const MANTLE_ONLY: readonly SandboxProduct[] = [
  ...mantle(
    'deepseek.v3.1',
    { 'input-tokens-standard': 0.00058, 'output-tokens-standard': 0.00168, 'input-tokens-flex': 0.00029 },
    'DeepSeek V3.1',
  ),
  ...mantle(
    'nvidia.nemotron-nano-9b-v2',
    { 'input-tokens-standard': 0.00006, 'output-tokens-standard': 0.00023 },
    'NVIDIA Nemotron Nano 2',
  ),
  // By the million, unlike all others.
  ...mantle(
    'xai.grok-4.3',
    { 'input-tokens-standard': 1.25, 'output-tokens-standard': 2.5, 'cache-read-tokens-standard': 0.2 },
    undefined,
    '1M tokens',
  ),
  ...mantle('openai.gpt-5.6-luna', {
    'input-tokens-standard': 0.0002,
    'output-tokens-standard': 0.0012,
    'input-tokens-global-standard': 0.00018,
    'cache-read-tokens-standard': 0.00002,
    'cache-write-tokens-30m-standard': 0.00025,
    'input-tokens-long-ctx-standard': 0.0004,
    'output-tokens-long-ctx-standard': 0.0018,
  }),
]

/** Long prompts at a price of their own, in each of the three ways of writing it. */
const LONG: readonly SandboxProduct[] = [
  marketplace('us-east-1', 'Claude Sonnet 4.5', 'InputTokenCount', 3.3),
  marketplace('us-east-1', 'Claude Sonnet 4.5', 'OutputTokenCount', 16.5),
  marketplace('us-east-1', 'Claude Sonnet 4.5', 'InputTokenCount_LCtx', 6.6),
  marketplace('us-east-1', 'Claude Sonnet 4.5', 'OutputTokenCount_LCtx', 24.75),
  ...Object.entries({
    'input-tokens-cross-region-global': 0.003,
    'output-tokens-cross-region-global': 0.015,
    'input-tokens-cross-region-global-batch': 0.0015,
    'input-tokens-long-context-cross-region-global': 0.006,
    'output-tokens-long-context-cross-region-global': 0.0225,
    'cache-read-input-token-count-long-context-cross-region-global': 0.0006,
  }).map(([usage, usd]) => ({
    ...own('us-east-1', 'Claude Sonnet 4', `Claude4Sonnet-${usage}`, usd),
    serviceCode: 'AmazonBedrockService',
  })),
]

function titan(usage: string, usd: number, more: Record<string, string> = {}): SandboxProduct {
  const attributes = { ...more, usagetype: `USE1-Titan${usage}-input-tokens` }
  return { serviceCode: 'AmazonBedrock', region: 'us-east-1', unit: '1K tokens', usd, attributes }
}

/** Embeddings: of Titan without a name in any attribute or in one of its own, of Cohere by the marketplace. */
const EMBEDDINGS: readonly SandboxProduct[] = [
  titan('EmbeddingV2-Text', 0.00002),
  titan('EmbeddingsG1-Text', 0.0001, { titanModel: 'TitanEmbeddingsG1-Text' }),
  titan('EmbeddingsG1-Image', 0.0008),
  marketplace('us-east-1', 'Cohere Embed 4 Model', 'InputTokenCount', 0.12),
  marketplace('us-east-1', 'Cohere Embed 4 Model', 'InputImageCount', 0.00047, 'Units'),
  {
    ...marketplace('us-east-1', 'Cohere Embed 3 Model - English', 'InputTokenCount', 0.1, 'Units'),
    description: 'AWS Marketplace software usage|us-east-1|Million Input Tokens',
  },
]

/** By the text unit, whether anything was blocked or not. */
function guardrails(what: string, usd: number): SandboxProduct[] {
  const product = own('us-east-1', 'Guardrails', `Guardrail-${what}Consumed`, usd, { feature: 'Guardrail' })
  return [{ ...product, unit: 'TextUnits' }]
}

/** What is no price of text tokens, in every form. */
const OTHERS: readonly SandboxProduct[] = [
  own('us-east-1', 'Nova Sonic', 'NovaSonic-speech-input-tokens', 0.0034, {
    inferenceType: 'Speech Understanding input token',
  }),
  own('us-east-1', 'Nova Sonic', 'NovaSonic-text-input-tokens', 0.00006, { inferenceType: 'Text Input Token' }),
  own('us-east-1', 'Nova 2.0 Omni', 'Nova2.0Omni-input-audio-token-count', 0.001),
  own('us-east-1', 'Nova Pro', 'NovaPro-Customization-Training', 0.008),
  own('us-east-1', 'Nova Pro', 'NovaPro-input-tokens-ultrafast', 0.0024),
  { ...own('us-east-1', 'Nova Pro', 'NovaPro-ProvisionedThroughput-NoCommit-ModelUnits', 108), unit: 'hours' },
  { ...own('us-east-1', 'Nova Canvas', 'NovaCanvas-T2I-1024-Standard', 0.04), unit: 'image' },
  { ...own('us-east-1', 'Nova Lite', 'NovaLite-input-tokens', 0.00006), unit: '1B tokens' },
  { ...own('us-east-1', 'Nova Lite', 'NovaLite-output-tokens', 0.00024), beyond: { from: 1_000_000, usd: 0.0002 } },
  ...guardrails('ContentPolicyUnits', 0.00015),
  ...guardrails('TopicPolicyUnits', 0.00015),
  ...guardrails('WordPolicyUnits', 0),
  ...guardrails('SensitiveInformationPolicyPaidUnits', 0.0001),
  ...guardrails('SensitiveInformationPolicyFreeUnits', 0),
  ...guardrails('ContextualGroundingPolicyUnits', 0.0001),
  marketplace('us-east-1', 'Claude Unheard 9', 'InputTokenCount', 7),
]

const MORE: readonly SandboxProduct[] = [
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-input-tokens', 0.00033),
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-output-tokens', 0.00275),
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-input-tokens-cross-region-global', 0.0003),
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-output-tokens-cross-region-global', 0.0025),
  own('us-east-1', 'Nova 2.0 Lite', 'Nova2.0Lite-input-tokens-priority-cross-region-global', 0.000525),
  own('us-east-1', 'Nova Pro', 'NovaPro-input-tokens', 0.0008),
  own('us-east-1', 'Nova Pro', 'NovaPro-output-tokens', 0.0032),
  own('us-east-1', 'Nova Pro', 'NovaPro-input-tokens-latency-optimized', 0.001),
  marketplace('us-east-1', 'Claude 3.5 Haiku', 'InputTokenCount_LatencyOptimized', 1),
  own('us-east-1', 'Mistral Large', 'Mistral-Large-input-tokens', 0.004, { provider: 'Mistral' }),
  own('us-east-1', 'Mistral Large 3', 'Mistral-Large-3-675b-Instruct-input-tokens', 0.0005, { provider: 'Mistral' }),
  ...QWEN,
  ...MANTLE_ONLY,
  ...LONG,
  ...EMBEDDINGS,
  ...OTHERS,
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
