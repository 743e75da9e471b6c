import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { AwsPlace } from '../../../src/aws/context.ts'
import { findHomeRegion } from '../../../src/aws/home-region.ts'
import { playLogged } from '../../../src/cli/commands/sandbox/traffic.ts'
import type { Grant } from '../../../src/core/resource.ts'
import { doctor } from '../../../src/doctor/doctor.ts'
import type { Window } from '../../../src/report/model.ts'
import { QUERIES } from '../../../src/report/queries/catalog.ts'
import { readReconciliation } from '../../../src/report/reconcile/read.ts'
import { budgetOf } from '../../../src/report/sources/athena/budget.ts'
import { lakesOf, notCovered } from '../../../src/report/sources/athena/lakes.ts'
import { lakeEngine } from '../../../src/report/sources/athena/read.ts'
import { BILLS, ESTIMATES, SOURCES } from '../../../src/report/sources/index.ts'
import { logs } from '../../../src/report/sources/logs/index.ts'
import { notKept } from '../../../src/report/sources/logs/linked.ts'
import { priceLoader } from '../../../src/report/sources/prices.ts'
import { runReadyQuery } from '../../../src/report/sources/ready-query.ts'
import type { Source } from '../../../src/report/sources/source.ts'
import { lastHours, wholeDays } from '../../../src/report/window.ts'
import { allows, type Policy } from '../../../src/sandbox/services/policy.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { grantsFor, permissionsPolicy } from '../../../src/steps/permissions/permissions.ts'
import { MANAGED_POLICY_LIMIT, policyLength, policyOf } from '../../../src/steps/permissions/permissions-policy.ts'
import { PURPOSES, type Purpose } from '../../../src/steps/permissions/purposes.ts'
import { saveInLake, saveQueries } from '../../../src/steps/queries/saved-queries.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { openSession } from '../../../src/steps/session.ts'
import { createCallers } from '../../../src/watch/exporter/callers.ts'
import { createExporter } from '../../../src/watch/exporter/exporter.ts'
import { anyEnv } from '../../support/arbitraries.ts'
import { forgetASubscription, loosenTheLake, takePrincipalsOut } from '../../support/everything.ts'
import { type IamRequest, record, requestsOf, type SentCall } from '../../support/iam-requests.ts'
import { converse } from '../../support/invocation-records.ts'
import { arrange, giveRoleToSomebody, SCRIPTED } from '../../support/prior-state.ts'
import { report } from '../../support/report.ts'
import { inWorld, REGION, type World, type WorldOptions } from '../../support/world.ts'

const SETTINGS = { alarms: 'strict', email: 'ops@example.com', budgetUsd: 50, billingExport: true, lake: true } as const
const PURPOSE_NAMES = PURPOSES.filter((purpose) => purpose !== 'all')

