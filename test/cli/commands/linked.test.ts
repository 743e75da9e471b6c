import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { playLogged } from '../../../src/cli/commands/sandbox/traffic.ts'
import { lastHours } from '../../../src/report/window.ts'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { AwsFault } from '../../../src/sandbox/service.ts'
import type { Shared } from '../../../src/sandbox/services/organizations.ts'
import { generateTraffic } from '../../../src/sandbox/traffic.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { truth } from '../../support/truth.ts'
import { runLine } from '../run.ts'

const OWN = '111122223333'
const REGION = 'us-east-1'
const both: readonly Shared[] = ['metrics', 'logs']
/** More than one query of log groups takes. */
const LINKED = Array.from({ length: 54 }, (_, index) => String(200_000_000_000 + index))
const METRICS_ONLY = '300000000001'
const LOGS_ONLY = '300000000002'
const ELSEWHERE = '300000000003'
const UNLINKED = '400000000001'

let sandbox: Sandbox
type Truth = { inputTokens: number; outputTokens: number }
let known: Map<string, Truth>

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'sandbox'
  process.env.AWS_SECRET_ACCESS_KEY = 'sandbox'
  const links = (region: string, shared = both) => ({ links: { [region]: shared } })
  const roles = { BedrockMonitorReader: true as const }
  sandbox = await startSandbox({
    members: [
      ...LINKED.map((id, index) => ({ id, name: `team-${index}`, ...links(REGION), ...(index < 2 && { roles }) })),
      { id: METRICS_ONLY, ...links(REGION, ['metrics']) },
      { id: LOGS_ONLY, ...links(REGION, ['logs']) },
      { id: ELSEWHERE, ...links('eu-west-1') },
      { id: UNLINKED, roles },
    ],
  })
  const { start } = lastHours(Date.now(), 3)
  const end = Date.now() - 60_000
  known = new Map()
  for (const [index, account] of [OWN, ...sandbox.organizations.members.map(({ id }) => id)].entries()) {
    const region = account === ELSEWHERE ? 'eu-west-1' : REGION
    // So many that some fail, whatever the hour.
    const invocationsPerHour = account === OWN ? 200 : 12
    const invocations = generateTraffic({ seed: index, start, end, account, region, invocationsPerHour })
    playLogged({ ...sandbox, account, region, services: sandbox.servicesOf(account) }, Date.now())(invocations)
    known.set(account, truth(invocations).total)
  }
})
afterAll(() => sandbox.close())
beforeEach(() => {
  sandbox.calls.length = 0
  sandbox.faults.length = 0
})

const run = (line: string) => runLine(line.split(' '), { env: { ...sandbox.env, NO_COLOR: '1' } })

async function reported(flags: string) {
  const hours = flags.includes('--last') ? '' : '--hours 24 '
  const { code, stdout, stderr } = await run(`report ${hours}--offline --json --by account ${flags}`.trim())
  if (stdout === '') throw new Error(stderr)
  const report = JSON.parse(stdout)
  expect(schemaFaults(report)).toEqual([])
  const tokens = Object.fromEntries(
    report.groups.map(({ key, inputTokens, outputTokens }: { key: { account: string } } & Truth) => [
      key.account,
      [inputTokens, outputTokens],
    ]),
  )
  const linked = report.accounts.flatMap((each: { id: string; linked?: true }) => (each.linked ? [each.id] : []))
  return { code, report, tokens, linked }
}

const truthOf = (ids: readonly string[]) =>
  Object.fromEntries(ids.map((id) => [id, [known.get(id)?.inputTokens, known.get(id)?.outputTokens]]))

const made = (operation: string) => sandbox.calls.filter((call) => call.operation === operation)
const codes = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code)

test('metrics of all linked accounts, to the token, in the requests of one account', async () => {
  const { code, tokens, linked, report } = await reported('')
  expect({ code, tokens }).toEqual({ code: 0, tokens: truthOf([OWN, ...LINKED, METRICS_ONLY]) })
  expect(linked).toEqual([...LINKED, METRICS_ONLY])
  expect(report.accountId).toBeNull()
  expect(codes(report).filter((each) => each === 'accounts-linked')).toHaveLength(1)
  expect(new Set(sandbox.calls.map(({ account }) => account))).toEqual(new Set([OWN]))
  expect(made('AssumeRole')).toEqual([])
  // One listing of each namespace, and not three requests for each of 56 accounts.
  const pages = Math.ceil(sandbox.servicesOf(OWN).cloudwatch.metricsOf(REGION).active(0).length / 500)
  expect(made('ListMetrics').length).toBeLessThanOrEqual((pages + 1) * 56)
  expect(made('GetMetricData').length).toBeLessThan(56)
})

