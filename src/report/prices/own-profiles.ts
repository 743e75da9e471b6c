import { type Problem, usageError } from '../../core/errors.ts'
import { isApplicationProfile, profileIdOf } from './profiles.ts'

/** What the user says of an application inference profile, or of a prompt router, which chooses its model by itself. */
export interface OwnProfile {
  model?: string
  name?: string
  tags?: Readonly<Record<string, string>>
}

/** By id or ARN. */
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

/** All that is wrong in the `profiles` of a configuration file. */
export function profileProblems(value: unknown): Problem[] {
  if (!isObject(value)) return [wrong(['profiles'], 'profiles is not an object')]
  return Object.entries(value).flatMap(([id, given]) => {
    const path = ['profiles', id]
    const bare = profileIdOf(id)
    if (bare !== id && Object.hasOwn(value, bare)) {
      return [wrong(path, `profiles has ${bare} twice: by its id and by its ARN`)]
    }
    const fault = faultOf(id, given)
    return fault === undefined ? [] : [wrong(path, `profiles of ${id}: ${fault}`)]
  })
}

function faultOf(id: string, given: unknown): string | undefined {
  const isRouter = isPromptRouter(id)
  if (!isRouter && !isApplicationProfile(id)) {
    return 'not the id or ARN of an application inference profile, or the ARN of a prompt router'
  }
  if (!isObject(given)) return `${JSON.stringify(given)} is not an object`
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) return `unknown key '${unknown}'; there are ${KEYS.join(', ')}`
  const { model, name, tags } = given
  if (isRouter && model !== undefined) return 'a prompt router chooses its model: leave model out'
  if (!isRouter && !(isText(model) && !isApplicationProfile(model))) {
    return `model is ${JSON.stringify(model)}: not the id of a model`
  }
  if (name !== undefined && !isText(name)) return `name is ${JSON.stringify(name)}: not a name`
  if (isRouter && name === undefined) return 'there is no name in it'
  if (tags !== undefined && !(isObject(tags) && Object.values(tags).every((tag) => typeof tag === 'string'))) {
    return `tags are ${JSON.stringify(tags)}: not an object of texts`
  }
  return undefined
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
