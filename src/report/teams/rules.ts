import { type Problem, usageError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import { didYouMean } from '../../text/nearest.ts'
import { parseUsd } from '../gates.ts'
import { UNALLOCATED } from '../grouping.ts'
import { type NanoUsd, parsePrice } from '../money.ts'
import { isApplicationProfile, profileIdOf } from '../prices/model-id.ts'
import { inferenceProfile } from '../scan/dimensions.ts'
import type { ProfileLine } from '../view.ts'
import { fitter, type Where } from '../where.ts'

/** Use that fits every one of the patterns is the team's, unless a rule before takes it. */
export interface TeamRule {
  team: string
  where: Where
}

/** How the cost of a team that works for all others is spread over them: in equal parts, or by what each spent. */
export const SPREADS = ['evenly', 'by-spend'] as const
export type Spread = (typeof SPREADS)[number]

export interface Teams {
  source: string
  rules: readonly TeamRule[]
  /** US dollars a calendar month. */
  budgets: ReadonlyMap<string, NanoUsd>
  shared: ReadonlyMap<string, Spread>
}

/** As a configuration file and the library have them. */
export interface TeamsGiven {
  rules: readonly Readonly<Record<string, string | readonly string[]>>[]
  /** US dollars a calendar month, by team. */
  budgets?: Readonly<Record<string, number>>
  shared?: Readonly<Record<string, Spread>>
}

/** What rules are by; the second ones stand before a key. */
export const RULE_KEYS = ['role', 'user', 'account', 'profile', 'model', 'identity', 'operation', 'region'] as const
export const RULE_KEYS_OF = ['tag:', 'principal-tag:', 'metadata:'] as const
const RULE_WORDS = [...RULE_KEYS, ...RULE_KEYS_OF.map((word) => `${word}KEY`)]
const EXAMPLE = '{ "rules": [{ "team": "search", "role": "Search*" }], "budgets": { "search": 500 } }'

/** That teams are asked for where no rules are given. */
export const noTeams = () =>
  usageError('there are no teams', 'add teams to bedrock-monitor.json, or pass --teams FILE.csv (docs/teams.md)')

export function teamNames({ rules }: Pick<Teams, 'rules'>): string[] {
  return [...new Set(rules.map(({ team }) => team))]
}

const wrong = (path: Problem['path'], message: string, hint: string): Problem => {
  return { path: ['teams', ...path], message, hint }
}

/** The `teams` of a configuration file, or of the library. Throws a usage error that says what is wrong in it, and where. */
export function parseTeams(given: unknown, source: string): Teams {
  const [problem] = teamProblems(given)
  if (problem) throw usageError(`${source}: ${problem.message}`, problem.hint)
  const { rules, budgets = {}, shared = {} } = given as TeamsGiven
  return {
    source,
    rules: rules.map(({ team, ...where }) => ({
      team: String(team),
      where: Object.fromEntries(Object.entries(where).map(([key, globs]) => [key, [globs].flat()])),
    })),
    budgets: new Map(Object.entries(budgets).map(([team, usd]) => [team, nanoOf(usd)])),
    shared: new Map(Object.entries(shared)),
  }
}

export function teamProblems(given: unknown): Problem[] {
  const hint = `it looks like ${EXAMPLE}`
  if (!isObject(given)) return [wrong([], 'teams is not an object', hint)]
  const { rules, budgets, shared, ...others } = given
  const unknown = Object.keys(others).map((key) => {
    return wrong([key], `teams has an unknown member '${key}'`, 'it has rules, budgets and shared')
  })
  if (!Array.isArray(rules) || rules.length === 0) return [...unknown, wrong(['rules'], 'teams has no rules', hint)]
  const inRules = rules.flatMap((rule: unknown, index) => ruleProblems(rule, index))
  const known = rules.flatMap((rule: unknown) => (isObject(rule) ? [rule.team] : []))
  return [
    ...unknown,
    ...inRules,
    ...byTeam('budgets', budgets, known, (value) =>
      typeof value === 'number' && value > 0 && parseUsd(String(value)) !== undefined
        ? undefined
        : 'give US dollars a month, such as 500',
    ),
    ...byTeam('shared', shared, known, (value) =>
      SPREADS.some((one) => one === value) ? undefined : `give ${SPREADS.join(' or ')}`,
    ),
  ]
}

function ruleProblems(rule: unknown, index: number): Problem[] {
  const at = `teams.rules[${index}]`
  if (!isObject(rule))
    return [wrong(['rules', index], `${at} is not an object`, `it looks like { "team": "search", "role": "Search*" }`)]
  const { team, ...where } = rule
  const faults = Object.entries(where).map(
    ([key, globs]) => [key, keyProblem(key) ?? globsProblem(key, globs)] as const,
  )
  const found = [['team', nameProblem(team)] as const, ...faults].flatMap(([key, fault]) =>
    fault ? [wrong(['rules', index, key], `${at}: ${fault.message}`, fault.hint)] : [],
  )
  return faults.length > 0 ? found : [...found, wrong(['rules', index], `${at} has no pattern`, ALL)]
}

const ALL = 'give it a pattern, such as Search* for role, or * for account to take all that is left'

type Fault = Pick<Problem, 'message' | 'hint'>

function nameProblem(team: unknown): Fault | undefined {
  if (typeof team !== 'string' || team.trim() !== team || team === '' || /\p{Cc}/u.test(team)) {
    return { message: `team is ${JSON.stringify(team ?? null)}`, hint: 'give the name of a team' }
  }
  if (team.toLowerCase() !== UNALLOCATED) return undefined
  return { message: `team is '${team}', which is what no rule fits`, hint: 'give the team another name' }
}

export function keyProblem(key: string): Fault | undefined {
  const isKnown = RULE_KEYS.some((one) => one === key) || RULE_KEYS_OF.some((of) => key.startsWith(of) && key !== of)
  if (isKnown) return undefined
  return {
    message: `there are no rules by '${key}'`,
    hint: didYouMean(key, RULE_KEYS) ?? `rules are by ${RULE_WORDS.join(', ')}`,
  }
}

function globsProblem(key: string, globs: unknown): Fault | undefined {
  const all = [globs].flat()
  // What a spreadsheet makes of long numbers, and of the 12 digits of an account that begin with zeros.
  const isSpoilt = (glob: unknown) =>
    /^\d+([.,]\d+)?E\+\d+$/i.test(String(glob)) || (key === 'account' && /^\d{8,11}$/.test(String(glob)))
  const spoilt = all.find(isSpoilt)
  if (spoilt !== undefined) return { message: `${key} is ${spoilt}, a number that has lost digits`, hint: AS_TEXT }
  if (all.length > 0 && all.every((glob) => typeof glob === 'string' && !/\p{Cc}/u.test(glob))) return undefined
  return { message: `${key} is ${JSON.stringify(globs)}`, hint: 'give a pattern, or a list of them' }
}

const AS_TEXT = 'format the column of the spreadsheet as text, and write it again with all its digits'

/** @param cure of a value that is wrong */
function byTeam(
  name: string,
  given: unknown,
  known: readonly unknown[],
  cure: (value: unknown) => string | undefined,
): Problem[] {
  if (given === undefined) return []
  if (!isObject(given)) return [wrong([name], `teams.${name} is not an object`, `it looks like ${EXAMPLE}`)]
  return Object.entries(given).flatMap(([team, value]) => {
    const at = `teams.${name} of ${team}`
    if (!known.includes(team)) return [wrong([name, team], `${at}: no rule has this team`, 'give it a rule')]
    const hint = cure(value)
    return hint === undefined ? [] : [wrong([name, team], `${at} is ${JSON.stringify(value)}`, hint)]
  })
}

const nanoOf = (usd: number): NanoUsd => parsePrice(usd) / 1000n

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
