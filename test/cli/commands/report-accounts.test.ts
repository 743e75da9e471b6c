import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { playDay } from '../../../src/cli/commands/sandbox/traffic.ts'
import { lastHours } from '../../../src/report/window.ts'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import type { Policy } from '../../../src/sandbox/services/policy.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { sessionPolicy } from '../../../src/steps/permissions/session-policy.ts'
import { settingsOf } from '../../../src/steps/resolve-settings.ts'
import { inFolder } from '../../support/folder.ts'
import { actionsOf } from '../../support/iam-actions.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { truth } from '../../support/truth.ts'
import { runLine } from '../run.ts'

const OWN = '111122223333'
const reader = { BedrockMonitorReader: true } as const
const IDS = Array.from({ length: 23 }, (_, index) => String(200_000_000_000 + index))
const WITHOUT = ['300000000001', '300000000002']
const SUSPENDED = '400000000001'

let sandbox: Sandbox
let known: Map<string, { inputTokens: number; outputTokens: number; invocations: number }>

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'sandbox'
  process.env.AWS_SECRET_ACCESS_KEY = 'sandbox'
  sandbox = await startSandbox({
    members: [
      ...IDS.map((id, index) => ({
        id,
        name: `team-${index}`,
        roles: { ...reader, 'ops/Deep': 'secret-id' },
        parent: index < 5 ? 'ou-prod' : index < 8 ? 'ou-east' : 'r-root',
        tags: { env: index % 2 ? 'prod' : 'test' },
      })),
      ...WITHOUT.map((id) => ({ id, name: `bare-${id.at(-1)}` })),
      { id: SUSPENDED, name: 'closed-shop', state: 'SUSPENDED' as const, roles: reader },
    ],
  })
  sandbox.organizations.units.set('ou-east', 'ou-prod')
  const { start } = lastHours(Date.now(), 3)
  known = new Map(
    [OWN, ...IDS].map((account, index) => {
      const end = Date.now() - 60_000
      const traffic = { seed: index, start, end, account, region: 'us-east-1', invocationsPerHour: 40 }
      const invocations = generateTraffic(traffic)
      playTraffic(sandbox.servicesOf(account), invocations)
      const { total } = truth(invocations)
      return [account, total]
    }),
  )
})
afterAll(() => sandbox.close())
beforeEach(() => {
  sandbox.calls.length = 0
  sandbox.sessions.clear()
  Object.assign(sandbox.organizations.tells, { state: true, status: false })
  sandbox.organizations.emptyPages = false
})

const run = (line: string, cwd?: string) =>
  runLine(line.split(' '), { env: { ...sandbox.env, NO_COLOR: '1' }, ...(cwd && { cwd }) })

async function reported(flags: string) {
  const { code, stdout, stderr } = await run(`report --hours 24 --offline --json ${flags}`)
  if (stdout === '') throw new Error(stderr)
  const report = JSON.parse(stdout)
  expect(schemaFaults(report)).toEqual([])
  const tokens = new Map<string, unknown[]>(
    report.groups.map((group: { key: { account: string }; inputTokens: number; outputTokens: number }) => [
      group.key.account,
      [group.inputTokens, group.outputTokens],
    ]),
  )
  return { code, report, stderr, tokens }
}

const truthOf = (ids: readonly string[]) =>
  new Map(ids.map((id) => [id, [known.get(id)?.inputTokens ?? 0, known.get(id)?.outputTokens ?? 0]]))

const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

