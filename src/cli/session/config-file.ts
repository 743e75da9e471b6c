import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileFault, usageError } from '../../core/errors.ts'
import type { Teams } from '../../report/teams/rules.ts'
import { textOf } from '../../text/encoding.ts'
import type { App } from '../command.ts'
import type { ConfigFile } from './config-parse.ts'

/** Read when it is there and no other is named. */
export const DEFAULT_CONFIG_FILE = 'bedrock-monitor.json'

/** Without `file` the default one in `cwd`, if there is one. Throws a usage error with file, line and what is wrong. */
export async function readConfigFile(file: string | undefined, cwd: string): Promise<ConfigFile | undefined> {
  const name = file ?? DEFAULT_CONFIG_FILE
  const text = await readConfigText(name, cwd, file === undefined)
  // The parser is loaded only where there is something to parse.
  return text === undefined ? undefined : (await import('./config-parse.ts')).parseConfig(text, name)
}

export async function readConfigText(name: string, cwd: string, optional: boolean): Promise<string | undefined> {
  try {
    return textOf(await readFile(resolve(cwd, name)))
  } catch (error) {
    if (optional && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw usageError(
      `cannot read the configuration file ${name}: ${fileFault(error)}`,
      'pass another one with --config',
    )
  }
}

/** The teams of the CSV file that a flag names, else of the configuration file. Throws usage errors. */
export async function teamsFor(
  { config, cwd }: Pick<App, 'config' | 'cwd'>,
  file?: string,
): Promise<Teams | undefined> {
  if (file === undefined) return config?.teams
  const bytes = await readFile(resolve(cwd, file)).catch((error: unknown) => {
    throw usageError(`--teams ${file}: ${fileFault(error)}`, 'name a CSV file of rules (docs/teams.md)')
  })
  return (await import('../../report/teams/table.ts')).parseTeamTable(textOf(bytes), file)
}
