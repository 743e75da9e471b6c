import { parseModelName, splitScope } from '../model-id.ts'

/** Models that the price list calls by a name of its own making, by model id. */
const ALIASES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries<readonly string[]>({
    'amazon.titan-embed-text-v2:0': ['TitanEmbeddingsV2-Text', 'TitanEmbeddingsV2-Text-input'],
    'cohere.embed-v4:0': ['Cohere Embed 4 Model'],
    'deepseek.r1-v1:0': ['R1', 'DeepSeek-R1'],
    'openai.gpt-oss-120b-1:0': ['gpt-oss-120b'],
    'openai.gpt-oss-20b-1:0': ['gpt-oss-20b'],
  }),
)

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

/** The names that the price list may have for a model id (no ARN), in canonical form: exactly that model's, or none. */
export function listNames(id: string): string[] {
  const { base } = splitScope(id)
  const { name, version, revision } = parseModelName(base)
  const [maker = '', ...rest] = name.split('.')
  const later = version > 1 ? ` v${version}${revision > 0 ? `.${revision}` : ''}` : ''
  const own = `${rest.join('.').replace(/-instruct$/, '')}${later}`
  return [...new Set([base, own, `${maker} ${own}`, ...(ALIASES.get(base) ?? [])].map(canonicalName))]
}
