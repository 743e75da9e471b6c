import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { someOf } from '../../../src/cli/commands/doctor/examine.ts'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { SESSION_POLICY_LIMIT } from '../../../src/steps/permissions/session-policy.ts'
import { changeReportFaults } from '../../support/change-report-schema.ts'
import { doctorSchemaFaults } from '../../support/doctor-schema.ts'
import { inFolder } from '../../support/folder.ts'
import { actionsOf } from '../../support/iam-actions.ts'
import { runLine } from '../run.ts'
import { answering } from './on-sandbox.ts'

const OWN = '111122223333'
const [A, B, BARE] = ['200000000001', '200000000002', '300000000001'] as const
const ALL = `${OWN},${A},${B}`
const ROLE = '--assume-role OrganizationAccountAccessRole'

let sandbox: Sandbox
beforeAll(() => {
  process.env.AWS_ACCESS_KEY_ID = 'sandbox'
  process.env.AWS_SECRET_ACCESS_KEY = 'sandbox'
})
beforeEach(async () => {
  await sandbox?.close()
  const roles = { OrganizationAccountAccessRole: true } as const
  sandbox = await startSandbox({
    members: [
      { id: A, name: 'shop', roles },
      { id: B, name: 'bank', roles },
      { id: BARE, name: 'bare' },
    ],
  })
})
afterAll(() => sandbox.close())

const run = (line: string, options: Parameters<typeof runLine>[1] = {}) =>
  runLine(line.split(' '), { env: { ...sandbox.env, NO_COLOR: '1' }, ...options })

async function json(line: string) {
  const { code, stdout, stderr } = await run(`${line} --json`)
  if (stdout === '') throw new Error(stderr)
  const report = JSON.parse(stdout)
  if (report.resources) expect(changeReportFaults(report)).toEqual([])
  return { code, report, stderr }
}

const written = () =>
  [
    ...new Set(
      sandbox.calls
        .filter(({ writing, operation }) => writing && operation !== 'AssumeRole')
        .map(({ account }) => account),
    ),
  ].sort()

test('setup, status and cleanup of three accounts leave nothing', async () => {
  const made = await json(`setup --yes --offline --accounts ${ALL} ${ROLE}`)
  expect(made.code).toBe(0)
  expect(made.report).toMatchObject({
    accountId: null,
    ok: true,
    accounts: [
      { id: OWN, ok: true },
      { id: A, ok: true },
      { id: B, ok: true },
    ],
  })
  const counts = new Map<string, number>()
  for (const { account, outcome } of made.report.resources) {
    expect(outcome).toBe('done')
    counts.set(account, (counts.get(account) ?? 0) + 1)
  }
  expect(new Set(counts.values()).size).toBe(1)
  expect([...counts.keys()]).toEqual([OWN, A, B])
  expect(sandbox.servicesOf(A).s3.buckets.find(`bedrock-logs-${A}`)).toBeDefined()

  const found = await json(`status --exit-code --offline --accounts ${ALL} ${ROLE}`)
  expect(found).toMatchObject({ code: 0, report: { ok: true } })
  sandbox.calls.length = 0
  expect(await json(`setup --yes --offline --accounts ${ALL} ${ROLE}`)).toMatchObject({ code: 0, report: { ok: true } })
  expect(written()).toEqual([])

  expect(await json(`cleanup --yes --accounts ${ALL} ${ROLE}`)).toMatchObject({ code: 0, report: { ok: true } })
  const left = await json(`status --offline --accounts ${ALL} ${ROLE}`)
  expect(new Set(left.report.resources.map(({ action }: { action: string }) => action))).toEqual(new Set(['create']))
  expect(sandbox.servicesOf(B).s3.buckets.find(`bedrock-logs-${B}`)).toBeUndefined()
})

describe('one account in the way', () => {
  test('stops all of them before anything is changed', async () => {
    const { code, report } = await json(`setup --yes --offline --accounts ${ALL},${BARE} ${ROLE}`)
    expect(code).toBe(1)
    expect(written()).toEqual([])
    expect(report.error).toMatchObject({ code: 'AccountHeldUp', hint: expect.stringMatching(/--keep-going/) })
    expect(report.accounts.at(-1)).toMatchObject({ id: BARE, ok: false, error: { code: 'AccessDenied' } })
  })

  test('is left out with --keep-going, and told', async () => {
    const { code, report } = await json(`setup --yes --offline --keep-going --accounts ${A},${BARE} ${ROLE}`)
    expect(code).toBe(5)
    expect(written()).toEqual([A])
    expect(report.accounts).toMatchObject([
      { id: A, ok: true },
      { id: BARE, ok: false },
    ])
  })
})