test.each([
  ['in the invocation log', '--source logs', [OWN, ...LINKED, LOGS_ONLY]],
  ['in the invocation log, by day', '--source logs --by account,day', [OWN, ...LINKED, LOGS_ONLY]],
])('%s, with up to 50 log groups a query', async (_, flags, ids) => {
  const { code, report, linked } = await reported(flags)
  const sums = new Map<string, number[]>()
  for (const { key, inputTokens, outputTokens } of report.groups) {
    const [input = 0, output = 0] = sums.get(key.account) ?? []
    sums.set(key.account, [input + inputTokens, output + outputTokens])
  }
  expect({ code, tokens: Object.fromEntries(sums) }).toEqual({ code: 0, tokens: truthOf(ids) })
  expect(linked).toEqual([...LINKED, LOGS_ONLY])
  // The account's own group, and 55 others in two: sums, and percentiles of all and of each group.
  expect(made('StartQuery').length).toBeLessThanOrEqual(9)
  expect(new Set(sandbox.calls.map(({ account }) => account))).toEqual(new Set([OWN]))
})

test('--no-linked reads the own account alone, and asks for nothing more', async () => {
  for (const source of ['metrics', 'logs']) {
    const { tokens, linked, report } = await reported(`--no-linked --source ${source}`)
    expect({ tokens, linked, account: report.accountId }).toEqual({ tokens: truthOf([OWN]), linked: [], account: OWN })
  }
  expect(made('DescribeLogGroups')).toEqual([])
})

test('what a linked log group no longer keeps makes a floor', async () => {
  const [id = ''] = LINKED
  const send = (retentionInDays: number) =>
    sandbox
      .servicesOf(id)
      .logs.operations.PutRetentionPolicy?.({ logGroupName: '/aws/bedrock/modelinvocations', retentionInDays }, {
        region: REGION,
        account: id,
        now: Date.now(),
      } as never)
  await send(7)
  const { report } = await reported('--source logs --last 9d')
  const told = report.warnings.filter(({ code }: { code: string }) => code === 'retention')
  expect(told).toEqual([
    {
      code: 'retention',
      message: expect.stringContaining(`modelinvocations in ${REGION} of ${id} keeps events for 7 days`),
    },
  ])
  expect(report.total.costLacks).toContain('reading')
  // A few pages, and none for each account.
  expect(made('DescribeLogGroups').length).toBeLessThanOrEqual(7)
})

test('a link is of one Region', async () => {
  const { tokens } = await reported('--region us-east-1,eu-west-1')
  expect(tokens).toEqual(truthOf([OWN, ...LINKED, METRICS_ONLY, ELSEWHERE]))
  expect((await reported('--region eu-west-1')).tokens).toEqual(truthOf([ELSEWHERE]))
})

test('--where asks for a linked account alone', async () => {
  const { tokens, linked, report } = await reported(`--where account=${LINKED[7]}`)
  expect({ tokens, linked }).toEqual({ tokens: truthOf([LINKED[7] ?? '']), linked: [LINKED[7]] })
  expect(JSON.stringify(report.warnings)).toMatch(/1 account linked to/)
})

