import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { type Problem, usageError } from '../../core/errors.ts'
import { notifyProblems } from '../../notify/address.ts'
import { type OwnProfiles, parseProfiles, profileProblems } from '../../report/prices/model-id.ts'
import { overrideProblems, type PriceOverrides, parseOverrides } from '../../report/prices/overrides.ts'
import { parseTeams, type Teams, teamProblems } from '../../report/teams/rules.ts'
import { accountProblems, type ListedAccount, parseAccounts } from '../../steps/listed-accounts.ts'
import type { SettingLayer } from '../../steps/resolve-settings.ts'
import { SETTINGS, type SettingKey } from '../../steps/settings.ts'
import { didYouMean } from '../../text/nearest.ts'

/** A configuration file: a layer of settings, the user's own prices, and what he says of inference profiles. */
export interface ConfigFile extends SettingLayer {
  file: string
  prices?: PriceOverrides
  profiles?: OwnProfiles
  accounts?: readonly ListedAccount[]
  teams?: Teams
  /** Addresses to send results to, by name. They may hold keys: not to be shown. */
  notify?: ReadonlyMap<string, string>
  /** The line on which something stands, from 1; that of what it stands in where it is not there. */
  lineOf(path: Problem['path']): number
}

export type LocatedProblem = Problem & { line: number }

const KEYS = SETTINGS.map(({ key }) => key)
/** What is no setting: what is wrong in it, and what it says where nothing is. */
const PARTS = {
  prices: [overrideProblems, parseOverrides],
  profiles: [profileProblems, parseProfiles],
  accounts: [accountProblems, parseAccounts],
  teams: [teamProblems, parseTeams],
  notify: [notifyProblems, (given: unknown) => new Map(Object.entries(given as object))],
} as const
const OTHERS = [...Object.keys(PARTS), '$schema']

/** JSON with comments and trailing commas. Settings are checked where layers are joined. Throws for the first problem. */
export function parseConfig(text: string, file: string): ConfigFile {
  const { config, problems } = examineConfig(text, file)
  const [problem] = problems
  if (problem) throw usageError(`${file}:${problem.line}: ${problem.message}`, problem.hint)
  return config
}

/** What a configuration file says, without what is wrong in it, and all that is wrong in it, in order of lines. */
export function examineConfig(text: string, file: string): { config: ConfigFile; problems: LocatedProblem[] } {
  const json = text.replace(/^\uFEFF/, '')
  const errors: ParseError[] = []
  const root = parseTree(json, errors, { allowTrailingComma: true, disallowComments: false })
  const lineAt = (offset: number) => json.slice(0, offset).split('\n').length
  const lineOf = (path: Problem['path']) => lineAt(offsetOf(root, path))
  const config: ConfigFile = { file, lineOf, source: 'file', values: {}, nameOf: (key) => `${file}:${lineOf([key])}` }
  const [error] = errors
  if (error) {
    const hint = 'fix the file, or pass another one with --config'
    return { config, problems: [{ path: [], line: lineAt(error.offset), message: syntaxFault(error), hint }] }
  }
  if (root?.type !== 'object') {
    const message = 'the file is not a JSON object'
    return { config, problems: [{ path: [], line: 1, message, hint: 'it looks like { "retentionDays": 90 }' }] }
  }
  const content = getNodeValue(root) as Record<string, unknown>
  const inSettings = Object.entries(content).flatMap(([key, value]) => keyProblem(key, value) ?? [])
  const wrong = new Set(inSettings.map(({ path }) => path[0]))
  Object.assign(config, {
    values: Object.fromEntries(
      Object.entries(content).filter(([key]) => KEYS.includes(key as SettingKey) && !wrong.has(key)),
    ),
  })
  const inParts = Object.entries(PARTS).flatMap(([key, [problemsIn, parse]]) => {
    const found = content[key] === undefined ? [] : problemsIn(content[key])
    if (content[key] !== undefined && found.length === 0) Object.assign(config, { [key]: parse(content[key], file) })
    return found
  })
  const problems = [...inSettings, ...inParts].map((each) => ({ ...each, line: lineOf(each.path) }))
  const twice = givenTwice(root).map(({ path, offset }) => ({
    path,
    line: lineAt(offset),
    message: `${pathText(path)} is given twice, first on line ${lineOf(path)}`,
    hint: 'keep one of them',
  }))
  return { config, problems: [...problems, ...twice].sort((a, b) => a.line - b.line) }
}

function keyProblem(key: string, value: unknown): Problem | undefined {
  const path = [key]
  if (OTHERS.includes(key)) return undefined
  const setting = SETTINGS.find((each) => each.key === key)
  if (!setting) {
    const known = [...KEYS, ...OTHERS]
    const hint = didYouMean(key, known) ?? `the settings are ${known.join(', ')}`
    return { path, message: `unknown setting '${key}'`, hint }
  }
  const wanted = setting.type === 'integer' ? 'number' : setting.type
  if (typeof value === wanted) return undefined
  const given = typeof value === 'object' && value !== null ? 'a list or an object' : JSON.stringify(value)
  return { path, message: `${key} is ${given}: not a ${wanted}`, hint: `give a ${wanted}` }
}

/** `teams.rules[0].role`, as other faults name it. */
function pathText([first = '', ...others]: readonly (string | number)[]): string {
  return `${first}${others.map((one) => (typeof one === 'number' ? `[${one}]` : `.${one}`)).join('')}`
}

/** Where the key of a path stands; of one that is not there, that of what it would stand in. */
function offsetOf(root: Node | undefined, path: Problem['path']): number {
  const node = root && findNodeAtLocation(root, [...path])
  if (node) return (node.parent?.type === 'property' ? node.parent : node).offset
  return path.length === 0 ? 0 : offsetOf(root, path.slice(0, -1))
}

/** Members of one name in one object: all but the first, of which the parser keeps the last. */
function givenTwice(node: Node, path: (string | number)[] = []): { path: (string | number)[]; offset: number }[] {
  const seen = new Set<unknown>()
  return (node.children ?? []).flatMap((child, index) => {
    const [key, value] = node.type === 'object' ? (child.children ?? []) : [undefined, child]
    const own = [...path, (key?.value as string | undefined) ?? index]
    const again = key !== undefined && seen.has(key.value) ? [{ path: own, offset: child.offset }] : []
    seen.add(key?.value)
    return [...again, ...(value ? givenTwice(value, own) : [])]
  })
}

/** "a comma is missing": from the parser's "CommaExpected". Its text is not quoted, which may be secret. */
function syntaxFault({ error }: ParseError): string {
  const [, what, fault] = /^(.*?)(Expected)?$/.exec(printParseErrorCode(error)) ?? []
  const words = String(what).replace(/(?!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `the file is not valid JSON: ${fault ? `${words.toLowerCase()} expected` : words.toLowerCase()}`
}
