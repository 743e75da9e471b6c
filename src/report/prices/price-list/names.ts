import { parseModelName, splitScope } from '../model-id.ts'

/**
 * What AWS's price list calls a model, and the ids by which it is called: of `bedrock-runtime` first, then those by which the
 * OpenAI-compatible endpoint knows the same model. Several names of one model stand in several lines.
 */
const LISTED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'Jamba 1.5 Large': 'ai21.jamba-1-5-large-v1:0',
    'Jamba 1.5 Mini': 'ai21.jamba-1-5-mini-v1:0',
    'Jamba-Instruct': 'ai21.jamba-instruct-v1:0',
    'Jurassic-2 Mid': 'ai21.j2-mid-v1',
    'Jurassic-2 Ultra': 'ai21.j2-ultra-v1',

    'Nova Micro': 'amazon.nova-micro-v1:0',
    'Nova Lite': 'amazon.nova-lite-v1:0',
    'Nova Pro': 'amazon.nova-pro-v1:0',
    'Nova Premier': 'amazon.nova-premier-v1:0',
    'Nova Canvas': 'amazon.nova-canvas-v1:0',
    'Nova Reel': 'amazon.nova-reel-v1:0',
    'Nova Sonic': 'amazon.nova-sonic-v1:0',
    'Nova 2.0 Lite': 'amazon.nova-2-lite-v1:0',
    'Nova 2.0 Omni': 'amazon.nova-2-omni-v1:0 amazon.nova-2-omni-preview-20251202-v1:0',
    'Nova 2.0 Pro': 'amazon.nova-2-pro-v1:0 amazon.nova-2-pro-preview-20251202-v1:0',
    'Nova Sonic 2.0': 'amazon.nova-2-sonic-v1:0',
    NovaMultiModalEmbeddings: 'amazon.nova-2-multimodal-embeddings-v1:0',
    'Nova MME': 'amazon.nova-2-multimodal-embeddings-v1:0',
    'TitanEmbeddingsG1-Text': 'amazon.titan-embed-text-v1',
    'TitanEmbeddingV2-Text': 'amazon.titan-embed-text-v2:0',
    'TitanEmbeddingsV2-Text': 'amazon.titan-embed-text-v2:0',
    'TitanEmbeddingsV2-Text-input': 'amazon.titan-embed-text-v2:0',
    'Titan Embeddings G1 Image': 'amazon.titan-embed-image-v1',
    'TitanText-Premier': 'amazon.titan-text-premier-v1:0',
    'Titan Text G1 Premier': 'amazon.titan-text-premier-v1:0',
    'TitanTextG1-Express': 'amazon.titan-text-express-v1',
    'TitanTextG1-Lite': 'amazon.titan-text-lite-v1',

    Claude: 'anthropic.claude-v1',
    'Claude (100K)': 'anthropic.claude-v1-100k',
    'Claude 2.0': 'anthropic.claude-v2',
    'Claude 2.1': 'anthropic.claude-v2:1',
    'Claude Instant': 'anthropic.claude-instant-v1',
    'Claude Instant (100K)': 'anthropic.claude-instant-v1-100k',
    'Claude 3 Haiku': 'anthropic.claude-3-haiku-20240307-v1:0',
    'Claude 3 Sonnet': 'anthropic.claude-3-sonnet-20240229-v1:0',
    'Claude 3 Opus': 'anthropic.claude-3-opus-20240229-v1:0',
    'Claude 3.5 Haiku': 'anthropic.claude-3-5-haiku-20241022-v1:0',
    'Claude 3.5 Sonnet': 'anthropic.claude-3-5-sonnet-20240620-v1:0',
    'Claude 3.5 Sonnet v2': 'anthropic.claude-3-5-sonnet-20241022-v2:0',
    'Claude 3.7 Sonnet': 'anthropic.claude-3-7-sonnet-20250219-v1:0',
    'Claude Sonnet 4': 'anthropic.claude-sonnet-4-20250514-v1:0',
    'Claude Opus 4': 'anthropic.claude-opus-4-20250514-v1:0',
    'Claude Opus 4.1': 'anthropic.claude-opus-4-1-20250805-v1:0',
    'Claude Haiku 4.5': 'anthropic.claude-haiku-4-5-20251001-v1:0',
    'Claude Sonnet 4.5': 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    'Claude Opus 4.5': 'anthropic.claude-opus-4-5-20251101-v1:0',
    'Claude Sonnet 4.6': 'anthropic.claude-sonnet-4-6',
    'Claude Opus 4.6': 'anthropic.claude-opus-4-6-v1',
    'Claude Opus 4.7': 'anthropic.claude-opus-4-7',
    'Claude Opus 4.8': 'anthropic.claude-opus-4-8',
    'Claude Sonnet 5': 'anthropic.claude-sonnet-5',
    'Claude Opus 5': 'anthropic.claude-opus-5',
    'Claude Fable 5': 'anthropic.claude-fable-5',
    'Claude Mythos 5': 'anthropic.claude-mythos-5',
    'Claude Mythos Preview': 'anthropic.claude-mythos-preview',

    'Cohere Command R': 'cohere.command-r-v1:0',
    'Cohere Command R+': 'cohere.command-r-plus-v1:0',
    'Cohere Generate Model - Command': 'cohere.command-text-v14',
    'Cohere Generate Model - Command-Light': 'cohere.command-light-text-v14',
    'Cohere Embed 3 Model - English': 'cohere.embed-english-v3',
    'Cohere Embed Model 3 - Multilingual': 'cohere.embed-multilingual-v3',
    'Cohere Embed 4 Model': 'cohere.embed-v4:0',

    R1: 'deepseek.r1-v1:0',
    'DeepSeek V3.1': 'deepseek.v3-v1:0 deepseek.v3.1',
    'DeepSeek v3.2': 'deepseek.v3.2',
    'Gemma 3 4B': 'google.gemma-3-4b-it',
    'Gemma 3 12B': 'google.gemma-3-12b-it',
    'Gemma 3 27B': 'google.gemma-3-27b-it',
    'google.gemma-4-26b-a4b': 'google.gemma-4-26b-a4b',
    'google.gemma-4-31b': 'google.gemma-4-31b',
    'google.gemma-4-e2b': 'google.gemma-4-e2b',

    'Meta Llama 2 Chat 13B': 'meta.llama2-13b-chat-v1',
    'Meta Llama 2 Chat 70B': 'meta.llama2-70b-chat-v1',
    'Llama 3 8B': 'meta.llama3-8b-instruct-v1:0',
    'Llama 3 70B': 'meta.llama3-70b-instruct-v1:0',
    'Llama 3.1 8B': 'meta.llama3-1-8b-instruct-v1:0',
    'Llama 3.1 70B': 'meta.llama3-1-70b-instruct-v1:0',
    'Llama 3.1 405B': 'meta.llama3-1-405b-instruct-v1:0',
    'Llama 3.2 1B': 'meta.llama3-2-1b-instruct-v1:0',
    'Llama 3.2 3B': 'meta.llama3-2-3b-instruct-v1:0',
    'Llama 3.2 11B': 'meta.llama3-2-11b-instruct-v1:0',
    'Llama 3.2 90B': 'meta.llama3-2-90b-instruct-v1:0',
    'Llama 3.3 70B': 'meta.llama3-3-70b-instruct-v1:0',
    'Llama 4 Maverick 17B': 'meta.llama4-maverick-17b-instruct-v1:0',
    'Llama 4 Scout 17B': 'meta.llama4-scout-17b-instruct-v1:0',
    'Minimax M2': 'minimax.minimax-m2',
    'Minimax M2.1': 'minimax.minimax-m2.1',
    'MiniMax M2.5': 'minimax.minimax-m2.5',

    'Mistral 7B': 'mistral.mistral-7b-instruct-v0:2',
    'Mixtral 8x7B': 'mistral.mixtral-8x7b-instruct-v0:1',
    'Mistral Small': 'mistral.mistral-small-2402-v1:0',
    'Mistral Large': 'mistral.mistral-large-2402-v1:0',
    'Mistral Large 2407': 'mistral.mistral-large-2407-v1:0',
    'Mistral Large 3': 'mistral.mistral-large-3-675b-instruct',
    'Pixtral Large 25.02': 'mistral.pixtral-large-2502-v1:0',
    'Magistral Small 1.2': 'mistral.magistral-small-2509',
    'Ministral 3B 3.0': 'mistral.ministral-3-3b-instruct',
    'Ministral 8B 3.0': 'mistral.ministral-3-8b-instruct',
    'Ministral 14B 3.0': 'mistral.ministral-3-14b-instruct',
    Devstral: 'mistral.devstral-2-123b',
    'Voxtral Mini 1.0': 'mistral.voxtral-mini-3b-2507',
    'Voxtral Small 1.0': 'mistral.voxtral-small-24b-2507',
    'Kimi K2 Thinking': 'moonshot.kimi-k2-thinking moonshotai.kimi-k2-thinking',
    'Kimi K2.5': 'moonshotai.kimi-k2.5',

    'NVIDIA Nemotron Nano 2': 'nvidia.nemotron-nano-9b-v2',
    'NVIDIA Nemotron Nano 2 VL': 'nvidia.nemotron-nano-12b-v2',
    'Nemotron Nano 3 30B': 'nvidia.nemotron-nano-3-30b',
    'NVIDIA Nemotron 3 Super 120B A12B': 'nvidia.nemotron-super-3-120b',
    'gpt-oss-20b': 'openai.gpt-oss-20b-1:0 openai.gpt-oss-20b',
    'gpt-oss-120b': 'openai.gpt-oss-120b-1:0 openai.gpt-oss-120b',
    'GPT OSS Safeguard 20B': 'openai.gpt-oss-safeguard-20b',
    'GPT OSS Safeguard 120B': 'openai.gpt-oss-safeguard-120b',
    'Qwen3 32B': 'qwen.qwen3-32b-v1:0',
    'Qwen3 235B A22B 2507': 'qwen.qwen3-235b-a22b-2507-v1:0',
    'Qwen3 Coder 30B A3B': 'qwen.qwen3-coder-30b-a3b-v1:0 qwen.qwen3-coder-30b-a3b-instruct',
    'Qwen3 Coder 480B A35B': 'qwen.qwen3-coder-480b-a35b-v1:0 qwen.qwen3-coder-480b-a35b-instruct',
    'Qwen3 Coder Next': 'qwen.qwen3-coder-next',
    'Qwen3 Next 80B A3B': 'qwen.qwen3-next-80b-a3b qwen.qwen3-next-80b-a3b-instruct',
    'Qwen3 VL 235B A22B': 'qwen.qwen3-vl-235b-a22b qwen.qwen3-vl-235b-a22b-instruct',
    'TwelveLabs Marengo Embed 2.7': 'twelvelabs.marengo-embed-2-7-v1:0',
    'TwelveLabs Marengo Embed 3.0': 'twelvelabs.marengo-embed-3-0-v1:0',
    'TwelveLabs Pegasus 1.2': 'twelvelabs.pegasus-1-2-v1:0',
    'Palmyra X4': 'writer.palmyra-x4-v1:0',
    'Palmyra X5': 'writer.palmyra-x5-v1:0',
    'Writer Palmyra Vision 7B': 'writer.palmyra-vision-7b',
    'xai.grok-4.3': 'xai.grok-4.3',
    'GLM 4.7': 'zai.glm-4.7',
    'GLM 4.7 Flash': 'zai.glm-4.7-flash',
    'GLM 5': 'zai.glm-5',
  }),
)

