import { type Problem, usageError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { PriceBook, Unpriced } from './book.ts'
import type { Routing } from './price-list/usage-type.ts'

/** Prefixes of system inference profiles that stay within a geography. They bill the price of the calling Region. */
const GEOGRAPHIES = ['us-gov', 'us', 'eu', 'apac', 'jp', 'au', 'ca', 'in', 'kr'] as const

/** How a call is routed: in the Region itself, within a geography or anywhere. */
type Scope = 'in-region' | (typeof GEOGRAPHIES)[number] | 'global'

/** How a call reaches a model, and the model's id without the prefix of an inference profile. */
export interface RoutedModel {
  routing: Routing
  base: string
}

/** Parts the prefix of a system inference profile from the id of the model it stands for, and tells how that routes calls. */
export function splitScope(id: string): RoutedModel & { scope: Scope } {
  const scope = (['global', ...GEOGRAPHIES] as const).find((prefix) => id.startsWith(`${prefix}.`))
  if (scope === undefined) return { scope: 'in-region', routing: 'in-region', base: id }
  return { scope, routing: scope === 'global' ? scope : 'geographic', base: id.slice(scope.length + 1) }
}

export type ModelName = ReturnType<typeof parseModelName>

/**
 * A model id taken apart: `us.anthropic.claude-3-5-sonnet-20241022-v2:0` has the name `anthropic.claude-3-5-sonnet`, the date as it
 * stands there, and its version as numbers; an id that names none is of the first, `-v1:0`.
 */
export function parseModelName(id: string) {
  const { scope, base } = splitScope(id)
  const match = /^(?<name>.+?)(?:-(?<date>\d{8}))?(?:-v(?<version>\d+))?(?::(?<revision>\d+))?$/.exec(base)
  const { name = base, date, version = '1', revision = '0' } = match?.groups ?? {}
  return { scope, name, date, version: Number(version), revision: Number(revision) }
}

/** The same for all ways of writing one model's id: with `-v1:0` or without. */
export function modelKey(id: string): string {
  const { scope, name, date = '', version, revision } = parseModelName(id)
  return [scope, name, date, version, revision].join(' ')
}

/** Kinds of ARN whose use is not billed by the tokens of a model that the ARN names. */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    'application-inference-profile':
      'an application inference profile does not say which model it stands for; `profiles` in bedrock-monitor.json can name it',
    'provisioned-model': 'provisioned throughput is billed by model unit and hour, not by token',
    'custom-model-deployment': 'a custom model has no public price per token',
    'custom-model': 'a custom model has no public price per token',
    'imported-model': 'an imported model is billed by the minute, not by token',
    'default-prompt-router': 'a prompt router does not say which model answered',
    'prompt-router': 'a prompt router does not say which model answered',
  }),
)

/** Application inference profiles appear in metrics by their bare id, too. */
const BARE_PROFILE_ID = /^[a-z0-9]{12}$/

/**
 * The id that a price hangs on. `ModelId` in metrics is whatever the caller passed: an id, or the ARN of a foundation
 * model, an inference profile or something that has no price by token.
 */
export function pricedId(modelId: string): string | Unpriced {
  if (BARE_PROFILE_ID.test(modelId)) return { unpriced: reasonFor('application-inference-profile') }
  const arn = /^arn:[^:]+:(?:bedrock|sagemaker):[^:]*:[^:]*:(?<kind>[^/]+)\/(?<tail>.+)$/.exec(modelId)
  if (!arn?.groups) return modelId
  const { kind = '', tail = '' } = arn.groups
  if (kind === 'foundation-model' || kind === 'inference-profile') return tail
  return { unpriced: reasonFor(kind) }
}

function reasonFor(kind: string): string {
  return OTHER_KINDS.get(kind) ?? `no price per token is known for resources of type ${kind}`
}

/** Before a model's name in rows of calls through the OpenAI-compatible endpoint, which has prices of its own in AWS's list. */
export const MANTLE_PREFIX = 'bedrock-mantle/'

/**
 * The Regions whose prices AWS lists first. They share one price, and a list that names no Region means theirs; others may
 * have others (Nova Micro in Tokyo costs a fifth more).
 */
const LIST_REGIONS = new Set(['us-east-1', 'us-east-2', 'us-west-2'])

export function isListRegion(region: string): boolean {
  return LIST_REGIONS.has(region)
}

/** Other partitions have prices of their own (in euros in the European Sovereign Cloud): a commercial price never holds there. */
export function isCommercial(region: string): boolean {
  return !/^(us-gov|cn|eusc|us-iso[bf]?|eu-isoe)-/.test(region)
}

/** Prefixes of the inference profiles that a Region belongs to, narrowest first. Such a profile bills the Region's price. */
export function geographiesOf(region: string): readonly string[] {
  if (region.startsWith('us-gov-')) return ['us-gov']
  if (/^ap-northeast-[13]$/.test(region)) return ['jp', 'apac']
  if (region === 'ap-northeast-2') return ['kr', 'apac']
  if (/^ap-southeast-[24]$/.test(region)) return ['au', 'apac']
  if (/^ap-south-/.test(region)) return ['in', 'apac']
  if (region.startsWith('ap-')) return ['apac']
  return [region.split('-')[0] ?? '']
}

