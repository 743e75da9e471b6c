import { bedrockRegions } from '../../aws/partitions.ts'
import { usageError } from '../../core/errors.ts'
import { isHttpUrl } from '../../core/http-url.ts'

/** A flag: the parser, the checks and the help text all come from this. */
export interface Flag {
  name: string
  alias?: string
  /** What help calls its value ("N", "FILE"); a flag without one is a switch. */
  value?: string
  mayBeEmpty?: boolean
  list?: boolean
  describe: string
  /** The heading it stands under in help; `Flags` where it is left out. */
  group?: string
  /** Its values may hold keys: they are not quoted. */
  secret?: true
  /** A setting of the configuration file, too: help tells of all of them in one place. */
  setting?: true
  /** Values it takes, perhaps among others: completion offers them, and a mistyped one is compared with them. */
  values?: readonly string[]
  /** What a valid value looks like, when this one is not; undefined when it is. */
  check?(value: string): string | undefined
}

/** @param shown as help shows it: `-o, --output FILE` */
export function flag(shown: string, describe: string, more: Omit<Partial<Flag>, 'name'> = {}): Flag {
  const [, alias, name = '', value] = /^(?:-(\w), )?--([\w-]+)(?: (.+))?$/.exec(shown) ?? []
  return { name, ...(alias && { alias }), ...(value && { value }), describe, ...more }
}

export const under = (group: string, flags: readonly Flag[]): Flag[] => flags.map((each) => ({ ...each, group }))

type Check = Required<Pick<Flag, 'check'>>

/** Accepts what `fits` matches, or neither answers undefined nor false for. */
export function valid(fits: RegExp | ((value: string) => unknown), rule: string): Check {
  const found = (value: string) => (fits instanceof RegExp ? fits.test(value) : fits(value)) ?? false
  return { check: (value) => (found(value) === false ? rule : undefined) }
}

export const wholeNumber = (min: number, max: number): Check =>
  valid(
    (text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max,
    `a whole number from ${min} to ${max}`,
  )

export const choice = (...values: readonly string[]): Check & Required<Pick<Flag, 'values'>> => ({
  values,
  ...valid((value) => values.includes(value), `one of ${values.join(', ')}`),
})

export const ACCOUNT_ID = valid(/^\d{12}$/, '12 digits')

export const COMMON_FLAGS: readonly Flag[] = under('Common flags', [
  flag('--region REGION', 'AWS Region; several separated by commas, or all', {
    list: true,
    values: [...['us-east-1', 'us-gov-west-1', 'eusc-de-east-1'].flatMap(bedrockRegions), 'all'],
  }),
  flag('--profile NAME', 'profile in the shared AWS config files'),
  flag(
    '--endpoint-url URL',
    'send all AWS calls to this endpoint',
    valid(isHttpUrl, 'an http or https URL, such as http://127.0.0.1:4566'),
  ),
  flag('--config FILE', 'configuration file (default: ./bedrock-monitor.json)'),
  flag('--json', 'print the result as JSON'),
  flag('--no-input', 'never prompt; fail if an answer is needed'),
  flag('--no-color', 'no color (NO_COLOR works, too)'),
  flag('-q, --quiet', 'no progress: only the result, warnings and errors'),
  flag('--debug', 'show AWS calls, where settings came from, and stack traces'),
  flag('-h, --help', 'show help'),
  flag('--version', 'show the version'),
])

export type FlagValue = boolean | readonly string[]

export type Args = ReturnType<typeof createArgs>

export function createArgs(values: ReadonlyMap<string, FlagValue>, words: readonly string[] = []) {
  /** What a switch was given as (`--page-once=false`), undefined when it was not given. */
  const onOrOff = (flag: string) => {
    const value = values.get(flag)
    return typeof value === 'boolean' ? value : undefined
  }
  /** All values of a repeatable flag, comma lists taken apart. */
  const list = (flag: string) => [values.get(flag) ?? []].flat().filter((value) => typeof value === 'string')
  /** A flag's value, undefined when it was not given. Empty only where the flag may be. */
  const text = (flag: string) => list(flag)[0]
  const number = (flag: string) => (text(flag) === undefined ? undefined : Number(text(flag)))
  const is = (flag: string) => onOrOff(flag) === true
  /** True when it was given at all, a switch not as false. */
  const has = (flag: string) => is(flag) || list(flag).length > 0
  return { has, is, onOrOff, text, number, list, words }
}

/** Throws a usage error where a flag is given that only another action of the command has a use for: `goesWith`. */
export function refuseFlags(args: Args, flags: readonly string[], goesWith: string): void {
  const given = flags.find(args.has)
  if (given !== undefined) throw usageError(`--${given} goes with ${goesWith}`, `leave out --${given}`)
}

export function refuseBoth(args: Args, one: string, other: string, hint = 'pass one of them'): void {
  if (args.has(one) && args.has(other)) throw usageError(`--${one} and --${other} contradict each other`, hint)
}
