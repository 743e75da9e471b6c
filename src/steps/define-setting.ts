import { flagOf } from './alarms/what-to-do.ts'
import type { Check } from './setting-checks.ts'
import type { SettingKey } from './settings.ts'

export interface SettingDefinition {
  key: SettingKey
  /** The flag, without dashes in front. */
  flag: string
  /** Variables that set it, strongest first: our own, then the one of the shell scripts. */
  env: readonly string[]
  type: 'string' | 'integer' | 'number' | 'boolean'
  default: string | number | boolean
  describe: string
  group: 'Storage' | 'Names' | 'Alarms'
  check: Check
  /** All that it takes, where these can be counted. */
  values?: readonly string[]
  /** Several values, between commas. */
  list?: true
  /** Empty is a value of its own, and not the same as not given. */
  mayBeEmpty?: true
  /** The form in which it is used, of what the check lets pass. */
  tidy?(value: string): string
  /** What help calls its value, where the type does not say it. */
  shown?: string
  /** Not to be shown, neither in messages nor with `--debug`. */
  secret?: true
}

/** What a row of the table says besides: `legacy` is the variable that the shell scripts called the setting by. */
interface Details extends Partial<Omit<SettingDefinition, 'key' | 'flag' | 'env' | 'group' | 'default' | 'describe'>> {
  legacy?: string | undefined
}

/** A row of the table of settings. Flag and variable follow from the key; a number is a whole one unless its type says otherwise. */
export function define(
  key: SettingKey,
  group: SettingDefinition['group'],
  fallback: string | number | boolean,
  describe: string,
  { legacy, ...details }: Details = {},
): SettingDefinition {
  const flag = flagOf({ key })
  const env = [`BEDROCK_MONITOR_${flag.toUpperCase().replaceAll('-', '_')}`, ...(legacy === undefined ? [] : [legacy])]
  const type = typeof fallback === 'number' ? 'integer' : (typeof fallback as 'string' | 'boolean')
  return { key, flag, env, type, default: fallback, describe, group, check: () => undefined, ...details }
}
