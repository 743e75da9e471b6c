import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { playDay } from '../../src/cli/commands/sandbox/traffic.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { tellOnly } from '../support/incomplete-metrics.ts'
import { program } from '../support/program.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
  playDay(sandbox, 2, { start: Date.now() - 86_400_000, end: Date.now() })
  tellOnly(sandbox, (metric) => (metric === 'OutputTokenCount' ? 'InternalError' : undefined))
})
afterAll(() => sandbox.close())

const report = (...args: string[]) => program(['report', '--offline', ...args], { env: { ...sandbox.env } })

test('a report of which CloudWatch did not tell all ends with exit 5 and null where it counts', async () => {
  const { code, stdout, stderr } = await report('--json')
  const { total, warnings } = JSON.parse(stdout)
  expect(code).toBe(5)
  expect(total).toMatchObject({ outputTokens: null, inputTokens: expect.any(Number), costUsd: expect.any(Number) })
  expect(total).toMatchObject({ costIsFloor: true, costLacks: expect.arrayContaining(['counts']), pricedShare: null })
  expect(warnings.map((warning: { code: string }) => warning.code)).toContain('metrics-incomplete')
  expect(stderr).toContain('error: the report is incomplete')
})

test('no gate passes on it', async () => {
  const { code, stderr } = await report('--json', '--fail-over-usd', '1000000')
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(/the cost is at least \$\S+, .*not all counts known, so it may be over/),
  ])
})

test('its cost is a floor, and nothing in it is called unpriced', async () => {
  const { stdout } = await report()
  expect(stdout).toMatch(/^Total +at least \$/m)
  expect(stdout).toMatch(/^at least \$\S+, .*not all counts known ·/)
  expect(stdout).not.toContain('unpriced')
})
