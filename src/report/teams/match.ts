import { UNALLOCATED } from '../grouping.ts'
import { isApplicationProfile, profileIdOf } from '../prices/profiles.ts'
import type { ProfileLine } from '../report-lines.ts'
import { inferenceProfile } from '../scan/dimensions.ts'
import { fitter } from '../where.ts'
import type { TeamRule } from './rules.ts'

const TAG = 'tag:'

/** What is known by name: application inference profiles, and accounts. */
export interface Names {
  profiles?: readonly ProfileLine[] | undefined
  accounts?: readonly { id: string; name?: string | undefined }[] | undefined
}

/** What is told of use: as rows and the keys of groups have it. */
export type Told = Readonly<Record<string, string>>

/** Tells what is named after: the tag of the application inference profile that was called, '' where it has none. */
export function tagReader({ profiles = [] }: Names): (told: Told, key: string) => string {
  const tags = new Map(profiles.map((profile) => [profile.id, new Map(Object.entries(profile.tags ?? {}))]))
  return (told, key) => told[`${TAG}${key}`] ?? profileAt(tags, told.model)?.get(key) ?? ''
}

function profileAt<Of>(known: ReadonlyMap<string, Of>, model = ''): Of | undefined {
  return isApplicationProfile(model) ? known.get(profileIdOf(model)) : undefined
}

/** The first of the rules that use fits, by its place; undefined where none does. A profile and an account fit by name or id, a profile by its model, too. */
export function ruleFinder(rules: readonly TeamRule[], names: Names): (told: Told) => number | undefined {
  const profiles = new Map((names.profiles ?? []).map((profile) => [profile.id, profile]))
  const accounts = new Map((names.accounts ?? []).map(({ id, name }) => [id, name]))
  const tagOf = tagReader(names)
  const valuesOf = (told: Told, key: string): readonly (string | undefined)[] => {
    if (key.startsWith(TAG)) return [tagOf(told, key.slice(TAG.length))]
    if (key === 'profile') return [inferenceProfile(told.model ?? ''), profileAt(profiles, told.model)?.name]
    if (key === 'model') return [told.model, profileAt(profiles, told.model)?.model]
    if (key === 'account') return [told.account, accounts.get(told.account ?? '')]
    return [told[key]]
  }
  // The empty pattern is of what has neither name nor id.
  const toldOf = (told: Told, key: string) => valuesOf(told, key).flatMap((value) => value || [])
  const fitters = rules.map(({ where }) => Object.entries(where).map(([key, globs]) => [key, fitter(globs)] as const))
  return (told) => {
    const found = fitters.findIndex((keys) =>
      keys.every(([key, fits]) => toldOf(told, key).some(fits) || (toldOf(told, key).length === 0 && fits(''))),
    )
    return found === -1 ? undefined : found
  }
}

export function teamFinder(rules: readonly TeamRule[], names: Names): (told: Told) => string {
  const ruleOf = ruleFinder(rules, names)
  return (told) => rules[ruleOf(told) ?? -1]?.team ?? UNALLOCATED
}

/** What a source has to tell so that rules can be applied; profiles, and tags that it does not tell itself, are read off the model. */
export function dimensionsOfRules(rules: readonly TeamRule[], tells: (name: string) => boolean): string[] {
  const keys = rules.flatMap(({ where }) => Object.keys(where))
  return [...new Set(keys.map((key) => (key === 'profile' || (key.startsWith(TAG) && !tells(key)) ? 'model' : key)))]
}
