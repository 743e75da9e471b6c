import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { playDay } from '../../src/cli/commands/sandbox/traffic.ts'
import { lastHours } from '../../src/report/window.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { onTerminal } from '../support/terminal.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
  playDay(sandbox, 2, { start: lastHours(Date.now(), 1).start, end: Date.now() })
})
afterAll(() => sandbox.close())

test.each([
  ['q', 'q', 0],
  ['Ctrl-C', '\u0003', 0],
])('the live view on a real terminal: keys work, and %s ends it', async (_, keys, exitCode) => {
  const { code, screen } = await onTerminal(['watch', '--offline'], { ...sandbox.env }, [
    [/Total[\s\S]*sort: spend/, 's'],
    [/sort: calls/, keys],
  ])
  expect([code, screen]).toEqual([exitCode, expect.stringMatching(/claude-sonnet-4-5 [\s\S]*sort: calls/)])
})