describe('the policy is exactly what the commands ask for', () => {
  const asked: Partial<Record<Purpose, IamRequest[]>> = {}
  const policies: Partial<Record<Purpose, Policy>> = {}

  beforeAll(async () => {
    // As the session of a role, so that the check of rights needs all that it can need; and as a user.
    await inOpen({ caller: 'arn:aws:sts::111122223333:assumed-role/Deployer/me' }, asADeployer)
    await inOpen({}, adopting)
    await inOpen({ settings: { alarms: 'minimal' } }, adoptingBare)
  })

  async function asADeployer(world: World): Promise<void> {
    for (const purpose of PURPOSE_NAMES) {
      policies[purpose] = policyOf(grantsFor(world.env, purpose)) as unknown as Policy
    }
    await makeDeployer(world)
    await arrange(world, { scripted: [], foreignLogging: true })
    playDay(world)
    await observe(world, 'setup', () => world.setup({ replaceLogging: true }))
    await observe(world, 'status', () => world.status())
    const bucket = `bedrock-logs-${world.env.accountId}`
    const { s3, iam } = world.cx.aws
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }))
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }))
    // As no bucket is made any more; ours is mended.
    const { settings } = world.sandbox.services.s3.buckets.find(bucket) ?? {}
    if (settings) settings.encryption = { Rules: [] }
    forgetASubscription(world)
    await takePrincipalsOut(world)
    await loosenTheLake(world)
    await observe(world, 'setup', () => world.setup({}, [REGION, 'eu-west-1'], { pageOnce: false }))
    await world.cx.clock.sleep(26 * 3_600_000, world.abort.signal)
    playDay(world)
    await observe(world, 'report', () => everyReport(world))
    await observe(world, 'reconcile', () => everyReconciliation(world))
    await observe(world, 'exporter', () => exportAll(world))
    await observe(world, 'query', () => askAndSave(world))
    await observe(world, 'doctor', () => examine(world))
    await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'half' }))
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'whole', Body: 'x' }))
    const PolicyArn = 'arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess'
    await iam.send(new AttachRolePolicyCommand({ RoleName: world.env.settings.roleName, PolicyArn }))
    await observe(world, 'cleanup', () => world.cleanup({ includeOthers: true }, [REGION]))
  }

  async function adopting(world: World): Promise<void> {
    await arrange(world, { scripted: [...SCRIPTED], foreignLogging: false })
    giveRoleToSomebody(world)
    await observe(world, 'setup', () => world.setup())
    const topic = `arn:aws:sns:${REGION}:${world.env.accountId}:bedrock-usage-alerts`
    world.sandbox.services.sns.confirm(topic, SETTINGS.email)
    await observe(world, 'status', () => world.status())
    await observe(world, 'doctor', () => examine(world))
    await observe(world, 'cleanup', () => world.cleanup())
    await observe(world, 'cleanup', () => world.cleanup({ includeAdopted: true, includeOthers: true }))
  }

  /** A bucket without anything of its own, and an alarm that tells by itself. */
  async function adoptingBare(world: World): Promise<void> {
    await arrange(world, { scripted: ['alarm'], foreignLogging: false })
    await world.cx.aws.s3.send(new CreateBucketCommand({ Bucket: `bedrock-logs-${world.env.accountId}` }))
    await observe(world, 'setup', () => world.setup())
    await observe(world, 'cleanup', () => world.cleanup())
  }

  async function observe(world: World, purpose: Purpose, body: () => Promise<unknown>): Promise<void> {
    const calls: SentCall[] = []
    sent = calls
    await body()
    sent = []
    const requests = calls.flatMap((call) => requestsOf(call, world.env.accountId))
    // What is no tool calls nothing that these do not.
    const isTool = purpose === 'report' || purpose === 'reconcile' || purpose === 'doctor'
    for (const one of isTool ? ([purpose, 'mcp'] as const) : [purpose])
      asked[one] = [...(asked[one] ?? []), ...requests]
  }

  test.each(PURPOSE_NAMES)('%s: every call is allowed, on the very thing it is about', (purpose) => {
    const policy = policies[purpose]
    const refused = (asked[purpose] ?? []).filter((request) => !policy || !allows([policy], request))
    expect(asked[purpose]?.length).toBeGreaterThan(5)
    expect(refused).toEqual([])
  })

  test.each(PURPOSE_NAMES)('%s: no action is allowed that is never called', (purpose) => {
    const called = new Set(asked[purpose]?.map(({ action }) => action))
    const statements = [policies[purpose]?.Statement ?? []].flat()
    const allowed = statements.flatMap(({ Action = [] }) => Action)
    expect([...new Set(allowed)].filter((action) => !called.has(action)).sort()).toEqual([])
  })

  test.each(PURPOSE_NAMES)('%s: nothing of others may be touched', (purpose) => {
    const policy = policies[purpose]
    for (const { action, resource, context } of asked[purpose] ?? []) {
      if (resource === '*' || resource.endsWith(':*') || !policy) continue
      // By the right that one budget is read by all are listed, and no list can be asked of one.
      if (action === 'budgets:ViewBudget') continue
      const reading = /:(Get|List|Describe|Simulate)/.test(action)
      const elsewhere = resource.replace('111122223333', '999999999999').replace(/^(arn:aws:s3:::)[^/]+/, '$1other')
      expect({ action, allowed: allows([policy], { action, resource: elsewhere, context }) }).toEqual({
        action,
        allowed: false,
      })
      // What AWS calls the report that an export is written by, it does not say.
      if (reading || action === 'iam:PassRole' || action === 'cur:PutReportDefinition') continue
      const name = resource.replace(/[^:/]+(:\*)?$/, 'somebody-elses$1')
      const sameBucket = action.startsWith('s3:') && resource.includes('/')
      // Whoever deletes a database deletes what is in it.
      const sameDatabase = /:(?:table|userDefinedFunction)\/bedrock_monitor\/any$/.test(resource)
      if (!sameBucket && !sameDatabase) expect(allows([policy], { action, resource: name, context })).toBe(false)
    }
  })

  test('a role may be handed to Bedrock and to no other service', () => {
    const policy = policies.setup as Policy
    const role = { action: 'iam:PassRole', resource: `arn:aws:iam::111122223333:role/BedrockCloudWatchLoggingRole` }
    const to = (service: string) => allows([policy], { ...role, context: { 'iam:PassedToService': service } })
    expect([to('bedrock.amazonaws.com'), to('lambda.amazonaws.com'), to('ec2.amazonaws.com')]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('status and report change nothing', () => {
    for (const purpose of ['status', 'report', 'exporter', 'doctor', 'mcp'] as const) {
      // Athena writes its answers into a bucket that has nothing else.
      const isOfAnswers = (resource: string) => resource.startsWith('arn:aws:s3:::bedrock-athena-')
      const actions = [policies[purpose]?.Statement ?? []]
        .flat()
        .filter(({ Resource = [] }) => ![Resource].flat().every(isOfAnswers))
        .flatMap(({ Action = [] }) => Action)
      expect(
        actions.filter((action) => !/:(Get|BatchGet|List|Describe|View|Simulate|StartQuery|StopQuery)/.test(action)),
      ).toEqual([])
    }
  })
})

describe('the policy as IAM takes it', () => {
  const scopes = fc.record({
    env: anyEnv,
    purpose: fc.constantFrom(...PURPOSES),
    more: fc.subarray(['us-east-2', 'us-west-2', 'eu-central-1', 'ap-south-1', 'sa-east-1']),
    everyRegion: fc.boolean(),
  })

  test('has Sids of letters and digits, each once, and no empty list', () => {
    fc.assert(
      fc.property(scopes, ({ env, purpose, more, everyRegion }) => {
        const regions = env.region.startsWith('us-gov') ? [env.region] : [env.region, ...more]
        const policy = permissionsPolicy({ ...env, regions, everyRegion }, purpose)
        const sids = policy.Statement.flatMap(({ Sid = [] }) => Sid)
        expect([0, policy.Statement.length]).toContain(sids.length)
        expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([])
        expect(new Set(sids).size).toBe(sids.length)
        for (const { Action, Resource } of policy.Statement) {
          expect(Action.length * Resource.length).toBeGreaterThan(0)
          expect(Resource.every((arn) => arn === '*' || /^arn:aws(-us-gov)?:/.test(arn))).toBe(true)
        }
        const allowed = (region: string) =>
          grantsFor({ ...env, region, regions: [region], homeRegion: region }, purpose).every(
            ({ actions, resources, condition }) =>
              actions.every((action) =>
                resources.every((resource) =>
                  allows([policy as unknown as Policy], { action, resource, context: contextOf(condition) }),
                ),
              ),
          )
        expect(regions.filter((region) => !allowed(region))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test('is within the limit of managed policies under the default names, for one, three and all Regions', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PURPOSES), (purpose) => {
        const lengthIn = (regions: string[], everyRegion = false) =>
          policyLength(
            permissionsPolicy({ accountId: '111122223333', regions, everyRegion, settings: defaults }, purpose),
          )
        expect(lengthIn(['ap-southeast-1'])).toBeLessThan(MANAGED_POLICY_LIMIT)
        expect(lengthIn(['ap-southeast-1', 'ap-northeast-3', 'us-gov-west-1'])).toBeLessThan(MANAGED_POLICY_LIMIT)
        expect(lengthIn(['us-east-1'], true)).toBeLessThan(MANAGED_POLICY_LIMIT)
      }),
    )
  })

  test.each(['report', 'query', 'all'] as const)(
    '%s lets the caller read what linked accounts share, and a role in another account nothing of the kind',
    (purpose) =>
      inWorld({ members: [{ id: LINKED, links: { [REGION]: ['metrics', 'logs'] } }] }, async (world) => {
        const { cx, env, sandbox } = world
        const { start, end } = lastHours(cx.clock.now(), 2)
        const member = { ...sandbox, account: LINKED, services: sandbox.servicesOf(LINKED) }
        playLogged(member, end)(generateTraffic({ seed: 4, start, end, account: LINKED, region: REGION }))
        const calls: SentCall[] = []
        record(cx, REGION, (call) => calls.push(call))
        const places = [{ account: env.accountId, region: REGION, cx }]
        const source = { accountId: env.accountId, places, linked: true, window: { start, end } }
        for (const name of purpose === 'query' ? ['logs'] : ['metrics', 'logs'])
          await report(cx, { source: { name, ...source, logGroup: env.settings.logGroupName } })
        const needed = calls
          .flatMap((call) => requestsOf(call, env.accountId))
          // Which Regions are used is the report's question.
          .filter(({ action }) => purpose !== 'query' || !action.startsWith('cloudwatch:'))
        expect(needed.some(({ resource }) => resource.includes(`:${LINKED}:`))).toBe(true)
        const scope = { accountId: env.accountId, regions: [REGION], everyRegion: false, settings: env.settings }
        const refused = (isMember: boolean) => {
          const policy = permissionsPolicy({ ...scope, isMember }, purpose) as unknown as Policy
          return needed.filter((request) => !allows([policy], request))
        }
        expect(refused(false)).toEqual([])
        expect(refused(true).map(({ resource }) => resource)).toContainEqual(expect.stringContaining(LINKED))
      }),
  )

  test('for any account names no account', () => {
    const policy = permissionsPolicy(
      { accountId: '*', regions: [REGION], everyRegion: false, settings: defaults },
      'setup',
    )
    expect(JSON.stringify(policy)).toContain('arn:aws:iam::*:role/BedrockCloudWatchLoggingRole')
  })
})

const { settings: defaults } = resolveSettings([])
const LINKED = '200000000001'

/** Where the recorded calls go; the recorder stays in place, the list is that of the command under observation. */
let sent: SentCall[] = []

function inOpen(options: WorldOptions, body: (world: World) => Promise<void>): Promise<void> {
  return inWorld({ settings: SETTINGS, ...options }, (world) => {
    record(world.cx, REGION, (call) => sent.push(call))
    return body(world)
  })
}

async function makeDeployer({ cx }: World): Promise<void> {
  const RoleName = 'Deployer'
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
  }
  await cx.aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }))
  await cx.aws.iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument: JSON.stringify(everything) }),
  )
}