test.each(['status', 'alarms', 'setup --dry-run'])(
  '%s: what is told of all accounts is in the JSON, whichever of them it is about',
  async (command) => {
    sandbox.organizations.members[1] = { id: B, name: 'bank', state: 'SUSPENDED' }
    const left = { code: 'accounts-not-active', message: expect.stringMatching(/^left out, since/) }
    const all = await json(`${command} --offline --accounts org ${ROLE}`)
    expect(all.report.warnings[0]).toEqual(left)
    const others = await json(`${command} --offline --accounts org --exclude-accounts ${OWN},${BARE} ${ROLE}`)
    expect(others.report.warnings).toContainEqual(left)
  },
)

test('accounts that fail for different reasons are not told the hint of one', async () => {
  sandbox.faults.push({ kind: 'access-denied', operation: 'CreateTopic', count: 99 })
  const { report } = await json(`setup --yes --offline --keep-going --accounts org ${ROLE}`)
  expect(report.error).toMatchObject({ code: 'PartlyDone', hint: expect.stringMatching(/^see each account's hint/) })
})

test('a dry run shows each plan and changes nothing', async () => {
  const { code, stdout, stderr } = await run(`setup --dry-run --offline --accounts ${A},${B} ${ROLE}`)
  expect(code).toBe(0)
  expect(stdout.match(/^Account \d+/gm)).toEqual([`Account ${A}`, `Account ${B}`])
  expect(stderr).toMatch(/nothing was changed/)
  expect(written()).toEqual([])
})

describe('a person', () => {
  test('is asked once for all accounts, and no changes nothing', async () => {
    const { code, stderr } = await run(`setup --offline --accounts ${A},${B} ${ROLE}`, {
      tty: true,
      meanwhile: answering([/Apply \d+ changes in 2 accounts\?/, 'n\r']),
    })
    expect(code).toBe(130)
    expect(stderr.match(/\(y\/N\)/g)?.length).toBeGreaterThan(0)
    expect(stderr).toMatch(/Cancelled\. Nothing changed\./)
    expect(written()).toEqual([])
  })

  test('types the number of accounts to remove from all of them', async () => {
    await run(`setup --yes --offline --accounts ${A},${B} ${ROLE}`)
    sandbox.calls.length = 0
    const none = await run(`cleanup --keep-data --accounts ${A},${B} ${ROLE}`, {
      tty: true,
      meanwhile: answering(
        [/Type the number of accounts/, 'y\r'],
        [/not the number of accounts[\s\S]*Type the number/, '\r'],
      ),
    })
    expect({ code: none.code, written: written() }).toEqual({ code: 130, written: [] })
    const all = await run(`cleanup --keep-data --accounts ${A},${B} ${ROLE}`, {
      tty: true,
      meanwhile: answering([/Type the number of accounts/, '2\r']),
    })
    expect({ code: all.code, written: written() }).toEqual({ code: 0, written: [A, B] })
  })
})

test('which role changes another account is never guessed', async () => {
  const { code, stderr } = await run(`setup --yes --offline --accounts ${A},${B}`)
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/--assume-role/) })
  expect(stderr).not.toContain('opened')
  expect(sandbox.sessions.size).toBe(0)
})

test('sessions of setup and cleanup may do what these need, and no more', async () => {
  await run(`setup --yes --offline --accounts ${A} ${ROLE} --budget-usd 40 --email ops@example.com --alarms strict`)
  await run(`cleanup --yes --accounts ${A} ${ROLE} --budget-usd 40`)
  const sessions = [...sandbox.sessions]
  expect(sessions.length).toBe(2)
  for (const [key, { policy = '' }] of sessions) {
    expect(policy.length).toBeLessThanOrEqual(SESSION_POLICY_LIMIT)
    const actions = [JSON.parse(policy).Statement].flat().flatMap(({ Action }: { Action: string[] }) => Action)
    const made = new Set(sandbox.calls.filter(({ session }) => session === key).flatMap(actionsOf))
    expect(made.size).toBeGreaterThan(20)
    const allowed = new RegExp(`^(?:${actions.join('|').replaceAll('*', '.*')})$`)
    expect([...made].filter((action) => !allowed.test(action))).toEqual([])
  }
})

