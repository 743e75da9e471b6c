import { bedrockRegions } from '../../aws/partitions.ts'
import { isHttpUrl } from '../../core/http-url.ts'

/** A flag: the parser, the checks and the help text all come from this. */
export interface Flag {
  /** Without dashes. */
  name: string
  /** One letter. */
  alias?: string
  /** What help calls its value ("N", "FILE"); a flag without one is a switch. */
  value?: string
  /** An empty value is one, too. */
  mayBeEmpty?: boolean
  /** May be given several times, and as a comma list. */
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

/** Flags that stand under one heading. */
export const under = (group: string, flags: readonly Flag[]): Flag[] => flags.map((flag) => ({ ...flag, group }))

/** The flags of every command. */
export const COMMON_FLAGS: readonly Flag[] = under('Common flags', [
  {
    name: 'region',
    value: 'REGION',
    list: true,
    describe: 'AWS Region; several separated by commas, or all',
    values: [...['us-east-1', 'us-gov-west-1', 'eusc-de-east-1'].flatMap(bedrockRegions), 'all'],
  },
  { name: 'profile', value: 'NAME', describe: 'profile in the shared AWS config files' },
  {
    name: 'endpoint-url',
    value: 'URL',
    describe: 'send all AWS calls to this endpoint',
    check: (value) => (isHttpUrl(value) ? undefined : 'an http or https URL, such as http://127.0.0.1:4566'),
  },
  { name: 'config', value: 'FILE', describe: 'settings file (default: ./bedrock-monitor.json)' },
  { name: 'json', describe: 'print the result as JSON' },
  { name: 'no-input', describe: 'never prompt; fail if an answer is needed' },
  { name: 'no-color', describe: 'no color (NO_COLOR works, too)' },
  { name: 'quiet', alias: 'q', describe: 'no progress: only the result, warnings and errors' },
  { name: 'debug', describe: 'show AWS calls, where settings came from, and stack traces' },
  { name: 'help', alias: 'h', describe: 'show help' },
  { name: 'version', describe: 'show the version' },
])

/** Accepts whole numbers written in digits, from `min` to `max`. */
export function wholeNumber(min: number, max: number): (value: string) => string | undefined {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
    return number >= min && number <= max ? undefined : `a whole number from ${min} to ${max}`
  }
}

/** Accepts one of `values` and nothing else. */
export function choice(...values: readonly string[]): Required<Pick<Flag, 'values' | 'check'>> {
  return { values, check: (value) => (values.includes(value) ? undefined : `one of ${values.join(', ')}`) }
}

/** The account, where it is not that of the credentials; `any` accepts `*` for all. */
export function accountIdFlag(describe: string, any: boolean): Flag {
  const pattern = any ? /^(\d{12}|\*)$/ : /^\d{12}$/
  const rule = any ? "12 digits, or '*'" : '12 digits'
  const check = (value: string) => (pattern.test(value) ? undefined : rule)
  return { name: 'account-id', value: 'ID', describe, check }
}

/** Of every command that prices something. */
export const OFFLINE_FLAG: Flag = { name: 'offline', describe: 'use bundled prices instead of the AWS Price List' }

/** Of every command that prints a report or an answer for people. */
export const VERBOSE_FLAG: Flag = {
  name: 'verbose',
  describe: 'exact ids and every note in full, instead of short names and one line a kind',
  group: 'Output',
}

/** Of every command with made-up traffic. */
export const SEED_FLAG: Flag = {
  name: 'seed',
  value: 'N',
  describe: 'seed of the traffic: the same seed, the same traffic (default 1)',
  check: wholeNumber(0, 4_294_967_295),
}
