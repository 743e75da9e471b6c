/** A quota of an account: its code, its name as Service Quotas spells it, and its value. */
export type QuotaRow = readonly [code: string, name: string, value: number, adjustable: boolean]

const ON_DEMAND = 'On-demand model inference'
const CROSS = 'Cross-region model inference'
const GLOBAL = 'Global cross-region model inference'
const SONNET = 'Anthropic Claude Sonnet 4.5 V1'

/** A part of those of `bedrock`, and some that read like them. Codes are AWS's where published, values believable. */
export const BEDROCK_QUOTAS: readonly QuotaRow[] = [
  ['L-26C560CE', `${ON_DEMAND} requests per minute for Amazon Titan Text Embeddings V2`, 6_000, false],
  ['L-DE641971', `${ON_DEMAND} tokens per minute for Amazon Titan Text Embeddings V2`, 300_000, false],
  ['L-879F6850', `${ON_DEMAND} requests per minute for Amazon Titan Text Embeddings`, 2_000, false],
  ['L-7DBB06FD', `${ON_DEMAND} requests per minute for Amazon Titan Image Generator G1`, 60, false],
  ['L-7C4A1D20', `${ON_DEMAND} requests per minute for Amazon Nova Pro`, 250, false],
  ['L-CE33604C', `${ON_DEMAND} tokens per minute for Amazon Nova Pro`, 1_000_000, false],
  ['L-70423BF8', `${ON_DEMAND} tokens per minute for Amazon Nova Lite`, 4_000_000, false],
  ['L-CFA4FA0D', `${ON_DEMAND} tokens per minute for Amazon Nova Micro`, 4_000_000, false],
  [
    'L-5C20C3A8',
    'On-demand, latency-optimized model inference tokens per minute for Amazon Nova Pro V1',
    1_000_000,
    false,
  ],
  ['L-8CE99163', `${ON_DEMAND} tokens per minute for Anthropic Claude 3 Haiku`, 2_000_000, false],
  ['L-2DC80978', `${ON_DEMAND} requests per minute for Anthropic Claude 3 Haiku`, 1_000, false],
  ['L-A50569E5', `${ON_DEMAND} tokens per minute for Anthropic Claude 3.5 Sonnet`, 400_000, false],
  ['L-254CACF4', `${ON_DEMAND} requests per minute for Anthropic Claude 3.5 Sonnet`, 50, false],
  ['L-FD938632', `${ON_DEMAND} requests per minute for Mistral Mixtral 8x7b Instruct`, 400, false],
  ['L-490F4D1F', `${ON_DEMAND} tokens per minute for Mistral AI Mixtral 8X7BB Instruct`, 300_000, false],
  ['L-9DC5F595', `${ON_DEMAND} tokens per minute for OpenAI GPT OSS 120B`, 10_000_000, false],
  ['L-25B50707', `${ON_DEMAND} requests per minute for OpenAI GPT OSS 120B`, 10_000, false],
  ['L-A2BE277A', `${ON_DEMAND} tokens per minute for Cohere Embed English`, 300_000, false],
  ['L-F4DDD3EB', `${CROSS} tokens per minute for ${SONNET}`, 200_000, true],
  ['L-4A6BFAB1', `${CROSS} requests per minute for ${SONNET}`, 200, true],
  ['L-8EA73537', `${CROSS} tokens per minute for ${SONNET} 1M Context Length`, 1_000_000, true],
  ['L-A052927A', `${CROSS} requests per minute for ${SONNET} 1M Context Length`, 5, true],
  ['L-59759B4A', `${CROSS} tokens per minute for Anthropic Claude Sonnet 4 V1`, 200_000, true],
  ['L-559DCC33', `${CROSS} requests per minute for Anthropic Claude Sonnet 4 V1`, 200, true],
  ['L-FF8B4E28', 'Cross-Region model inference tokens per minute for Anthropic Claude 3.5 Sonnet V2', 800_000, true],
  ['L-1D3E59A3', 'Cross-Region model inference requests per minute for Anthropic Claude 3.5 Sonnet V2', 100, false],
  ['L-479B647F', `${CROSS} tokens per minute for Anthropic Claude 3.5 Sonnet`, 800_000, true],
  ['L-58BE175A', `${CROSS} tokens per minute for Anthropic Claude Haiku 4.5`, 5_000_000, true],
  ['L-CCA5DF70', `${CROSS} requests per minute for Anthropic Claude Haiku 4.5`, 1_000, true],
  ['L-DC7FF66C', `${CROSS} tokens per minute for Amazon Nova Micro`, 8_000_000, true],
  ['L-3F110E0F', `${CROSS} requests per minute for Amazon Nova Micro`, 4_000, false],
  ['L-C0326783', `${CROSS} tokens per minute for Amazon Nova Pro`, 2_000_000, true],
  ['L-ED46B8C5', `${CROSS} requests per minute for Amazon Nova Pro`, 500, false],
  ['L-BD9FDA6F', `${CROSS} tokens per minute for Meta Llama 3.2 1B Instruct`, 600_000, true],
  ['L-A31D2B40', `${CROSS} requests per minute for Meta Llama 3.2 1B Instruct`, 1_600, false],
  ['L-9A11C666', `${GLOBAL} tokens per minute for Anthropic Claude Haiku 4.5`, 4_000_000, true],
  ['L-E5084BBA', `${GLOBAL} requests per minute for Anthropic Claude Haiku 4.5`, 1_000, true],
  ['L-27C57EE8', `${GLOBAL} tokens per minute for ${SONNET}`, 500_000, true],
  ['L-DB84CE56', `${GLOBAL} requests per minute for ${SONNET}`, 500, true],
  ['L-B5C049AE', `${GLOBAL} tokens per day for Anthropic Claude Haiku 4.5`, 5_760_000_000, false],
  [
    'L-381AD9EE',
    `Model invocation max tokens per day for ${SONNET} (doubled for cross-region calls)`,
    144_000_000,
    false,
  ],
  ['L-9F4DB459', '(Guardrails) On-demand ApplyGuardrail Word filter policy text units per second', 25, false],
  ['L-1074C53D', 'Model units per provisioned model for Amazon Titan Text Embeddings V2', 0, false],
  ['L-68FC8D47', 'Batch inference input file size (in GB) for Nova Pro V1', 1, true],
  ['L-707418DE', 'CreateAgent requests per second', 6, false],
]
