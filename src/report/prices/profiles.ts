import { type Problem, usageError } from '../../core/errors.ts'
import type { PriceBook } from './book.ts'

/** Whether callers named an application inference profile: by its ARN or, as metrics have it, by its bare id. */
export function isApplicationProfile(modelId: string): boolean {
  return /^[a-z0-9]{12}$/.test(modelId) || /:application-inference-profile\//.test(modelId)
}

/** The id of an application profile: the tail of its ARN. */
export function profileIdOf(modelId: string): string {
  return modelId.split('/').at(-1) ?? modelId
}

/**
 * The model id that an application profile bills by, told by the ARNs of its models: the global price where one of them
 * names no Region (that is how global routing is granted), the Region's own otherwise. Undefined when they are of several models.
 */
export function modelOfProfile(modelArns: readonly string[]): string | undefined {
  const models = modelArns.map((arn) =>
    /^arn:[^:]+:bedrock:(?<region>[^:]*):[^:]*:foundation-model\/(?<id>.+)$/.exec(arn),
  )
  const [id, ...others] = new Set(models.map((match) => match?.groups?.id))
  if (id === undefined || others.length > 0) return undefined
  return models.some((match) => match?.groups?.region === '') ? `global.${id}` : id
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