const IDS: ReadonlyMap<string, readonly string[]> = new Map(
  [...LISTED].map(([name, ids]) => [canonicalName(name), ids.split(' ')]),
)

const SPELT: ReadonlyMap<string, string> = new Map([...LISTED.keys()].map((name) => [canonicalName(name), name]))

const NAMES: ReadonlyMap<string, readonly string[]> = namesByModel()

/**
 * One form for all spellings of a name: "Nova 2.0 Lite", `Nova2.0Lite` and `nova-2-lite` are the same; "Command R+" and
 * "Command R" are not. Digits stay apart, so that 3.1 8B is not 31 8B.
 */
export function canonicalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/ \(amazon bedrock edition\)$/, '')
    .replace(/[- ](?:instruct|it)$/, '')
    .replaceAll('+', ' plus')
    .replace(/(\d)[^a-z0-9]+(?=\d)/g, '$1.')
    .replace(/\.0(?![\d.])/g, '')
    .replace(/[^a-z0-9.]|\.(?!\d)|(?<!\d)\./g, '')
}

/**
 * The names that the price list may have for a model id (no ARN), in canonical form: exactly that model's, or none. A model
 * that is newer than this program is found by the name that its id spells, unless that is known to be another's.
 */
export function listNames(id: string): string[] {
  const { base } = splitScope(id)
  const model = modelKey(base)
  const spelt = spellings(base).filter((name) => (IDS.get(name) ?? [base]).some((owner) => modelKey(owner) === model))
  return [...new Set([...(NAMES.get(model) ?? []), ...spelt])]
}

