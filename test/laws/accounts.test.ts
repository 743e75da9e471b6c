import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { playDay } from '../../src/cli/commands/sandbox/traffic.ts'
import { lastHours } from '../../src/report/window.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { runLine } from '../cli/run.ts'
import { actionsOf } from '../support/iam-actions.ts'

const OWN = '111122223333'
const MEMBERS = ['200000000001', '200000000002', '200000000003', '200000000004']
const ROLE = 'Monitor'

/** Commands as they are typed, in any order: what one of them made, the next one finds. */
const LINES = [
  'setup --yes --offline',
  'setup --yes --offline --only alarms',
  'setup --dry-run --offline',
  'status',
  'status --region all',
  'report --offline --hours 3',
  'report --offline --hours 3 --source logs',
  'report --offline --hours 3 --source s3',
  'report --offline --hours 3 --quotas --by account,model',
  'query tokens-by-model --offline --hours 3',
  'watch --once --offline',
  'setup --yes --offline --lake --billing-export',
  'report --offline --hours 3 --source athena',
  'query tokens-by-model --engine athena --offline --hours 3',
  'reconcile --source athena --offline --last 2d',
  'alarms',
  'alarms sync --yes --offline',
  'doctor --offline',
  'cleanup --yes',
  'cleanup --yes --keep-data',
]

let sandbox: Sandbox
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'sandbox'
  process.env.AWS_SECRET_ACCESS_KEY = 'sandbox'
  sandbox = await startSandbox({ members: MEMBERS.map((id) => ({ id, roles: { [ROLE]: true as const } })) })
  playDay(sandbox, 1, lastHours(Date.now(), 1))
})
afterAll(() => sandbox.close())

/** What asks who one is, what there is, and what all of it is billed. */
const OF_CALLER = ['sts', 'organizations', 'ce']

/** A report that cannot be made stops listing, without waiting for what it asked last. */
async function quiet() {
  for (let before = -1; before !== sandbox.calls.length; ) {
    before = sandbox.calls.length
    await pause(50)
  }
}

const cases = fc.record({
  named: fc.subarray([OWN, ...MEMBERS], { minLength: 1 }),
  excluded: fc.subarray(MEMBERS, { maxLength: 2 }),
  byOrganization: fc.boolean(),
  line: fc.constantFrom(...LINES),
})

interface Case {
  named: readonly string[]
  excluded: readonly string[]
  byOrganization: boolean
  line: string
}

/** The accounts that a case is about. */
const reachedBy = ({ named, excluded, byOrganization }: Case) =>
  (byOrganization ? [OWN, ...MEMBERS] : named).filter((id) => !excluded.includes(id))

async function holds({ named, excluded, byOrganization, line }: Case) {
  const reached = reachedBy({ named, excluded, byOrganization, line })
  await quiet()
  sandbox.calls.length = 0
  sandbox.sessions.clear()
  const flags = [
    ...['--accounts', byOrganization ? 'org' : named.join(), '--assume-role', ROLE],
    ...(excluded.length > 0 ? ['--exclude-accounts', excluded.join()] : []),
  ]
  const { stderr } = await runLine([...line.split(' '), ...flags], { env: { ...sandbox.env, NO_COLOR: '1' } })
  const others = sandbox.calls.filter(
    ({ account, service }) => !reached.includes(account) && !(account === OWN && OF_CALLER.includes(service)),
  )
  expect({ others: others.map(({ account, operation }) => `${account} ${operation}`), stderr }).toEqual({
    others: [],
    stderr,
  })
  const sessions = [...sandbox.sessions.values()]
  for (const { account, policy = '' } of sessions) {
    expect(reached).toContain(account)
    const allowed = [JSON.parse(policy).Statement].flat().flatMap(({ Action }: { Action: string | string[] }) => Action)
    // A star may stand anywhere: s3:Get*Configuration.
    const isAllowed = (action: string) =>
      allowed.some((one) => new RegExp(`^${one.replaceAll('*', '.*')}$`).test(action))
    const made = sandbox.calls.filter((call) => call.account === account && call.session).flatMap(actionsOf)
    expect(made.filter((action) => !isAllowed(action))).toEqual([])
  }
  // A member is reached by a role, and by no other way.
  const members = new Set(sandbox.calls.map(({ account }) => account).filter((id) => id !== OWN))
  expect(new Set(sessions.map(({ account }) => account))).toEqual(members)
}

test('whatever is run, in whichever accounts: no other is asked or changed, and no session may do more than its command', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (each) => {
      fc.pre(reachedBy(each).length > 0)
      await holds(each)
    }),
    { numRuns: 12 },
  )
})

test('what stands although the line does not ask for it is worked on with the rights for it', async () => {
  const [member = ''] = MEMBERS
  const run = (line: string) => holds({ named: [member], excluded: [], byOrganization: false, line })
  let stands = false
  for (const line of LINES) {
    if (!stands) await run('setup --yes --offline --lake --billing-export')
    await run(line)
    stands = !line.startsWith('cleanup')
  }
})