test.each([
  ['State alone', { state: true, status: false }, false],
  ['Status alone', { state: false, status: true }, false],
  ['both, and empty pages', { state: true, status: true }, true],
])('the whole organization, to the token; AWS tells %s', async (_, tells, emptyPages) => {
  Object.assign(sandbox.organizations.tells, tells)
  sandbox.organizations.emptyPages = emptyPages
  const { code, report, tokens } = await reported('--accounts org --by account')
  // What could not be read is told, and the rest goes on.
  expect(code).toBe(5)
  expect(sorted(tokens)).toEqual(sorted(truthOf([OWN, ...IDS])))
  const failed = report.accounts.filter(({ error }: { error?: object }) => error)
  expect(failed.map(({ id }: { id: string }) => id)).toEqual(WITHOUT)
  expect(failed[0].error).toMatchObject({ code: 'AccessDenied', hint: expect.stringMatching(/permissions reader/) })
  expect(report.accounts).toHaveLength(1 + IDS.length + WITHOUT.length)
  expect(report.accounts).toContainEqual({ id: IDS[3], name: 'team-3' })
  const codes = report.warnings.map((warning: { code: string }) => warning.code)
  expect(codes.filter((each: string) => each === 'account-unreadable')).toHaveLength(2)
  expect(report.total.costIsFloor).toBe(true)
  expect([...sandbox.sessions.values()].map(({ account }) => account)).not.toContain(SUSPENDED)
})

test.each([
  ['a unit and those below it', `ou:ou-prod`, IDS.slice(0, 8)],
  ['a unit', 'ou:ou-east', IDS.slice(5, 8)],
  ['a tag', 'tag:env=prod', IDS.filter((_, index) => index % 2)],
  ['ids, one of them twice', `${IDS[4]},${IDS[2]},${IDS[4]}`, [IDS[2] ?? '', IDS[4] ?? '']],
  ['several words', `ou:ou-east,${OWN}`, [OWN, ...IDS.slice(5, 8)]],
])('%s', async (_, words, ids) => {
  const { code, tokens, report } = await reported(`--accounts ${words} --by account`)
  expect({ code, tokens: sorted(tokens) }).toEqual({ code: 0, tokens: sorted(truthOf(ids)) })
  expect(report.accountId).toBeNull()
  // Nobody else is looked at.
  const called = new Set(sandbox.calls.filter(({ service }) => service === 'cloudwatch').map(({ account }) => account))
  expect([...called].sort()).toEqual([...ids].sort())
})

test('the table names the accounts', async () => {
  const { stdout } = await run('report --hours 24 --offline --accounts ou:ou-east --by account')
  expect(stdout).toMatch(/^200000000005 \(team-5\) /m)
})

test('excluded accounts are left out, and the caller’s own needs no role', async () => {
  const { code, tokens } = await reported(
    `--accounts org --exclude-accounts ${[...WITHOUT, ...IDS.slice(1)].join(',')} --by account`,
  )
  expect({ code, tokens: sorted(tokens) }).toEqual({ code: 0, tokens: sorted(truthOf([OWN, IDS[0] ?? ''])) })
  expect([...sandbox.sessions.values()].map(({ account }) => account)).toEqual([IDS[0]])
})

test('a role with a path and an external id, by name and by ARN', async () => {
  const [id = ''] = IDS
  expect((await reported(`--accounts ${id} --assume-role ops/Deep --external-id secret-id`)).code).toBe(0)
  expect((await reported(`--assume-role arn:aws:iam::${id}:role/ops/Deep --external-id secret-id`)).code).toBe(0)
  const { code, stderr } = await run(`report --accounts ${id} --assume-role ops/Deep`)
  expect(code).toBe(1)
  expect(stderr).toMatch(/role arn:aws:iam::200000000000:role\/ops\/Deep cannot be assumed/)
  expect(stderr).toMatch(/--external-id/)
  expect([...sandbox.sessions.values()].map(({ externalId }) => externalId)).toEqual(['secret-id', 'secret-id'])
})

