import { parseModelName, splitScope } from '../model-id.ts'
import NAMES_LISTED from './names.json' with { type: 'json' }

/**
 * What AWS's price list calls a model, and the ids by which it is called: of `bedrock-runtime` first, then those by which the
 * OpenAI-compatible endpoint knows the same model. Several names of one model stand in several lines.
 */
const LISTED: ReadonlyMap<string, string> = new Map(Object.entries<string>(NAMES_LISTED))

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