test('thresholds are not suggested for several accounts of the configuration file', () =>
  inFolder(
    { 'two.json': JSON.stringify({ accounts: [A, B].map((id) => ({ id, role: 'OrganizationAccountAccessRole' })) }) },
    async (cwd) => {
      const { code, stderr } = await run('setup --suggest --yes --config two.json', { cwd })
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/--suggest and the accounts of/),
      })
      expect(written()).toEqual([])
    },
  ))

test('a template is of the account that is named, of which it only reads', async () => {
  for (const [account, asked] of [
    [A, `--accounts ${A} ${ROLE}`],
    [B, `--accounts ${ALL} --exclude-accounts ${OWN},${A} ${ROLE}`],
  ]) {
    sandbox.calls.length = 0
    sandbox.sessions.clear()
    const { code, stdout } = await run(`setup --export cloudformation --offline ${asked}`)
    expect(code).toBe(0)
    expect(JSON.parse(stdout).Description).toContain(`of account ${account}`)
    expect(stdout).not.toContain(OWN)
    const inAccount = sandbox.calls.filter((call) => call.account === account)
    expect([written(), inAccount.length > 10]).toEqual([[], true])
    const [[key, { policy = '' }] = ['', {}]] = sandbox.sessions
    const actions = [JSON.parse(policy).Statement].flat().flatMap(({ Action }: { Action: string[] }) => Action)
    const made = new Set(sandbox.calls.filter(({ session }) => session === key).flatMap(actionsOf))
    const allowed = new RegExp(`^(?:${actions.join('|').replaceAll('*', '.*')})$`)
    expect([...made].filter((action) => !allowed.test(action))).toEqual([])
  }
})

test.each([
  [`setup --export terraform --accounts ${A},${B} ${ROLE}`, /a template is of one account, and this is about 2/],
  [`setup --export terraform --account-id ${A} --accounts ${A}`, /--account-id and --accounts contradict each other/],
  [`query --save --accounts ${A}`, /--save and --accounts contradict each other/],
])('%s is refused', async (line, message) => {
  const { code, stderr } = await run(line)
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
  expect(written()).toEqual([])
})

test.each([
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a; b; c'],
  [['a', 'b', 'c', 'd'], 'a; b; and 2 more'],
])('of an account where %j is wrong, %s is said', (titles, said) => expect(someOf(titles)).toBe(said))

test('a role that cannot be assumed to change something is not mended by one that may only read', async () => {
  const hintOf = async (line: string) => (await run(`${line} --accounts ${BARE} ${ROLE}`)).stderr
  expect(await hintOf('setup --yes --offline')).toMatch(
    /hint: check that the role exists there(?!.*permissions reader)/,
  )
  expect(await hintOf('status')).toContain('permissions reader --trust ARN makes one that may read')
})

test('doctor tells each account in a line, and alarms lists those of each', async () => {
  await run(`setup --yes --offline --accounts ${A} ${ROLE}`)
  const asked = `--accounts org --exclude-accounts ${OWN} ${ROLE}`
  const { code, stdout } = await run(`doctor --offline ${asked}`)
  expect(code).toBe(3)
  const lines = stdout.split('\n').filter((line) => /\d{12} \(/.test(line))
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/200000000002 \(bank\): .*not set up/)
  expect(lines[2]).toMatch(/300000000001 \(bare\): role arn:aws:iam::300000000001:role\/OrganizationAccountAccessRole/)
  const { report } = await json(`doctor --offline ${asked}`)
  expect(doctorSchemaFaults(report)).toEqual([])
  expect(report.accounts.map(({ id }: { id: string }) => id)).toEqual([A, B, BARE])

  const listed = await json(`alarms ${asked}`)
  expect(listed.code).toBe(5)
  const states = listed.report.alarms.map(
    ({ account, state }: { account: string; state: string }) => `${account} ${state === 'MISSING'}`,
  )
  expect([...new Set(states)]).toEqual([`${A} false`, `${B} true`])
  expect(listed.report.accounts.at(-1)).toMatchObject({ id: BARE, error: { code: 'AccessDenied' } })
  const rows = await run(`alarms ${asked} --format csv`)
  expect(
    new Set(
      rows.stdout
        .trim()
        .split('\r\n')
        .map((row) => row.split(',')[3]),
    ),
  ).toEqual(new Set(['account', A, B]))
  expect(rows).toMatchObject({ code: 5, stderr: expect.stringContaining(`role arn:aws:iam::${BARE}:role/`) })
})