const PROFILED = { name: 'team', modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0' }

/** A day of calls, some of them through an application inference profile, one that is gone among these. */
function playDay({ sandbox, cx }: World): void {
  const { account, services } = sandbox
  const id = services.bedrock.addApplicationProfile({ region: REGION, account, ...PROFILED })
  const { start, end } = lastHours(cx.clock.now(), 24)
  playTraffic(services, generateTraffic({ seed: 3, start, end, account, region: REGION, invocationsPerHour: 20 }))
  const gone = `arn:aws:bedrock:${REGION}:${account}:application-inference-profile/aaaabbbbcccc`
  for (const [name, Value] of ['Invocations', 'InputTokenCount'].flatMap(
    (each) =>
      [
        [each, id],
        [each, gone],
      ] as const,
  )) {
    const dimensions = [{ Name: 'ModelId', Value }]
    services.cloudwatch.putMetric(REGION, {
      namespace: 'AWS/Bedrock',
      name,
      dimensions,
      timestamp: end - 60_000,
      value: 5,
    })
  }
}

/** A bucket with an export of the bill. */
function billed({ account, services }: World['sandbox']): string {
  const name = `bedrock-billing-${account}`
  if (!services.s3.buckets.find(name)) services.s3.buckets.create(name, REGION, account, 0)
  const columns = [
    'line_item_usage_start_date',
    'line_item_unblended_cost',
    'line_item_product_code',
    'line_item_usage_type',
  ]
  const key = 'cur/bill/data/BILLING_PERIOD=2026-10/bill-00001.csv'
  services.s3.putObject(name, key, Buffer.from(`${columns.join()}\n`))
  return name
}

/** From all that AWS has to tell; a query of the log that fails is stopped, which is a call too. */
async function everyReport({ cx, env, sandbox }: World): Promise<void> {
  const { accountId, settings } = env
  await findHomeRegion(cx, env)
  await openSession(cx, { allFrom: REGION }, settings)
  const places = [{ account: '111122223333', region: REGION, cx }]
  const window = lastHours(cx.clock.now(), 24)
  const where = { accountId, places, window }
  const prices = { places, live: {} }
  const { keyPrefix, logGroupName: logGroup } = settings
  for (const { name, isAtHand, tellsQuotas } of SOURCES as readonly Source<never>[]) {
    if (isAtHand) continue
    const path = `s3://${billed(sandbox)}/cur`
    const source = { name, ...where, logGroup, bucket: `bedrock-logs-${accountId}`, keyPrefix, path }
    await report(cx, { source, prices, quotas: tellsQuotas === true, by: tellsQuotas ? ['tag:team'] : ['model'] })
  }
  sandbox.faults.push({ kind: 'access-denied', service: 'logs', operation: 'GetQueryResults' })
  const twoDays = { ...where, window: lastHours(cx.clock.now(), 48) }
  await report(cx, { source: { name: 'logs', ...twoDays, logGroup } }).catch(() => undefined)
  await report(cx, { source: { name: 's3', ...twoDays } })
  await stopped(sandbox, () => report(cx, { source: { name: 'athena', ...where } }))
}

/** With the limit of the workgroup to go by, and a query that is given up. */
async function stopped(sandbox: World['sandbox'], ask: () => Promise<unknown>): Promise<void> {
  sandbox.faults.push(
    { kind: 'access-denied', service: 's3', operation: 'ListObjectsV2' },
    { kind: 'access-denied', service: 'athena', operation: 'GetQueryExecution' },
  )
  const group = sandbox.services.athena.workGroupsIn(REGION).get('bedrock-monitor')
  const before = group?.workGroup
  if (group)
    group.workGroup = {
      ...group.workGroup,
      Configuration: { ...group.workGroup.Configuration, BytesScannedCutoffPerQuery: 10_000_000 },
    }
  await ask().catch(() => undefined)
  if (group && before) group.workGroup = before
}

/** With callers, and with teams by tags. */
async function exportAll(world: World): Promise<void> {
  const { cx, env, sandbox } = world
  await openSession(cx, { allFrom: REGION }, env.settings)
  const places = [{ account: '111122223333', region: REGION, cx }] as const
  const signIn = async () => ({ places, settings: env.settings, given: new Set<string>() })
  const exporter = createExporter({
    places: [...places],
    prices: priceLoader({ places, live: {}, withTags: true }),
    intervalMs: 300_000,
    budgetName: env.settings.budgetName,
    teams: { ofModels: undefined, ofCallers: undefined },
    accounts: [],
    callers: () => createCallers(cx, { by: 'user', also: [], open: () => logs.open({ cx, signIn }, {}) }),
  })
  const traffic = { seed: 9, account: sandbox.account, region: REGION, invocationsPerHour: 2_000 }
  for (const refused of [false, true]) {
    const start = cx.clock.now()
    world.pass(30 * 60_000)
    playTraffic(sandbox.services, generateTraffic({ ...traffic, start, end: cx.clock.now() }))
    if (refused) sandbox.faults.push({ kind: 'access-denied', service: 'logs', operation: 'GetQueryResults' })
    await exporter.refresh()
  }
}

/** Every estimate beside a bill, and every bill beside an estimate. */
async function everyReconciliation({ cx, env, sandbox }: World): Promise<void> {
  await findHomeRegion(cx, env)
  await openSession(cx, { allFrom: REGION }, env.settings)
  const places = [{ account: '111122223333', region: REGION, cx }]
  const session = { cx, signIn: async () => ({ places, settings: env.settings, given: new Set<string>() }) }
  const window = wholeDays(lastHours(cx.clock.now(), 48))
  const prices = async () => ({ places, live: {} })
  const read = (source: string, bill: string) => {
    const named = { name: bill, path: `s3://${billed(sandbox)}/cur` }
    return readReconciliation(
      { estimate: session, bill: session },
      { source: { name: source }, bill: named, window, prices },
    )
  }
  for (const { name, isAtHand } of ESTIMATES as readonly Source<never>[]) if (!isAtHand) await read(name, 'bill')
  for (const { name } of BILLS) await read('metrics', name)
  sandbox.faults.push({ kind: 'access-denied', service: 'logs', operation: 'GetQueryResults' })
  await read('logs', 'bill').catch(() => undefined)
  await stopped(sandbox, () => read('athena', 'bill'))
}

/** What was called through a profile that is gone is looked up, and its price. */
async function inLake(places: readonly AwsPlace[], settings: World['env']['settings'], window: Window) {
  const lakes = await lakesOf(places, settings)
  return lakeEngine(lakes, { window, budget: budgetOf({}), looks: 2 })
}

async function askAndSave(world: World): Promise<void> {
  const { cx, env, sandbox } = world
  const [query] = QUERIES.filter(({ ranksByCost }) => ranksByCost)
  if (!query) throw new Error('no query ranks by cost')
  const gone = `arn:aws:bedrock:${REGION}:${sandbox.account}:application-inference-profile/aaaabbbbcccc`
  const places = [{ account: '111122223333', region: REGION, cx }]
  await openSession(cx, { allFrom: REGION }, env.settings)
  const window = lastHours(cx.clock.now(), 24)
  const timestamp = cx.clock.now() - 60_000
  const time = `${new Date(timestamp).toISOString().slice(0, 19)}Z`
  const call = { timestamp, message: converse(1, 1, 1, { time, model: gone }) }
  sandbox.services.logs.putRecord(REGION, env.settings.logGroupName, 'aws/bedrock/modelinvocations', [call])
  const prices = priceLoader({ places, live: {} })
  const asked = { query, places, logGroup: env.settings.logGroupName, window, prices, limit: 5 }
  await runReadyQuery(cx, { ...asked, models: [gone], deliveries: new Map(places.map((place) => [place, 'off'])) })
  await saveQueries(await world.session(), new Map([[query.name, 'fields modelId']]))
  const { logGroup } = asked
  await notKept(
    places.map((place) => ({ ...place, logGroup })),
    lastHours(cx.clock.now(), 48),
  )
  await notCovered(await lakesOf(places, env.settings), lastHours(cx.clock.now(), 48))
  await runReadyQuery(cx, { ...asked, models: [], engine: await inLake(places, env.settings, window) })
  await stopped(sandbox, async () =>
    runReadyQuery(cx, { ...asked, models: [], engine: await inLake(places, env.settings, window) }),
  )
  const saved = sandbox.services.athena.namedQueriesIn(REGION)
  const [first, second] = [...saved.values()]
  if (!first || !second) throw new Error('setup has saved no queries')
  saved.delete(first.NamedQueryId ?? '')
  saved.set(second.NamedQueryId ?? '', { ...second, QueryString: `${second.QueryString} ` })
  saved.set('old', { ...second, NamedQueryId: 'old', Name: 'old' })
  await saveInLake(await world.session())
  sandbox.faults.push({ kind: 'access-denied', service: 'logs', operation: 'GetQueryResults' })
  await runReadyQuery(cx, { ...asked, models: [] }).catch(() => undefined)
}

async function examine(world: World): Promise<void> {
  const { cx, env, sandbox } = world
  const session = async () =>
    openSession(cx, { named: [REGION] }, env.settings, { pricesFrom: async (places) => ({ places, live: {} }) })
  await doctor(await session())
  sandbox.faults.push({ kind: 'access-denied', service: 'logs', operation: 'GetQueryResults' })
  sandbox.faults.push({ kind: 'access-denied', service: 'athena', operation: 'GetQueryExecution' })
  await doctor(await session())
}

function contextOf(condition: Grant['condition']): Record<string, string> {
  const keys = Object.values(condition ?? {}).flatMap((each) => Object.entries(each))
  return Object.fromEntries(keys.map(([key, values]) => [key, String([values].flat()[0])]))
}