describe('with --accounts', () => {
  test('nobody is read who is not named, and an account with a role is read once, through it', async () => {
    const { code, tokens, linked } = await reported(`--accounts ${LINKED[0]},${LINKED[1]},${UNLINKED}`)
    expect({ code, linked }).toEqual({ code: 0, linked: [] })
    expect(tokens).toEqual(truthOf([LINKED[0] ?? '', LINKED[1] ?? '', UNLINKED]))
    expect(made('GetMetricData').every(({ account }) => account !== OWN)).toBe(true)
  })

  test('one whose role cannot be assumed is read through its link', async () => {
    const { code, tokens, linked, report } = await reported(`--accounts ${OWN},${LINKED[0]},${LINKED[5]}`)
    expect({ code, linked }).toEqual({ code: 0, linked: [LINKED[5]] })
    expect(tokens).toEqual(truthOf([OWN, LINKED[0] ?? '', LINKED[5] ?? '']))
    expect(codes(report)).toContain('accounts-linked')
    const alone = await reported(`--accounts ${LINKED[5]}`)
    expect({ code: alone.code, tokens: alone.tokens }).toEqual({ code: 0, tokens: truthOf([LINKED[5] ?? '']) })
  })

  test('one that is reached in neither way is named, and --no-linked leaves links alone', async () => {
    const { code, report, tokens } = await reported(`--accounts ${LINKED[0]},${ELSEWHERE}`)
    expect({ code, tokens }).toEqual({ code: 5, tokens: truthOf([LINKED[0] ?? '']) })
    expect(report.accounts).toContainEqual({ id: ELSEWHERE, error: expect.objectContaining({ code: 'AccessDenied' }) })
    const { code: refused, stderr } = await run(`report --no-linked --offline --accounts ${LINKED[5]}`)
    expect({ refused, stderr }).toMatchObject({ refused: 1, stderr: expect.stringMatching(/cannot be assumed/) })
  })

  test('of one that has Regions of its own, those alone, and where there is no link is said', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'linked-'))
    const of = async (id: string, regions: readonly string[]) => {
      const file = join(folder, 'settings.json')
      await writeFile(file, JSON.stringify({ accounts: [{ id: OWN }, { id, regions }] }))
      return reported(`--config ${file}`)
    }
    const two = await of(LINKED[5] ?? '', [REGION, 'eu-west-1'])
    expect({ code: two.code, tokens: two.tokens }).toEqual({ code: 5, tokens: truthOf([OWN, LINKED[5] ?? '']) })
    expect(JSON.stringify(two.report.warnings)).toMatch(/read through its link, which does not reach eu-west-1: /)
    const other = await of(LINKED[5] ?? '', ['eu-west-1'])
    expect({ code: other.code, tokens: other.tokens }).toEqual({ code: 5, tokens: truthOf([OWN]) })
    const reached = await of(LINKED[5] ?? '', [REGION])
    expect({ code: reached.code, linked: reached.linked }).toEqual({ code: 0, linked: [LINKED[5]] })
    await rm(folder, { recursive: true })
  })

  test('a bucket is nothing that is shared', async () => {
    const { code, stderr } = await run(`report --source s3 --offline --accounts ${LINKED[5]}`)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be assumed/) })
  })
})

/** What an operation of the own account answers instead, for as long as the body runs. */
async function refusing(
  service: 'cloudwatch' | 'logs',
  operation: string,
  refusal: (input: Record<string, unknown>) => AwsFault | undefined,
  body: () => Promise<void>,
): Promise<void> {
  const { operations } = sandbox.servicesOf(OWN)[service]
  const through = operations[operation]
  operations[operation] = (input, call) => {
    const fault = refusal(input as Record<string, unknown>)
    if (fault) throw fault
    return through?.(input, call) ?? {}
  }
  await body().finally(() => {
    if (through) operations[operation] = through
  })
}

const denied = (what: string) => new AwsFault('AccessDeniedException', `not authorized: ${what}`, 403)

test('where AWS does not take the question about linked accounts, all is as without them', async () => {
  await refusing(
    'cloudwatch',
    'ListMetrics',
    ({ IncludeLinkedAccounts }) => (IncludeLinkedAccounts ? denied('linked') : undefined),
    async () => {
      const { code, tokens, report } = await reported('')
      expect({ code, tokens }).toEqual({ code: 0, tokens: truthOf([OWN]) })
      expect(codes(report)).not.toContain('accounts-linked')
    },
  )
  await refusing(
    'logs',
    'DescribeLogGroups',
    () => denied('groups'),
    async () => {
      const { code, tokens } = await reported('--source logs')
      expect({ code, tokens }).toEqual({ code: 0, tokens: truthOf([OWN]) })
    },
  )
})

