import { describe, expect, test } from '@jest/globals'
import { COMMANDS } from '../../src/cli/commands/index.ts'
import { EXIT_CODES } from '../../src/cli/help/help.ts'
import { FORMATS } from '../../src/report/formats/index.ts'
import { FAULT_KINDS, parseFaults } from '../../src/sandbox/faults.ts'
import { SERVICE_IDS } from '../../src/sandbox/service.ts'
import { profileSettings } from '../../src/steps/alarms/alarm-profiles.ts'
import { SETTINGS, type SettingDefinition } from '../../src/steps/settings.ts'
import { blocks, expectMarked, page, table } from './pages.ts'

const code = (text: string) => `\`${text}\``

/** As it is typed; nothing where there is none. */
const shownDefault = ({ default: value }: SettingDefinition) => (value === '' ? '' : code(String(value)))

const STRICT = profileSettings('strict')

/** Every setting, under a row for each group. */
function settingsTable(): string {
  const groups = [...new Set(SETTINGS.map(({ group }) => group))]
  const rows = groups.flatMap((group) => [
    [`**${group}**`, '', '', '', ''],
    ...SETTINGS.filter((setting) => setting.group === group).map((setting) => [
      code(`--${setting.flag}`),
      setting.env.map(code).join(', '),
      code(setting.key),
      [shownDefault(setting), ...(setting.key in STRICT ? [code(String(STRICT[setting.key]))] : [])].join(' / '),
      setting.describe,
    ]),
  ])
  return table(['flag', 'variables', 'key', 'default', 'what it is'], rows)
}

/** What a fault of the sandbox may say of itself. */
function faultsTable(): string {
  const either = (values: readonly string[]) => values.map(code).join(', ')
  return table(
    ['member', 'what it is', 'without it'],
    [
      [code('kind'), either(FAULT_KINDS), 'is needed'],
      [code('service'), either(SERVICE_IDS), 'all'],
      [code('operation'), `as AWS names it: ${code('CreateRole')}`, 'all'],
      [code('writing'), `${code('true')}: only calls that may change something`, 'all'],
      [code('from'), 'the first matching call that fails', code('1')],
      [code('count'), 'how many fail from there on', `${code('1')}; with ${code('seconds')} any number`],
      [code('seconds'), 'how long it lasts', 'no end'],
      [code('when'), `${code('before')} the call took effect, or ${code('after')}: its answer is lost`, code('before')],
    ],
  )
}

describe('tables that the code decides', () => {
  test('docs/settings.md has every setting', () => {
    expectMarked('docs/settings.md', 'settings', settingsTable())
  })

  test('docs/sandbox.md has what a fault may be, and one that the sandbox takes', () => {
    expectMarked('docs/sandbox.md', 'faults', faultsTable())
    const examples = blocks(page('docs/sandbox.md'), 'json faults').flatMap((text) => parseFaults(JSON.parse(text)))
    expect(examples.length).toBeGreaterThan(1)
  })

  test('docs/reports.md has the formats', () => {
    const rows = FORMATS.map((format) => [
      code(format.name),
      format.endings.map(code).join(', '),
      format.describe,
      'answers' in format ? 'yes' : '',
    ])
    expectMarked('docs/reports.md', 'formats', table(['format', 'endings', 'what it is for', 'of `query` too'], rows))
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

  test('docs/scripting.md has the exit codes', () => {
    const rows = EXIT_CODES.map(([exit, meaning]) => [String(exit), meaning])
    expectMarked('docs/scripting.md', 'exit codes', table(['exit code', 'meaning'], rows))
  })

  test('README.md has them in a line', () => {
    expectMarked('README.md', 'exit codes', EXIT_CODES.map((row) => row.join(' ')).join(' · '))
  })

  test('a table that is out of date is told, with the text to put in', () => {
    expect(() => expectMarked('README.md', 'commands', '| new |')).toThrow('<!-- commands: begin -->\n\n| new |')
  })
})
