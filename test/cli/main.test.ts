import { EventEmitter } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { main } from '../../src/cli/main.ts'
import { fakeProcess } from '../ui/fake-terminal.ts'

const MANIFEST = new URL('../../package.json', import.meta.url)

/** A process that records its exits instead of ending. */
function processOf(...argv: string[]) {
  const exits: number[] = []
  const terminal = fakeProcess({ tty: false })
  const process = Object.assign(new EventEmitter(), terminal, {
    argv: ['node', 'bedrock-monitor', ...argv],
    cwd: () => '/nowhere',
    version: 'v20.19.0',
    platform: 'linux',
    arch: 'x64',
    exit: (code: number) => exits.push(code),
  })
  return { process, exits, terminal, finished: main(process as unknown as NodeJS.Process, MANIFEST) }
}

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('the version is the package’s', async () => {
  const { exits, finished, terminal } = processOf('--version')
  await finished
  expect(exits).toEqual([0])
  expect(terminal.stdout.text).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('with --debug, what it runs on stands below', async () => {
  const { finished, terminal } = processOf('--version', '--debug')
  await finished
  expect(terminal.stdout.text).toMatch(/^\d+\.\d+\.\d+\nNode\.js v\d+\.\d+\.\d+, \w+ \w+\n$/)
})

test('a wrong command line ends with 2', async () => {
  const { exits, finished } = processOf('xyzzy')
  await finished
  expect(exits).toEqual([2])
})

test('the SDK’s word about Node is kept from the user', async () => {
  const { process, finished } = processOf('--version')
  await finished
  expect(process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED).toBe('true')
})

describe.each(['SIGINT', 'SIGTERM'])('%s', (signal) => {
  test('lets what is under way end well; a second one ends at once with 130', async () => {
    const { process, exits, terminal, finished } = processOf('sandbox')
    await until(() => terminal.stdout.text.includes('AWS_ENDPOINT_URL'))
    process.emit(signal)
    expect(exits).toEqual([])
    process.emit(signal)
    expect(exits).toEqual([130])
    await finished
  })
})
