import { describe, expect, test } from '@jest/globals'
import { parseCommandLine } from '../../../src/cli/args/parse.ts'
import { define, type Entry } from '../../../src/cli/command.ts'
import { AppError } from '../../../src/core/errors.ts'
import { COMMANDS } from '../../support/commands.ts'
import { runLine } from '../run.ts'

/** A command that finds no credentials, as the SDK says it. */
const failing = (code: string): Entry[] => {
  const body = define({
    examples: [],
    flags: [],
    run: async () => {
      throw new AppError('credentials', code, 'Could not load credentials from any providers', { hint: 'sign in' })
    },
  })
  return [{ name: 'report', summary: 'fail', body: async () => ({ command: body }) }]
}

const suggested = (stderr: string) => [...stderr.matchAll(/^ {2}bedrock-monitor (.+)$/gm)].map(([, line = '']) => line)

describe('what to try first', () => {
  test('without a command', async () => {
    const { code, stderr } = await runLine([])
    expect(code).toBe(2)
    expect(suggested(stderr)).toEqual(['demo', 'report', 'setup --dry-run', '--help'])
  })

  test('without credentials: what needs none, and the exit code stays', async () => {
    const { code, stdout, stderr } = await runLine(['report'], { commands: failing('CredentialsProviderError') })
    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toMatch(/^error: .*\nhint: sign in\n\nThese work without an AWS account\n/)
    expect(suggested(stderr).map((line) => line.split(' ')[0])).toEqual([
      'demo',
      'report',
      'prices',
      'setup',
      'permissions',
    ])
  })

  test('without a Region', async () => {
    const env = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
    const { code, stderr } = await runLine(['report'], { env })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: no Region is given\nhint: .*--region.*\n\nThese work without an AWS account\n/)
  })

  test.each(['--json', '--quiet'])('is not told with %s', async (flag) => {
    const { stderr } = await runLine(['report', flag], { commands: failing('CredentialsProviderError') })
    expect(stderr).toBe('error: Could not load credentials from any providers\nhint: sign in\n')
  })

  test('is not told to those whose credentials have run out', async () => {
    const { stderr } = await runLine(['report'], { commands: failing('ExpiredToken') })
    expect(suggested(stderr)).toEqual([])
  })

  test('is what the program accepts, and keeps within 80 columns', async () => {
    const pages = [await runLine([]), await runLine(['report'], { commands: failing('CredentialsProviderError') })]
    for (const { stderr } of pages) {
      expect(stderr.split('\n').filter((line) => line.length > 80)).toEqual([])
      for (const line of suggested(stderr)) {
        const request = parseCommandLine(line.split(' '), COMMANDS)
        if (request.kind === 'run') request.command.parse(request.args)
        expect(request.kind).toBe(line === '--help' ? 'help' : 'run')
      }
    }
  })
})