test('an account that may not be read takes none of the others with it', async () => {
  const gone = LINKED[20] ?? ''
  const others = [OWN, ...LINKED].filter((id) => id !== gone)
  await refusing(
    'cloudwatch',
    'GetMetricData',
    ({ MetricDataQueries }) =>
      (MetricDataQueries as { AccountId?: string }[]).some(({ AccountId }) => AccountId === gone)
        ? new AwsFault('ValidationError', `${gone} is not linked`, 400)
        : undefined,
    async () => {
      const { code, tokens, report } = await reported('')
      expect({ code, tokens }).toEqual({ code: 5, tokens: truthOf([...others, METRICS_ONLY]) })
      expect(report.warnings).toContainEqual({
        code: 'region-unreadable',
        message: expect.stringMatching(new RegExp(`^us-east-1 of ${gone} is left out: .*GetMetricData.*is not linked`)),
      })
    },
  )
  await refusing(
    'logs',
    'StartQuery',
    ({ logGroupIdentifiers = [] }) =>
      (logGroupIdentifiers as string[]).some((arn) => arn.includes(gone)) ? denied(gone) : undefined,
    async () => {
      const { code, tokens, report } = await reported('--source logs')
      expect({ code, tokens }).toEqual({ code: 5, tokens: truthOf([...others, LOGS_ONLY]) })
      const unread = report.warnings.filter((each: { code: string }) => each.code === 'region-unreadable')
      expect(unread).toEqual([expect.objectContaining({ message: expect.stringMatching(`us-east-1 of ${gone}`) })])
    },
  )
})

test('a query that gives not all of several accounts is asked of fewer', async () => {
  const { logs } = sandbox.servicesOf(OWN)
  const before = logs.insights.rows
  Object.assign(logs.insights, { rows: 100_000 })
  await refusing(
    'logs',
    'StartQuery',
    () => undefined,
    async () => {
      const { tokens } = await reported('--source logs --by account,identity,hour')
      expect(Object.keys(tokens).sort()).toEqual([OWN, ...LINKED, LOGS_ONLY].sort())
    },
  )
  Object.assign(logs.insights, { rows: before })
})

test('quotas are those of the own account, and it is said that those of the others are not shared', async () => {
  const { code, report } = await reported('--quotas')
  expect(code).toBe(0)
  expect(report.quotas.length).toBeGreaterThan(0)
  const unread = report.warnings.filter((each: { code: string }) => each.code === 'quotas-unreadable')
  expect(unread).toEqual([expect.objectContaining({ message: expect.stringMatching(/55 linked accounts/) })])
})

test.each(['tokens-by-identity', 'costliest-requests', 'errors-by-code', 'latency-by-model', 'largest-prompts'])(
  'query %s tells the accounts apart',
  async (name) => {
    const { code, stdout, stderr } = await run(`query ${name} --hours 24 --limit 2000 --json --offline`)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const answer = JSON.parse(stdout)
    expect(answer.accounts).toContainEqual({ id: LINKED[3], linked: true })
    for (const { account, identity } of answer.rows) {
      if (identity?.startsWith('arn:')) expect(identity).toContain(`:${account}:`)
    }
    const accounts = new Set(answer.rows.map(({ account }: { account: string }) => account))
    const asked = [OWN, ...LINKED, LOGS_ONLY]
    expect([...accounts].filter((id) => !asked.includes(id as string))).toEqual([])
    expect(accounts.size).toBeGreaterThan(40)
    const { stdout: own } = await run(`query ${name} --hours 24 --limit 2000 --json --offline --no-linked`)
    const ofOwn = answer.rows.filter(({ account }: { account: string }) => account === OWN)
    const bare = ofOwn.map(({ account: _, region: __, ...row }: Record<string, unknown>) => row)
    // At the limit, requests of others come before some of the own.
    expect(JSON.parse(own).rows.slice(0, bare.length)).toEqual(bare)
    expect(bare.length).toBeGreaterThan(0)
  },
)

test('watch shows them, and refreshes them in common requests', async () => {
  const { code, stdout, stderr } = await run('watch --once --json --offline')
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/55 accounts linked to/) })
  const view = JSON.parse(stdout)
  expect(view.accounts).toHaveLength(56)
  expect(new Set(view.groups.map(({ key }: { key: { account: string } }) => key.account)).size).toBeGreaterThan(50)
  expect(made('GetMetricData').length).toBeLessThan(56)
  expect(JSON.parse((await run('watch --once --json --offline --no-linked')).stdout).accountId).toBe(OWN)
})

test('how far it is is told by account', async () => {
  const { stderr } = await run('report --hours 24 --offline')
  expect(stderr).toContain('  accounts read: 0 % of 56\n')
  expect(stderr).toContain('  accounts read: 100 % of 56\n')
  expect(stderr).not.toContain('finding the models')
  const { stderr: named } = await run(`status --accounts ${LINKED[0]},${LINKED[1]}`)
  expect(named).toContain('  accounts opened: 100 % of 2\n')
  expect(named).toContain('  accounts read: 100 % of 2\n')
})
