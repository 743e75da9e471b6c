import { describe, expect, test } from '@jest/globals'
import { COMMANDS } from '../../src/cli/commands.ts'
import { EXIT_CODES } from '../../src/cli/exit-codes.ts'
import { SETTINGS, type SettingDefinition } from '../../src/steps/settings.ts'
import { expectMarked, table } from './pages.ts'

const code = (text: string) => `\`${text}\``

/** As it is typed; nothing where there is none. */
const shownDefault = ({ default: value }: SettingDefinition) => (value === '' ? '' : code(String(value)))

function settingsTable(group: SettingDefinition['group']): string {
  const rows = SETTINGS.filter((setting) => setting.group === group).map((setting) => [
    code(`--${setting.flag}`),
    setting.env.map(code).join(', '),
    code(setting.key),
    shownDefault(setting),
    setting.describe,
  ])
  return table(['flag', 'variables', 'key', 'default', 'what it is'], rows)
}

describe('tables that the code decides', () => {
  test('docs/settings.md has every group of settings', () => {
    for (const group of new Set(SETTINGS.map((setting) => setting.group))) {
      expectMarked('docs/settings.md', group.toLowerCase(), settingsTable(group))
    }
  })

  test('docs/migration.md has the variables of the shell scripts', () => {
    const rows = SETTINGS.flatMap((setting) => {
      const [, variable] = setting.env
      if (variable === undefined) return []
      return [[code(variable), code(`--${setting.flag}`), code(setting.key), shownDefault(setting)]]
    })
    expectMarked('docs/migration.md', 'variables', table(['variable of the scripts', 'flag', 'key', 'default'], rows))
  })

  test('README.md has the commands', () => {
    const rows = COMMANDS.map(({ name, summary }) => [code(name), summary])
    expectMarked('README.md', 'commands', table(['command', 'what it does'], rows))
  })

  test.each(['README.md', 'docs/scripting.md'])('%s has the exit codes', (path) => {
    const rows = EXIT_CODES.map(([exit, meaning]) => [String(exit), meaning])
    expectMarked(path, 'exit codes', table(['exit code', 'meaning'], rows))
  })

  test('a table that is out of date is told, with the text to put in', () => {
    expect(() => expectMarked('README.md', 'commands', '| new |')).toThrow('<!-- commands: begin -->\n\n| new |')
  })
})
