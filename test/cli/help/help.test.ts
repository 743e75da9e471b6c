import { describe, expect, test } from '@jest/globals'
import { parseCommandLine } from '../../../src/cli/args/parse.ts'
import { EXIT_CODE } from '../../../src/core/errors.ts'
import { COMMANDS } from '../../support/commands.ts'
import { runLine } from '../run.ts'

const help = async (name: string, columns = 80) =>
  (await runLine(name === '' ? ['--help'] : [name, '--help'], { tty: true, columns, env: { NO_COLOR: '1' } })).stdout

describe.each(['', ...COMMANDS.map(({ name }) => name)])('the help of bedrock-monitor %s', (name) => {
  test('begins with examples and ends with the exit codes', async () => {
    const headings = (await help(name)).split('\n').filter((line) => /^[A-Z][A-Z :]+$/.test(line))
    expect(headings[0]).toBe('EXAMPLES')
    expect(headings[1]).toBe('USAGE')
    expect(headings.at(-1)).toBe('EXIT CODES')
  })

  test('keeps within 80 columns', async () => {
    expect((await help(name)).split('\n').filter((line) => line.length > 80)).toEqual([])
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

  test('names every exit code', async () => {
    const codes = [...((await help(name)).split('EXIT CODES')[1]?.matchAll(/^ {2}(\d+) /gm) ?? [])].map(([, code]) =>
      Number(code),
    )
    expect(codes).toEqual([...new Set([0, ...Object.values(EXIT_CODE)])].sort((a, b) => a - b))
  })
})

describe.each(COMMANDS.map((command) => [command.name, command] as const))('the help of %s', (name, command) => {
  test('names each of its flags once', async () => {
    const lines = (await help(name)).split('\n').map((line) => line.trim())
    for (const flag of command.flags) {
      const pattern = new RegExp(`^(-., )?--${flag.name}( |$)`)
      expect([flag.name, lines.filter((line) => pattern.test(line)).length]).toEqual([flag.name, 1])
    }
  })
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
  expect(stderr).toMatch(/^error: no command given\nhint: bedrock-monitor --help lists the commands\n\nTo begin with\n/)
})

test('the version is a line on stdout', async () => {
  expect(await runLine(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n', stderr: '' })
})
