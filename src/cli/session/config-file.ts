import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { usageError } from '../../core/errors.ts'
import { jsonFault } from '../../core/json.ts'
import { type PriceOverrides, parseOverrides } from '../../report/prices/overrides.ts'
import { type OwnProfiles, parseProfiles } from '../../report/prices/profiles.ts'
import { type ListedAccount, parseAccounts } from '../../steps/listed-accounts.ts'
import type { SettingLayer } from '../../steps/resolve-settings.ts'
import { SETTINGS, type SettingKey } from '../../steps/settings.ts'
import { didYouMean } from '../../text/nearest.ts'

/** Read when it is there and no other is named. */
const DEFAULT_CONFIG_FILE = 'bedrock-monitor.json'

/** A configuration file: a layer of settings, the user's own prices, and what he says of inference profiles. */
export interface ConfigFile extends SettingLayer {
  prices?: PriceOverrides
  profiles?: OwnProfiles
  accounts?: readonly ListedAccount[]
}

/**
 * The settings of a configuration file, as a layer, and its prices. Without `file`, the default one in `cwd` if there is one. Throws a
 * usage error that names the file and what is wrong in it.
 */
export async function readConfigFile(file: string | undefined, cwd: string): Promise<ConfigFile | undefined> {
  const name = file ?? DEFAULT_CONFIG_FILE
  const text = await readText(resolve(cwd, name), name, file === undefined)
  if (text === undefined) return undefined
  const prices = parsePrices(text, name)
  const { profiles: given, accounts: listed } = parseObject(text, name)
  const profiles = given === undefined ? undefined : parseProfiles(given, name)
  const accounts = listed === undefined ? undefined : parseAccounts(listed, name)
  return {
    source: name,
    values: parseConfig(text, name),
    ...(prices && { prices }),
    ...(profiles && { profiles }),
    ...(accounts && { accounts }),
  }
}

async function readText(path: string, name: string, optional: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (optional && code === 'ENOENT') return undefined
    const why = code === 'ENOENT' ? 'there is no such file' : (code ?? String(error))
    throw usageError(`cannot read the configuration file ${name}: ${why}`, 'pass --config FILE with one that exists')
  }
}

/** The user's own prices; undefined where the file has none. */
export function parsePrices(text: string, name: string): PriceOverrides | undefined {
  const { prices } = parseObject(text, name)
  return prices === undefined ? undefined : parseOverrides(prices, name)
}

/** The values by setting key; types and ranges are checked where all layers are joined. */
export function parseConfig(text: string, name: string): SettingLayer['values'] {
  const { $schema: _, prices: __, profiles: ___, accounts: ____, ...values } = parseObject(text, name)
  const keys = SETTINGS.map(({ key }) => key)
  for (const [key, value] of Object.entries(values)) {
    if (!keys.includes(key as SettingKey)) throw unknownKey(key, name, keys)
    const { type } = SETTINGS.find((setting) => setting.key === key) ?? { type: 'string' }
    const wanted = type === 'integer' ? 'number' : type
    if (typeof value !== wanted) {
      const given = typeof value === 'object' && value !== null ? 'a list or an object' : JSON.stringify(value)
      throw usageError(`${name}: ${key} is ${given}: not a ${wanted}`, `give a ${wanted}`)
    }
  }
  return values
}

function parseObject(text: string, name: string): Record<string, unknown> {
  let content: unknown
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw usageError(`${name} is not JSON: ${jsonFault(error)}`, 'mend the file, or pass another with --config')
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw usageError(`${name} is not a JSON object`, 'it looks like { "retentionDays": 90 }')
  }
  return content as Record<string, unknown>
}

function unknownKey(key: string, name: string, keys: readonly string[]) {
  const known = [...keys, 'prices', 'profiles', 'accounts', '$schema']
  return usageError(
    `${name}: unknown setting '${key}'`,
    didYouMean(key, known) ?? `the settings are ${known.join(', ')}`,
  )
}