/** The model ids of a name of the price list, which calls newer models by their id; none where it is not known. */
export function modelIds(name: string): readonly string[] {
  return IDS.get(canonicalName(name)) ?? (/^[a-z][a-z0-9]+\.[a-z][a-z0-9.-]+$/.test(name) ? [name] : [])
}

/** A name of the price list as this program writes it, by its canonical form; undefined where it is not known. */
export function listedName(canonical: string): string | undefined {
  return SPELT.get(canonical)
}

/** The same for all snapshots of one version, and with or without `-v1:0`: the price list does not tell them apart. */
function modelKey(base: string): string {
  const { name, version, revision } = parseModelName(base)
  return `${name} ${version} ${revision}`
}

function spellings(base: string): string[] {
  const { name, version, revision } = parseModelName(base)
  const [maker = '', ...rest] = name.split('.')
  const later = version > 1 ? ` v${version}${revision > 0 ? `.${revision}` : ''}` : ''
  const own = `${rest.join('.').replace(/-instruct$/, '')}${later}`
  return [base, own, `${maker} ${own}`].map(canonicalName)
}

function namesByModel(): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const [name, ids] of IDS) {
    for (const id of ids) names.set(modelKey(id), [...(names.get(modelKey(id)) ?? []), name])
  }
  return names
}
