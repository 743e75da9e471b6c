import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { usageError } from '../core/errors.ts'
import { SETTINGS, type SettingKey, type SettingLayer } from '../steps/settings.ts'
import { suggest } from './suggest.ts'

/** Read when it is there and no other is named. */
const DEFAULT_CONFIG_FILE = 'bedrock-monitor.json'

/**
 * The settings of a configuration file, as a layer. Without `file`, the default one in `cwd` if there is one. Throws a
 * usage error that names the file and what is wrong in it.
 */
export async function readConfigFile(file: string | undefined, cwd: string): Promise<SettingLayer | undefined> {
  const name = file ?? DEFAULT_CONFIG_FILE
  const text = await readText(resolve(cwd, name), name, file === undefined)
  return text === undefined ? undefined : { source: name, values: parseConfig(text, name) }
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

/** The values by setting key; types and ranges are checked where all layers are joined. */
export function parseConfig(text: string, name: string): SettingLayer['values'] {
  let content: unknown
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw usageError(`${name} is not JSON: ${(error as Error).message}`, 'mend the file, or pass another with --config')
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw usageError(`${name} is not a JSON object`, 'it looks like { "retentionDays": 90 }')
  }
  const { $schema: _, ...values } = content as Record<string, unknown>
  const keys = SETTINGS.map(({ key }) => key)
  for (const [key, value] of Object.entries(values)) {
    if (!keys.includes(key as SettingKey)) throw unknownKey(key, name, keys)
    const { type } = SETTINGS.find((setting) => setting.key === key) ?? { type: 'string' }
    const wanted = type === 'string' ? 'string' : 'number'
    if (typeof value !== wanted) {
      throw usageError(`${name}: ${key} is ${JSON.stringify(value)}: not a ${wanted}`, `give a ${wanted}`)
    }
  }
  return values
}

function unknownKey(key: string, name: string, keys: readonly string[]) {
  const meant = suggest(key, keys)
  return usageError(
    `${name}: unknown setting '${key}'`,
    meant === undefined ? `the settings are ${keys.join(', ')}` : `did you mean ${meant}?`,
  )
}
