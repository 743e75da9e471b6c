import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { type CommandBody, define, type Entry } from '../../../src/cli/command.ts'
import { dispatch } from '../../../src/cli/main.ts'
import { AppError, type ErrorKind, EXIT_CODE, interrupted } from '../../../src/core/errors.ts'
import { SETTINGS } from '../../../src/steps/settings.ts'
import { systemClock } from '../../../src/ui/io.ts'
import { fakeProcess } from '../../ui/fake-terminal.ts'
import { runLine } from '../run.ts'

const doing = (run: CommandBody['run']): Entry[] => [
  {
    name: 'work',
    summary: 'work',
    body: async () => ({ command: define({ examples: [], flags: [], run }) }),
  },
]
const failing = (error: unknown) =>
  doing(async (app) => {
    app.cx.emit({ type: 'warning', warning: { code: 'dashboard-remark', message: 'this is odd' } })
    throw error
  })

describe('a variable with our prefix', () => {
  const said = async (env: Record<string, string>, ...flags: string[]) =>
    (await runLine(['work', ...flags], { env, commands: doing(async () => 0) })).stderr

  test('that sets nothing is named once, with the one that was probably meant and without its value', async () => {
    expect(await said({ BEDROCK_MONITOR_RETENTON_DAYS: 'hunter2', BEDROCK_MONITOR_HTTPS_ENDPIONT: 'https://x' })).toBe(
      `warning: the environment variable BEDROCK_MONITOR_RETENTON_DAYS is unknown and has no effect; did you mean BEDROCK_MONITOR_RETENTION_DAYS?
warning: the environment variable BEDROCK_MONITOR_HTTPS_ENDPIONT is unknown and has no effect; did you mean BEDROCK_MONITOR_HTTPS_ENDPOINT?
`,
    )
    expect(await said({ BEDROCK_MONITOR_XYZZY: 'hunter2' }, '--quiet')).toBe(
      'warning: the environment variable BEDROCK_MONITOR_XYZZY is unknown and has no effect; see bedrock-monitor help settings\n',
    )
  })

  test('that sets something, or is not ours, is no news', async () => {
    const known = Object.fromEntries(SETTINGS.flatMap(({ env }) => env.map((name) => [name, ''])))
    expect(
      await said({ ...known, BEDROCK_MONITOR_REGION: 'us-east-1', BEDROCK_MONITORING: '1', RETENTON_DAYS: '1' }),
    ).toBe('')
  })
})

describe('every kind of error has its exit code', () => {
  test.each(Object.entries(EXIT_CODE) as [ErrorKind, number][])('%s: %i', async (kind, exitCode) => {
    const commands = failing(new AppError(kind, 'Some', 'it failed', { hint: 'mend it' }))
    const { code, stdout, stderr } = await runLine(['work'], { commands })
    expect(code).toBe(exitCode)
    expect(stdout).toBe('')
    expect(stderr).toBe('warning: this is odd\nerror: it failed\nhint: mend it\n')
  })

  test('what is no error of ours is a fault of the program: 1', async () => {
    const { code, stderr } = await runLine(['work'], { commands: failing(new TypeError('x is not a function')) })
    expect(code).toBe(1)
    expect(stderr).toMatch(/error: x is not a function\nhint: .*--debug/)
  })

  test('what fails after an interruption is the interruption: 130', async () => {
    const controller = new AbortController()
    const commands = doing(async () => {
      controller.abort(interrupted())
      throw new Error('socket closed')
    })
    const { code, stderr } = await runLine(['work'], { commands, signal: controller.signal })
    expect([code, stderr]).toEqual([130, expect.stringMatching(/^error: interrupted\n/)])
  })

  test('a command’s own answer is the exit code', async () => {
    expect((await runLine(['work'], { commands: doing(async () => 3) })).code).toBe(3)
  })
})

describe('with --json', () => {
  test.each([
    ['a command that fails', ['work', '--json'], 'work', 'Some', 1],
    ['a wrong flag', ['work', '--json', '--xyzzy'], 'work', 'InvalidUsage', 2],
    ['a wrong value', ['work', '--json', '--endpoint-url', 'x'], 'work', 'InvalidUsage', 2],
    ['a missing file', ['work', '--json', '--config', 'gone.json'], 'work', 'InvalidUsage', 2],
    ['an unknown command', ['wrok', '--json'], 'wrok', 'InvalidUsage', 2],
    ['no command', ['--json'], null, 'NoCommand', 2],
  ])('%s leaves JSON on stdout that says so', async (_, argv, name, errorCode, exitCode) => {
    const commands = failing(new AppError('aws', 'Some', 'it \u001b[31mfailed', { hint: 'mend it' }))
    const { code, stdout, stderr } = await runLine(argv, { commands })
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ schemaVersion: 1, command: name, ok: false, exitCode, error: { code: errorCode } })
    expect(code).toBe(exitCode)
    expect(stderr).toMatch(/error: /)
  })

  test('the warnings are part of it', async () => {
    const { stdout } = await runLine(['work', '--json'], { commands: failing(new AppError('aws', 'Some', 'no')) })
    expect(JSON.parse(stdout).warnings).toEqual([{ code: 'dashboard-remark', message: 'this is odd' }])
  })
})

test('a result that cannot be written is a failure, and is said', async () => {
  const terminal = fakeProcess({ tty: false })
  const full = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })),
  })
  const code = await dispatch(
    {
      ...terminal,
      stdout: full,
      argv: ['--version'],
      cwd: '/nowhere',
      clock: systemClock,
      signal: new AbortController().signal,
      platform: '',
      version: async () => '1.2.3',
      openFile: async () => {},
    },
    [],
  )
  expect(code).toBe(1)
  expect(terminal.stderr.text).toContain('cannot write the result: ENOSPC')
})

test('colour is used on a terminal and not with --no-color', async () => {
  const coloured = await runLine(['--xyzzy'], { tty: true })
  const plain = await runLine(['--xyzzy', '--no-color'], { tty: true })
  expect(coloured.stderr).toContain('\u001b[31merror:')
  expect(plain.stderr).not.toContain('\u001b[')
})
