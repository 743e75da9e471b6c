import { describe, expect, test } from '@jest/globals'
import { parseCommandLine } from '../../../src/cli/args/parse.ts'
import { EXIT_CODE } from '../../../src/core/errors.ts'
import { SETTINGS } from '../../../src/steps/settings.ts'
import { COMMANDS } from '../../support/commands.ts'
import { runLine } from '../run.ts'

const help = async (name: string, columns = 80) =>
  (await runLine(name === '' ? ['--help'] : [name, '--help'], { tty: true, columns, env: { NO_COLOR: '1' } })).stdout

describe.each(['', ...COMMANDS.map(({ name }) => name)])('the help of bedrock-monitor %s', (name) => {
  test('begins with usage and examples, and ends with where to find the rest', async () => {
    const headings = (await help(name)).split('\n').filter((line) => /^[A-Z][A-Z ,:]+$/.test(line))
    expect(headings.slice(0, 2)).toEqual(['USAGE', 'EXAMPLES'])
    expect(headings.at(-1)).toBe(name === '' ? 'EXIT CODES' : 'MORE FLAGS')
  })

  test('keeps within 80 columns and little more than a screen', async () => {
    const lines = (await help(name)).split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines.length).toBeLessThan(110)
  })

  test('has examples that the program itself accepts', async () => {
    const examples = [...(await help(name)).matchAll(/^ {2}\$ bedrock-monitor (.+)$/gm)].map(([, line = '']) => line)
    expect(examples.length).toBeGreaterThan(0)
    for (const line of examples) {
      // As a shell hands it over.
      const request = parseCommandLine(line.replaceAll("'", '').split(' '), COMMANDS)
      if (request.kind === 'run') request.command.parse(request.args)
      expect(request.kind).toBe('run')
    }
  })
})

describe.each(COMMANDS.map((command) => [command.name, command] as const))('the help of %s', (name, command) => {
  test('names each of its own flags once, and of the settings those that it shows', async () => {
    const lines = (await help(name)).split('\n').map((line) => line.trim())
    for (const flag of command.flags) {
      const pattern = new RegExp(`^(-., )?--${flag.name}( |$)`)
      const times = flag.setting && !command.shows?.includes(flag.name) ? 0 : 1
      expect([flag.name, lines.filter((line) => pattern.test(line)).length]).toEqual([flag.name, times])
    }
    for (const shown of command.shows ?? []) expect(command.flags.map((flag) => flag.name)).toContain(shown)
  })
})

test('the help of the settings names each of them once, within 80 columns', async () => {
  const { code, stdout } = await runLine(['help', 'settings'], { tty: true, columns: 80, env: { NO_COLOR: '1' } })
  expect(code).toBe(0)
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  const named = [...stdout.matchAll(/^ +--([a-z0-9-]+)/gm)].map(([, flag]) => flag)
  expect(named.sort()).toEqual(SETTINGS.map(({ flag }) => flag).sort())
})

test('the main help names every exit code', async () => {
  const codes = [...((await help('')).split('EXIT CODES')[1]?.matchAll(/(?:^ {2}|· )(\d+) /gm) ?? [])]
  expect(codes.map(([, code]) => Number(code))).toEqual(
    [...new Set([0, ...Object.values(EXIT_CODE)])].sort((a, b) => a - b),
  )
})

test('the main help lists every command with what it does', async () => {
  const text = await help('', 100)
  for (const { name, summary } of COMMANDS)
    expect(text).toMatch(new RegExp(`^ {2}${name} +${summary.slice(0, 30)}`, 'm'))
})

test.each(COMMANDS.map(({ name, summary }) => [name, summary]))(
  'what %s does is told in one line of 80 columns',
  async (_, summary) => {
    expect(await help('')).toContain(`  ${summary}\n`)
  },
)

test('help is the result: it goes to stdout, and exits 0', async () => {
  const { code, stderr } = await runLine(['report', '--help'])
  expect([code, stderr]).toEqual([0, ''])
})

test('without a command there is help to find, and exit 2', async () => {
  const { code, stdout, stderr } = await runLine([])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^error: no command given\nhint: bedrock-monitor --help lists the commands\n\nGet started\n/)
})

test('the version is a line on stdout', async () => {
  expect(await runLine(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n', stderr: '' })
})
