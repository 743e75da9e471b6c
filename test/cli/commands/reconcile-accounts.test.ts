import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Reconciliation } from '../../../src/report/reconcile/model.ts'
import { billedUpTo, DAY_MS } from '../../../src/report/window.ts'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { reconcileSchemaFaults } from '../../support/reconcile-schema.ts'
import { runLine } from '../run.ts'

const OWN = '111122223333'
const MEMBERS = ['222233334444', '333344445555']
const END = billedUpTo(Date.now())
let sandbox: Sandbox

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'sandbox'
  process.env.AWS_SECRET_ACCESS_KEY = 'sandbox'
  sandbox = await startSandbox({
    members: MEMBERS.map((id, index) => ({
      id,
      name: `team-${index}`,
      roles: { BedrockMonitorReader: true, Other: 'secret-id' },
    })),
  })
  for (const [seed, account] of [OWN, ...MEMBERS].entries()) {
    const traffic = { seed, start: END - 2 * DAY_MS, end: END, account, region: 'us-east-1', invocationsPerHour: 3 }
    // What has no price in the list tells nothing here.
    playTraffic(
      sandbox.servicesOf(account),
      generateTraffic(traffic).filter(({ modelId }) => !modelId.includes('canvas')),
    )
  }
})
afterAll(() => sandbox.close())
beforeEach(() => {
  sandbox.calls.length = 0
})

async function reconciled(flags: string): Promise<Reconciliation> {
  const line = `reconcile --json --last 2d --max-aws-cost 0.2 ${flags}`.trim()
  const { code, stdout, stderr } = await runLine(line.split(' '), { env: { ...sandbox.env, NO_COLOR: '1' } })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const result = JSON.parse(stdout)
  expect(reconcileSchemaFaults(result)).toEqual([])
  return result
}

test('of all accounts on the bill those that were not looked at are named, with what they cost', async () => {
  const { causes, cells, total } = await reconciled('')
  expect(causes).toMatchObject([{ of: 'quantity', cause: 'account', accounts: MEMBERS }])
  const others = cells.filter(({ account }) => account !== OWN).reduce((sum, { billUsd }) => sum + billUsd, 0)
  expect(causes[0]?.usd).toBeCloseTo(others, 6)
  expect(total).toMatchObject({ unexplainedUsd: 0, differenceUsd: causes[0]?.usd })
})

test.each(['--accounts org', `--accounts ${[OWN, ...MEMBERS].join()} --assume-role Other --external-id secret-id`])(
  '%s looks at them: nothing differs, and nobody but the caller is asked for the bill',
  async (flags) => {
    const { total, estimate } = await reconciled(flags)
    expect(total).toMatchObject({ differenceUsd: 0, unexplainedUsd: 0 })
    expect(estimate.accounts).toEqual([OWN, ...MEMBERS])
    expect(sandbox.calls.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(MEMBERS.length)
    const asked = sandbox.calls.filter(({ service }) => service === 'ce')
    expect(new Set(asked.map((call) => call.account))).toEqual(new Set([OWN]))
  },
)

test('accounts that are asked for are all that is compared', async () => {
  const { cells, total } = await reconciled(`--accounts ${MEMBERS[0]}`)
  expect(new Set(cells.map(({ account }) => account))).toEqual(new Set([MEMBERS[0]]))
  expect(total.differenceUsd).toBe(0)
})
