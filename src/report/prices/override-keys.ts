import { nearest } from '../../text/nearest.ts'
import { isApplicationProfile, MANTLE_PREFIX, modelKey, pricedId, profileIdOf, splitScope } from './model-id.ts'
import { isDated, type PriceOverride, type PriceOverrides } from './overrides.ts'

export interface Keyed {
  key: string
  override: PriceOverride
}

const PROFILE_KIND = 'application-inference-profile/'

/**
 * Finds the overrides that may hold for a call, most specific first: by its key, then by what stands under that. Keys: the
 * id as it was called, or its ARN or the id in its ARN, with `-v1:0` or without; the id without its prefix (`us.`, `global.` …); of
 * an application profile, the model that it stands for; then patterns, the one with the most characters besides `*` first. Under
 * one key: what names the Region before what does not, then the tier, then days.
 */
export function overrideFinder(overrides: PriceOverrides) {
  const patterns = [...overrides.keys()]
    .filter((key) => key.includes('*'))
    .sort((a, b) => lettersOf(b) - lettersOf(a) || b.length - a.length)
  const known = new Map<string, readonly Keyed[]>()
  const find = (modelId: string, region: string, model: string | undefined): Keyed[] => {
    const names = namesOf(modelId, model)
    const exact = names.flatMap((name) => [
      ...(overrides.has(name) ? [name] : []),
      ...[...overrides.keys()].filter((key) => isKeyOf(key, name, region)),
    ])
    const wide = patterns.filter((pattern) => names.some((name) => isPatternOf(pattern, name, region)))
    return [...new Set([...exact, ...wide])].flatMap((key) =>
      (overrides.get(key) ?? [])
        .filter((override) => override.region === undefined || override.region === region)
        .sort((a, b) => rankOf(b) - rankOf(a))
        .map((override) => ({ key, override })),
    )
  }
  return (modelId: string, region: string, model?: string): readonly Keyed[] => {
    const call = JSON.stringify([modelId, region, model])
    const found = known.get(call) ?? find(modelId, region, model)
    known.set(call, found)
    return found
  }
}

const lettersOf = (pattern: string) => pattern.replaceAll('*', '').length

const rankOf = (override: PriceOverride) =>
  (override.region === undefined ? 0 : 4) + (override.tier === undefined ? 0 : 2) + (isDated(override) ? 1 : 0)

/** What keys may call a model by: as it was called, as it is priced, without its prefix, and the model behind it. */
function namesOf(modelId: string, model: string | undefined): string[] {
  const of = (id: string) => {
    const priced = pricedId(id)
    if (typeof priced === 'string') return [id, priced, splitScope(priced).base]
    return isApplicationProfile(id) ? [id, profileIdOf(id)] : [id]
  }
  return [...new Set([...of(modelId), ...(model === undefined ? [] : of(model))])]
}

/** Metrics have an application profile by its bare id: the keys that are ARNs hold for it, too. */
function isKeyOf(key: string, name: string, region: string): boolean {
  const id = idIn(key, region)
  return (
    (id !== undefined && modelKey(id) === modelKey(name)) ||
    (key === profileArn(key, name, region) && profileIdOf(key) === name)
  )
}

function isPatternOf(pattern: string, name: string, region: string): boolean {
  const texts = [name, profileArn(pattern, name, region) ?? name]
  return texts.some((text) => isLike(pattern, text)) || isLike(idIn(pattern, region) ?? pattern, name)
}

/** The model that a key names by its id or its ARN, which is of one Region. */
function idIn(key: string, region: string): string | undefined {
  const id = pricedId(key)
  const [, , , at = ''] = key === id ? [] : key.split(':')
  return typeof id === 'string' && (at === '' || isLike(at, region)) ? id : undefined
}

/** The ARN of a bare profile id, as far as it is known: partition and account are taken for those of the key. */
function profileArn(key: string, name: string, region: string): string | undefined {
  if (!isApplicationProfile(name) || name.includes('/') || !key.includes(PROFILE_KIND)) return undefined
  const [arn, partition, service, , account, ...rest] = key.split(':')
  // A wildcard may stand for several of its parts.
  const known = rest.length > 0 ? [arn, partition, service, region, account] : ['arn', '', 'bedrock', region, '']
  return [...known, `${PROFILE_KIND}${name}`].join(':')
}

/** Whether a text is what a pattern stands for, `*` being anything. In time by the product of their lengths at most. */
export function isLike(pattern: string, text: string): boolean {
  let [at, from, star, resume] = [0, 0, -1, 0]
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at++
      resume = from
    } else if (at < pattern.length && pattern[at] === text[from]) {
      at++
      from++
    } else if (star >= 0) {
      at = star + 1
      from = ++resume
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}

/** The keys that hold for none of some models, with the id that was perhaps meant. What is no model's id, such as the ARN of a profile, is not judged. */
export function strayKeys(overrides: PriceOverrides, models: readonly string[]) {
  const listed = [...new Set(models.flatMap((id) => namesOf(id, undefined)))]
  return [...overrides.keys()].flatMap((key) => {
    const id = pricedId(key)
    if (typeof id !== 'string' || id.includes(PROFILE_KIND)) return []
    // Any of them may be called through that endpoint, too.
    const names = key.startsWith(MANTLE_PREFIX) ? listed.map((name) => `${MANTLE_PREFIX}${name}`) : listed
    const holds = id.includes('*')
      ? names.some((name) => isLike(key, name) || isLike(id, name))
      : names.some((name) => modelKey(name) === modelKey(id))
    if (holds) return []
    return [{ key, nearest: nearestId(id, names) }]
  })
}

/** Of a pattern, the id of which a part is nearest to it, from the beginning on, or from within where the pattern has that open. */
function nearestId(key: string, names: readonly string[]): string | null {
  const word = key.replaceAll('*', '').toLowerCase()
  if (word === '') return null
  const holding = names.filter((name) => name.includes(word))
  const candidates = (holding.length > 0 ? holding : names).flatMap((name) => {
    if (!key.includes('*') || holding.length > 0) return [{ name, part: name }]
    const begins = key.startsWith('*') ? [...name.matchAll(/^|(?<=[.-])/g)].map(({ index }) => index) : [0]
    return begins.map((at) => ({ name, part: name.slice(at, at + word.length) }))
  })
  const best = nearest(
    word,
    candidates.map(({ part }) => part),
  )
  return candidates.find(({ part }) => part === best?.candidate)?.name ?? null
}
