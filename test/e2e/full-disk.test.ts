import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { inFolder } from '../support/folder.ts'
import { converse } from '../support/invocation-records.ts'
import { BIN, inherited } from '../support/program.ts'

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
  const env = { ...inherited(), HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' }
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

test('a folder that was removed from under a shell has no settings file, and stops nothing', () =>
  inFolder({}, async (folder) => {
    const run = (line: string) =>
      shell(`mkdir "${folder}/gone"; cd "${folder}/gone"; rmdir "$PWD";`, line, '> /dev/null')
    expect(run('prices --offline')).toEqual({ status: 0, stderr: '' })
    const { status, stderr } = run('prices --offline --output prices.json')
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/^error: --output prices\.json/) })
  }))

test('a file that may not become long enough is a failure, not a shorter result', () =>
  inFolder({}, async (folder) => {
    const { status } = shell('trap "" XFSZ; ulimit -f 8;', 'prices --offline --json', '> out', folder)
    expect((await stat(join(folder, 'out'))).size).toBeGreaterThan(0)
    expect(status).toBe(1)
  }))

test.each([
  ['a disk without room', 'trap "" XFSZ; ulimit -f 1;', 'cache', 'EFBIG'],
  ['no folder to be made', '', '/proc/none', 'ENOENT'],
])('%s for what is kept of a log: the report is whole, and says so once', (_, before, cache, code) =>
  inFolder({ 'logs/a/x.json': manyCalls(), 'logs/b/x.json': manyCalls() }, async (folder) => {
    const line = 'report --source file:logs --offline --json'
    const { status, stderr } = shell(
      `${before} XDG_CACHE_HOME="${resolve(folder, cache)}"`,
      line,
      '| cat; exit $PIPESTATUS',
      folder,
    )
    expect(status).toBe(0)
    expect(stderr.match(/warning: the cache could not be written/g)).toHaveLength(1)
    expect(stderr).toContain(code)
  }),
)

function manyCalls(): string {
  return Array.from({ length: 500 }, (_, call) => converse(call, call, call)).join('\n')
}
