import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { inFolder } from '../support/folder.ts'
import { BIN } from '../support/program.ts'

const COMMANDS = [
  'prices --offline --json',
  'prices --offline',
  'completion bash',
  'completion zsh --json',
  'query',
  'query errors-by-code --show',
  'permissions --account-id 111122223333 --region us-east-1',
  'setup --help',
  '--help',
  '--version',
]

/** The program, from a shell that does `redirect` with what it prints. */
function shell(before: string, line: string, redirect: string, cwd?: string) {
  const script = `${before} "$0" "$1" ${line} ${redirect}`
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' }
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, BIN], { encoding: 'utf8', env, cwd })
  return { status, stderr }
}

const withFull = existsSync('/dev/full') ? test : test.skip

withFull.each(COMMANDS)('%s > a full disk fails and says so', (line) => {
  expect(shell('', line, '> /dev/full')).toEqual({ status: 1, stderr: expect.stringContaining('ENOSPC') })
})

test.each(COMMANDS)('%s | a reader that goes away ends quietly', (line) => {
  const { status, stderr } = shell('set -o pipefail;', line, '| true')
  expect({ status, stderr: /EPIPE|error:/.exec(stderr)?.[0] }).toEqual({ status: 0, stderr: undefined })
})

test('a file that may not become long enough is a failure, not a shorter result', () =>
  inFolder({}, async (folder) => {
    const { status } = shell('trap "" XFSZ; ulimit -f 8;', 'prices --offline --json', '> out', folder)
    expect((await stat(join(folder, 'out'))).size).toBeGreaterThan(0)
    expect(status).toBe(1)
  }))
