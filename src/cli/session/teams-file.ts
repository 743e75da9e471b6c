import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { usageError } from '../../core/errors.ts'
import type { Teams } from '../../report/teams/rules.ts'
import type { App } from './app.ts'

/** The teams of the CSV file that a flag names, else of the configuration file. Throws usage errors. */
export async function teamsFor(
  { config, cwd }: Pick<App, 'config' | 'cwd'>,
  file?: string,
): Promise<Teams | undefined> {
  if (file === undefined) return config?.teams
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? error.message)
    throw usageError(`--teams ${file}: ${why}`, 'name a CSV file of rules (docs/teams.md)')
  })
  return (await import('../../report/teams/table.ts')).parseTeamTable(text, file)
}