test('the sessions may only read what a report reads, and CloudTrail shows who asked for what', async () => {
  // Nothing is logged there, which is told once all have been asked.
  expect((await run('report --accounts ou:ou-prod --source logs --by identity')).code).toBe(1)
  await reported('--accounts ou:ou-prod --quotas')
  const sessions = [...sandbox.sessions.values()]
  expect(sessions.length).toBeGreaterThan(10)
  const of = (accountId: string) =>
    JSON.parse(
      sessionPolicy(
        { accountId, regions: ['us-east-1'], everyRegion: false, settings: settingsOf({}), isMember: true },
        'report',
      ),
    ) as Policy
  for (const { account, policy = '', arn } of sessions) {
    expect(JSON.parse(policy)).toEqual(of(account))
    expect(arn).toBe(`arn:aws:sts::${account}:assumed-role/BedrockMonitorReader/bedrock-monitor-report-sandbox`)
    const actions = [JSON.parse(policy).Statement].flat().flatMap(({ Action }: { Action: string[] }) => Action)
    expect(
      actions.filter((action) => !/:(Get|List|Describe|StartQuery|StopQuery|Decrypt|Filter)/.test(action)),
    ).toEqual([])
    const made = sandbox.calls.filter((call) => call.account === account && call.session).flatMap(actionsOf)
    expect(made.length).toBeGreaterThan(0)
    expect(made.filter((action) => !actions.includes(action))).toEqual([])
  }
})

test('the accounts of the configuration file, by their names, roles and Regions', async () => {
  const accounts = [
    { id: IDS[0], name: 'shop', role: 'ops/Deep', externalId: 'secret-id' },
    { id: IDS[1], regions: ['eu-west-1'] },
    { id: OWN },
  ]
  await inFolder({ 'bedrock-monitor.json': JSON.stringify({ accounts }) }, async (folder) => {
    const { code, stdout } = await run('report --hours 24 --offline --json --by account', folder)
    const report = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(report.accounts).toEqual([{ id: IDS[0], name: 'shop' }, { id: IDS[1] }, { id: OWN }])
    expect(report.regions).toEqual(['us-east-1', 'eu-west-1'])
    expect(report.groups.map(({ key }: { key: { account: string } }) => key.account).sort()).toEqual([OWN, IDS[0]])
  })
})

test.each([
  ['--accounts 123', /--accounts is '123'/],
  ['--accounts org --exclude-accounts 1', /--exclude-accounts/],
  ['--assume-role Reader', /--assume-role goes with --accounts/],
  ['--external-id some', /--external-id goes with --accounts/],
  ['--accounts ou:ou-none', /there is no such unit/],
  ['--accounts tag:env=none', /leaves no account/],
  [
    `--accounts ${IDS[0]} --exclude-accounts ${IDS[0]}`,
    new RegExp(`--accounts ${IDS[0]} without ${IDS[0]} leaves no account`),
  ],
  [`--accounts org --assume-role arn:aws:iam::${IDS[0]}:role/x`, /is a role of account/],
])('%s is refused, and says why', async (flags, says) => {
  const { code, stderr } = await run(`report ${flags}`)
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(says) })
  expect(stderr).toMatch(/hint:/)
})

test.each([
  [{ role: 'ops Reader' }, 'accounts[0].role is '],
  [{ externalId: 'x' }, 'accounts[0].externalId is "x"'],
  [{ role: 'arn:aws:iam::999999999999:role/x' }, 'accounts in the configuration file: role arn:aws:iam::999999999999'],
])('an account of the configuration file with %j is refused, and says why', async (of, says) => {
  const text = JSON.stringify({ accounts: [{ id: IDS[0], ...of }] })
  await inFolder({ 'bedrock-monitor.json': text }, async (folder) => {
    const { code, stderr } = await run(`report --config ${folder}/bedrock-monitor.json`)
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(says) })
  })
})

test('an account that is excluded and not there is told: it may be mistyped', async () => {
  const asked = `report --accounts org --by account --exclude-accounts ${SUSPENDED},${IDS[1]}`
  expect((await run(asked)).stderr).not.toContain('--exclude-accounts')
  expect((await run(`${asked},999999999999`)).stderr).toContain(
    '--exclude-accounts 999999999999: not among the accounts that are named',
  )
})

test('outside an organization, org is refused with what to do', async () => {
  const lone = await startSandbox()
  const { code, stderr } = await runLine(['report', '--accounts', 'org'], { env: { ...lone.env } })
  await lone.close()
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/not in an organization/) })
})