/** Whether callers named an application inference profile: by its ARN or, as metrics have it, by its bare id. */
export function isApplicationProfile(modelId: string): boolean {
  return /^[a-z0-9]{12}$/.test(modelId) || /:application-inference-profile\//.test(modelId)
}

/** The id of an application profile: the tail of its ARN. */
export function profileIdOf(modelId: string): string {
  return modelId.split('/').at(-1) ?? modelId
}

/**
 * What an application profile stands for, by the ARNs of its models: one that names no Region is how global routing is
 * granted, several Regions are a geography, a single one is the model in that Region. Undefined for several models.
 */
export function routedProfile(modelArns: readonly string[]): RoutedModel | undefined {
  const models = modelArns.map((arn) => /^arn:[^:]+:bedrock:([^:]*):[^:]*:foundation-model\/(.+)$/.exec(arn))
  const [base, ...others] = new Set(models.map((match) => match?.[2]))
  if (base === undefined || others.length > 0) return undefined
  if (models.some((match) => match?.[1] === '')) return { routing: 'global', base }
  return { routing: models.length > 1 ? 'geographic' : 'in-region', base }
}

/** The model id that an application profile bills by: the global price where that is its routing, the Region's own otherwise. */
export function modelOfProfile(modelArns: readonly string[]): string | undefined {
  const { routing, base } = routedProfile(modelArns) ?? {}
  return routing === 'global' ? `global.${base}` : base
}

/** Prices application profiles by the models they stand for: `models` holds these by profile id. */
export function withProfiles(book: PriceBook, models: ReadonlyMap<string, string>): PriceBook {
  return {
    changes: book.changes,
    lookup(modelId, region, at, terms) {
      const model = isApplicationProfile(modelId) ? models.get(profileIdOf(modelId)) : undefined
      const own = book.lookup(modelId, region, at, terms)
      return model !== undefined && 'unpriced' in own ? book.lookup(model, region, at, terms) : own
    },
  }
}

/** What the user says of an application inference profile, or of a prompt router, which chooses its model by itself. */
export interface OwnProfile {
  model?: string
  name?: string
  tags?: Readonly<Record<string, string>>
}

export type OwnProfiles = ReadonlyMap<string, OwnProfile>

const KEYS: readonly string[] = ['model', 'name', 'tags']

export function isPromptRouter(modelId: string): boolean {
  return /:(?:default-)?prompt-router\//.test(modelId)
}

/** Checks the `profiles` of a configuration file. Throws a usage error that names the file (`name`), the profile and what is wrong. */
export function parseProfiles(value: unknown, name: string): OwnProfiles {
  const [problem] = profileProblems(value)
  if (problem) throw usageError(`${name}: ${problem.message}`, problem.hint)
  return new Map(Object.entries(value as Record<string, OwnProfile>))
}

export function profileProblems(value: unknown): Problem[] {
  if (!isObject(value)) return [wrong(['profiles'], 'profiles is not an object')]
  return Object.entries(value).flatMap(([id, given]) => {
    const bare = profileIdOf(id)
    const isTwice = bare !== id && Object.hasOwn(value, bare)
    const fault = isTwice ? undefined : faultOf(id, given)
    const twice = `profiles has ${bare} twice: by its id and by its ARN`
    return isTwice || fault ? [wrong(['profiles', id], isTwice ? twice : `profiles of ${id}: ${fault}`)] : []
  })
}

function faultOf(id: string, given: unknown): string | undefined {
  const isRouter = isPromptRouter(id)
  if (!isRouter && !isApplicationProfile(id)) {
    return 'not the id or ARN of an application inference profile, or the ARN of a prompt router'
  }
  const said = (value: unknown) => JSON.stringify(value)
  if (!isObject(given)) return `${said(given)} is not an object`
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) return `unknown key '${unknown}'; there are ${KEYS.join(', ')}`
  const { model, name, tags = {} } = given
  if (isRouter && model !== undefined) return 'a prompt router chooses its model: leave model out'
  if (!isRouter && !(isText(model) && !isApplicationProfile(model)))
    return `model is ${said(model)}: not the id of a model`
  if (name !== undefined && !isText(name)) return `name is ${said(name)}: not a name`
  if (isRouter && name === undefined) return 'there is no name in it'
  const isOfTexts = isObject(tags) && Object.values(tags).every((tag) => typeof tag === 'string')
  return isOfTexts ? undefined : `tags are ${said(tags)}: not an object of texts`
}

/** Finds a profile by how it was called: a key that is an id holds for the ARN, too, and the other way round. */
export function ownProfile(profiles: OwnProfiles, modelId: string): OwnProfile | undefined {
  const known = profiles.get(modelId)
  if (known || !(isApplicationProfile(modelId) || isPromptRouter(modelId))) return known
  const bare = profileIdOf(modelId)
  if (bare !== modelId) return profiles.get(bare)
  return [...profiles].find(([key]) => isApplicationProfile(key) && profileIdOf(key) === bare)?.[1]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function wrong(path: Problem['path'], message: string): Problem {
  return {
    path,
    message,
    hint: 'it looks like "profiles": { "a1b2c3d4e5f6": { "model": "us.amazon.nova-pro-v1:0", "name": "checkout" } }',
  }
}
