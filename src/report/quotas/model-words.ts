import { parseModelName } from '../prices/model-id.ts'

/** A model as the words of its name and its version, however it is spelled. */
interface ModelWords {
  /** `claude sonnet 4 5`, `llama 3 2 1b instruct`: numbers apart from the letters before them, versions in parts. */
  words: string
  /** `1.0`; a name that says none is of the first. */
  version: string
}

/** The words with which a maker may be named in front of a quota's model, by the maker's part of the model id. */
const MAKERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries<readonly string[]>({
    ai21: ['ai 21 labs', 'ai 21'],
    amazon: ['amazon'],
    anthropic: ['anthropic'],
    cohere: ['cohere'],
    deepseek: ['deepseek'],
    luma: ['luma ai', 'luma'],
    meta: ['meta'],
    minimax: ['minimax'],
    mistral: ['mistral ai', 'mistral'],
    moonshot: ['moonshot ai', 'moonshot'],
    moonshotai: ['moonshot ai', 'moonshot'],
    nvidia: ['nvidia'],
    openai: ['openai', 'open ai'],
    qwen: ['qwen'],
    stability: ['stability ai', 'stability'],
    twelvelabs: ['twelve labs', 'twelvelabs'],
    writer: ['writer ai', 'writer'],
    zai: ['z ai', 'zai'],
  }),
)

/** Models that quotas call otherwise than their ids do. */
const CALLED: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    'titan embed image': 'titan multimodal embeddings g 1',
    'titan embed text': 'titan text embeddings',
    'titan image generator': 'titan image generator g 1',
  }),
)

/**
 * The words of a base model's id (`anthropic.claude-sonnet-4-5-20250929-v1:0`) without its maker, date and version.
 * Undefined where the id is of another form, such as one with a context length (`…-v1:0:48k`).
 */
export function wordsOfId(base: string): (ModelWords & { maker: string }) | undefined {
  const dot = base.indexOf('.')
  if (dot < 1 || /:\d+:/.test(base)) return undefined
  const maker = base.slice(0, dot)
  // `openai.gpt-oss-120b-1:0` has its version without the letter.
  const { name, version, revision } = parseModelName(base.slice(dot + 1).replace(/-(\d):(\d+)$/, '-v$1:$2'))
  if (name.includes(':')) return undefined
  const words = split(name)
  return { maker, words: CALLED.get(words) ?? words, version: `${version}.${revision}` }
}

/** Whether a quota's model, `Anthropic Claude Sonnet 4.5 V1`, is exactly that of a base model's id: maker, words and version. */
export function isNamed(quotaModel: string, id: ModelWords & { maker: string }): boolean {
  const name = quotaModel.replace(/\b(\d\d)\.(\d\d)\b/g, '$1$2')
  const [, head = '', version = '1', revision = '0'] = /^(.+) v(\d+)(?:\.(\d+))?$/i.exec(name) ?? []
  // What looks like a version may be the model's very name: "DeepSeek V3.1".
  return is(split(name), '1.0', id) || (head !== '' && is(split(head), `${version}.${revision}`, id))
}

/** Some names go without the maker ("Qwen3 32B V1"). */
function is(words: string, version: string, id: ModelWords & { maker: string }): boolean {
  const makers = ['', ...(MAKERS.get(id.maker) ?? []).map((maker) => `${maker} `)]
  return version === id.version && makers.some((maker) => words === maker + id.words)
}

function split(name: string): string {
  return name
    .toLowerCase()
    .replace(/(?<=[a-z])(?=\d)/g, ' ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
}