test('keys that run out in a long run are renewed', async () => {
  playDay(sandbox, 1, lastHours(Date.now(), 1))
  // Each session is as good as expired: it is assumed anew, and the report is whole.
  let expired = 0
  const set = sandbox.sessions.set.bind(sandbox.sessions)
  sandbox.sessions.set = (key, session) => {
    expired += 1
    return set(key, expired <= 3 ? { ...session, expires: 0 } : session)
  }
  const { code } = await reported('--accounts ou:ou-east --by account')
  sandbox.sessions.set = set
  expect(code).toBe(0)
  expect(expired).toBe(6)
})

test('watch shows models of each account, names the account that cannot be read, and is incomplete without it', async () => {
  const { code, stdout, stderr } = await run(
    `watch --once --json --offline --accounts ${IDS[0]},${IDS[1]},${WITHOUT[0]}`,
  )
  const view = JSON.parse(stdout)
  const error = expect.objectContaining({ message: expect.stringContaining('cannot be assumed') })
  expect({ code, ok: view.ok, accounts: view.accounts, accountId: view.accountId }).toEqual({
    code: 5,
    ok: false,
    accounts: [{ id: IDS[0] }, { id: IDS[1] }, { id: WITHOUT[0], error }],
    accountId: null,
  })
  expect(new Set(view.groups.map(({ key }: { key: { account: string } }) => key.account))).toEqual(
    new Set([IDS[0], IDS[1]]),
  )
  expect(stderr).toMatch(/300000000001 is left out: role .* cannot be assumed/)
})

test('a ready-made query asks each account and tells the rows apart', async () => {
  const { code, stderr } = await run(
    `query tokens-by-model --hours 3 --json --offline --accounts ${IDS[0]},${IDS[1]},${WITHOUT[0]}`,
  )
  // Nobody logs there, and one cannot be asked at all.
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/NoLogGroup|no log group/i) })
  expect(stderr).toContain(`account ${WITHOUT[0]} is left out`)
  for (const id of [IDS[0] ?? '', IDS[1] ?? '']) {
    const call = { account: id, region: 'us-east-1', now: Date.now() }
    const { logs } = sandbox.servicesOf(id)
    await logs.operations.CreateLogGroup?.({ logGroupName: '/aws/bedrock/modelinvocations' }, call)
    const record = {
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
      timestamp: new Date().toISOString(),
      accountId: id,
      region: 'us-east-1',
      requestId: id,
      operation: 'Converse',
      modelId: 'amazon.nova-pro-v1:0',
      input: { inputTokenCount: 5 },
      output: { outputTokenCount: 7 },
    }
    logs.putRecord('us-east-1', '/aws/bedrock/modelinvocations', 's', [
      { timestamp: Date.now() - 60_000, message: JSON.stringify(record) },
    ])
  }
  const { code: then, stdout } = await run(
    `query tokens-by-model --hours 3 --json --offline --accounts ${IDS[0]},${IDS[1]}`,
  )
  const answer = JSON.parse(stdout)
  expect(then).toBe(0)
  expect(answer).toMatchObject({ accountId: null, accounts: [{ id: IDS[0] }, { id: IDS[1] }] })
  expect(answer.rows.map(({ account }: { account: string }) => account).sort()).toEqual([IDS[0], IDS[1]])
})

test('an account is asked for by its name, too, where names are known', async () => {
  const named = await reported('--accounts ou:ou-prod --where account=TEAM-2 --where account=team-1 --by account')
  expect([named.code, sorted(named.tokens)]).toEqual([0, sorted(truthOf([IDS[1] ?? '', IDS[2] ?? '']))])
  expect(named.report.where).toEqual({ account: ['TEAM-2', 'team-1'] })
  const none = await run('report --offline --accounts ou:ou-prod --where account=nobody')
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--where account=nobody: nothing matches')])
  const alone = await run('report --offline --where account=team-1')
  expect(alone.stderr).toContain(`nothing matches; the report covers ${OWN}`)
  expect(alone.stderr).toContain('pass --accounts, or another pattern')
})
