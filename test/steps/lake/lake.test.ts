import { CreateNamedQueryCommand, DeleteWorkGroupCommand, GetWorkGroupCommand } from '@aws-sdk/client-athena'
import { CreateDatabaseCommand, CreateTableCommand, DeleteTableCommand, GetTableCommand } from '@aws-sdk/client-glue'
import { GetBucketLifecycleConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, test } from '@jest/globals'
import { doctor } from '../../../src/doctor/doctor.ts'
import { nextSteps } from '../../../src/steps/0-orchestrator.ts'
import { desiredTable, tableInput } from '../../../src/steps/lake/table-state.ts'
import { unaskedLakes } from '../../../src/steps/lake/unasked.ts'
import { inventory, names } from '../../support/inventory.ts'
import { arrange } from '../../support/prior-state.ts'
import { inWorld, type World, writingCalls } from '../../support/world.ts'

const LAKE = { settings: { lake: true, alarms: 'minimal' } } as const
const ONLY = { only: ['lake'] }
const RESULTS = 'bedrock-athena-111122223333-us-east-1'

async function tableOf({ cx: { aws } }: World) {
  const { Table } = await aws.glue.send(
    new GetTableCommand({ DatabaseName: 'bedrock_monitor', Name: 'bedrock_invocations' }),
  )
  return Table
}

const partitions = async (world: World) => {
  const { Parameters = {} } = (await tableOf(world)) ?? {}
  return [Parameters['projection.account.values'], Parameters['projection.aws_region.values']]
}

const lakeIn = async ({ cx }: World) => {
  const { databases, workGroups, buckets = [] } = names(await inventory(cx))
  return [databases, workGroups, buckets.filter((name) => name.startsWith('bedrock-athena'))]
}

test('a table over the log, a workgroup with a limit, and answers that expire; nothing that runs or is billed by itself', () =>
  inWorld(LAKE, async (world) => {
    const { report } = await world.setup()
    expect(report.ok).toBe(true)
    const next = (resources: typeof report.resources) =>
      nextSteps({ env: world.env, regionFlag: 'us-east-1' }, resources).join()
    expect(next(report.resources)).toContain('--source athena --by role,model')
    expect(next(report.resources.filter(({ step }) => step !== '2c'))).not.toContain('athena')
    expect((await tableOf(world))?.StorageDescriptor?.Location).toBe(
      's3://bedrock-logs-111122223333/bedrock-logs/AWSLogs/',
    )
    expect(await partitions(world)).toEqual(['111122223333', 'us-east-1'])
    const { aws } = world.cx
    const { WorkGroup } = await aws.athena.send(new GetWorkGroupCommand({ WorkGroup: 'bedrock-monitor' }))
    expect(WorkGroup?.Configuration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 100e9,
      PublishCloudWatchMetricsEnabled: false,
      ResultConfiguration: { OutputLocation: `s3://${RESULTS}/results/`, ExpectedBucketOwner: '111122223333' },
    })
    const { Rules } = await aws.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: RESULTS }))
    expect(Rules).toMatchObject([{ Status: 'Enabled', Expiration: { Days: 7 } }])
    const called = writingCalls(world).filter((call) => /^(glue|athena):/.test(call))
    expect(new Set(called)).toEqual(
      new Set(['glue:CreateDatabase', 'glue:CreateTable', 'athena:CreateWorkGroup', 'athena:CreateNamedQuery']),
    )
    const billed = report.monthlyCost?.items.map(({ what }) => what).join()
    expect(billed).not.toMatch(/athena|glue|table/i)
    expect(report.monthlyCost?.notes.join()).toContain('Athena $5.00 a TB scanned, at least 10 MB a query')
  }))

test('nothing of it is looked at in Glue or Athena where no lake is asked for and none stands', () =>
  inWorld({ isSetUp: true }, async (world) => {
    world.sandbox.calls.length = 0
    await world.status()
    await world.cleanup()
    expect(world.sandbox.calls.filter(({ service }) => ['glue', 'athena'].includes(service))).toEqual([])
  }))

test('accounts and Regions of a central bucket are added, and never taken away by who does not name them', () =>
  inWorld(LAKE, async (world) => {
    await world.setup(ONLY, undefined, { lakeAccounts: '222222222222,333333333333', lakeRegions: 'eu-west-1' })
    const all = ['111122223333,222222222222,333333333333', 'eu-west-1,us-east-1']
    expect(await partitions(world)).toEqual(all)
    expect((await world.setup(ONLY)).report.resources.map(({ outcome }) => outcome)).toEqual(Array(4).fill('unchanged'))
    expect(await partitions(world)).toEqual(all)
    const more = await world.setup(ONLY, undefined, { lakeAccounts: '444444444444' })
    expect(more.report.resources.flatMap(({ changes }) => changes.map(({ path }) => path))).toEqual(['accounts'])
    expect(await partitions(world)).toEqual([`${all[0]},444444444444`, all[1]])
  }))

test('each Region has its own, over its own bucket', () =>
  inWorld({ ...LAKE, regions: ['us-east-1', 'eu-west-1'] }, async (world) => {
    await world.setup()
    const { Table } = await world.cx
      .in('eu-west-1')
      .aws.glue.send(new GetTableCommand({ DatabaseName: 'bedrock_monitor', Name: 'bedrock_invocations' }))
    expect(Table?.StorageDescriptor?.Location).toBe('s3://bedrock-logs-111122223333-eu-west-1/bedrock-logs/AWSLogs/')
    expect(Table?.Parameters?.['projection.aws_region.values']).toBe('eu-west-1')
    expect((await world.cleanup()).error).toBeUndefined()
    expect(world.sandbox.services.glue.databasesIn('eu-west-1').size).toBe(0)
    expect([...world.sandbox.services.athena.workGroupsIn('eu-west-1').keys()]).toEqual(['primary'])
  }))

test('cleanup takes it away without --lake, and --keep-data keeps the log but no answers to questions about it', () =>
  inWorld(LAKE, async (world) => {
    await world.setup()
    await world.cx.aws.s3.send(new PutObjectCommand({ Bucket: RESULTS, Key: 'results/x.csv', Body: 'a' }))
    const { error } = await world.cleanup({ keepData: true }, undefined, { lake: false })
    expect(error).toBeUndefined()
    expect(await lakeIn(world)).toEqual([[], [], []])
    expect(names(await inventory(world.cx)).buckets).toEqual(['bedrock-logs-111122223333'])
  }))

test.each([
  ['glue', 'GetDatabase'],
  ['glue', 'GetTable'],
  ['athena', 'ListTagsForResource'],
] as const)(
  'cleanup without a right to %s:%s keeps the bucket, by which the rest is found again',
  (service, operation) =>
    inWorld(LAKE, async (world) => {
      await world.setup()
      const cleanup = () => world.cleanup({}, undefined, { lake: false })
      world.sandbox.faults.push({ kind: 'access-denied', count: 99, service, operation })
      const { report, error } = await cleanup()
      expect(error).toMatchObject({ kind: 'partial' })
      expect(report.resources.filter(({ outcome }) => outcome === 'failed')).toMatchObject([{ step: '2c' }])
      world.sandbox.faults.length = 0
      expect((await cleanup()).error).toBeUndefined()
      expect(await lakeIn(world)).toEqual([[], [], []])
    }),
)

test('a lake of another name, which a cleanup without that name has left, is found by its name', () =>
  inWorld(LAKE, async (world) => {
    const renamed = { lakeDatabase: 'another' }
    await world.setup({}, undefined, renamed)
    await world.cleanup({}, undefined, { lake: false })
    expect(await lakeIn(world)).toEqual([['another'], [], []])
    expect((await world.cleanup({}, undefined, { ...renamed, lake: false })).error).toBeUndefined()
    expect(await lakeIn(world)).toEqual([[], [], []])
  }))

test('a lake that cannot be read is left out whole, and named; the rest is set up', () =>
  inWorld({ settings: { alarms: 'minimal', lake: true, billingExport: true } }, async (world) => {
    const unread = { kind: 'access-denied', count: 99, service: 'athena', operation: 'GetWorkGroup' } as const
    world.sandbox.faults.push(unread)
    for (const [code, outcome] of [
      ['PartlyDone', 'done'],
      ['StepHeldUp', 'unchanged'],
    ]) {
      const { report, error } = await world.setup()
      expect(error).toMatchObject({ kind: 'partial', code })
      const outcomes = (isLake: boolean) =>
        new Set(report.resources.filter(({ step }) => (step === '2c') === isLake).map((each) => each.outcome))
      expect([outcomes(true), outcomes(false)]).toEqual([new Set(['failed']), new Set([outcome])])
      expect(await lakeIn(world)).toEqual([[], [], []])
    }
    const named = {
      kind: 'partial',
      message: expect.stringMatching(/^step 2c in us-east-1 could not be read: .*GetWorkGroup/),
    }
    expect((await world.status()).error).toMatchObject(named)
    expect((await world.setup({ dryRun: true })).error).toMatchObject(named)
    expect((await world.setup(ONLY)).error).toMatchObject({ kind: 'aws' })
    world.sandbox.faults.length = 0
    expect((await world.setup()).error).toBeUndefined()
    expect((await world.status()).report.ok).toBe(true)
  }))

test("others' tables and saved queries keep database and workgroup, unless they are to go, too", () =>
  inWorld(LAKE, async (world) => {
    await world.setup(ONLY)
    const { glue, athena } = world.cx.aws
    const theirs = { DatabaseName: 'bedrock_monitor', TableInput: { Name: 'theirs' } }
    await glue.send(new CreateTableCommand(theirs))
    const query = { Name: 'theirs', Database: 'bedrock_monitor', QueryString: 'SELECT 1', WorkGroup: 'bedrock-monitor' }
    await athena.send(new CreateNamedQueryCommand(query))
    const { report } = await world.cleanup(ONLY)
    expect(report.resources.filter(({ action }) => action === 'blocked')).toMatchObject([
      { type: 'athena-workgroup', reason: 'workgroup bedrock-monitor has saved queries that are not ours: theirs' },
      { type: 'glue-database', reason: 'database bedrock_monitor has tables that are not ours: theirs' },
    ])
    expect(await lakeIn(world)).toEqual([['bedrock_monitor'], ['bedrock-monitor'], [RESULTS]])
    expect((await world.cleanup({ ...ONLY, includeOthers: true })).error).toBeUndefined()
    expect(await lakeIn(world)).toEqual([[], [], []])
  }))

test.each([
  ['a stack made', 'any', { 'aws:cloudformation:stack-name': 'theirs' }],
  ['was there before', 'bedrock_invocations', {}],
])('a table that %s keeps the database, whatever else may go', (_, Name, Parameters) =>
  inWorld({ ...LAKE, isSetUp: ONLY }, async (world) => {
    const { glue } = world.cx.aws
    const DatabaseName = 'bedrock_monitor'
    await glue.send(new DeleteTableCommand({ DatabaseName, Name: 'bedrock_invocations' }))
    await glue.send(new CreateTableCommand({ DatabaseName, TableInput: { Name, Parameters } }))
    const { report } = await world.cleanup({ ...ONLY, includeOthers: true })
    expect(report.resources.filter(({ action }) => action === 'blocked')).toMatchObject([
      { type: 'glue-database', reason: `database bedrock_monitor has tables that stay: ${Name}` },
    ])
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name }))
    expect(Table).toMatchObject({ Name, Parameters })
  }),
)

test('a table of others that comes while the question stands keeps the database', () =>
  inWorld({ ...LAKE, isSetUp: ONLY }, async (world) => {
    const late = { DatabaseName: 'bedrock_monitor', TableInput: { Name: 'theirs' } }
    const { report } = await world.cleanup({ ...ONLY, yes: false }, undefined, undefined, {
      showPlan: () => {},
      async confirm() {
        await world.cx.aws.glue.send(new CreateTableCommand(late)).catch(() => {})
        return true
      },
      recover: async () => 'skip',
    })
    const database = report.resources.find(({ type }) => type === 'glue-database')
    expect(database?.error?.message).toMatch(/changed since the plan .*not ours: theirs/)
    expect((await lakeIn(world))[0]).toEqual(['bedrock_monitor'])
  }))

test('a table that lacks what is asked of it is used with --adopt alone, and as it is', () =>
  inWorld(LAKE, async (world) => {
    const { glue } = world.cx.aws
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'bedrock_monitor' } }))
    const { columns, ...other } = desiredTable({ ...world.env, accountId: '999999999999' })
    const input = tableInput('bedrock_invocations', { ...other, columns: columns.slice(1) }, {})
    await glue.send(new CreateTableCommand({ DatabaseName: 'bedrock_monitor', TableInput: input }))
    const { report } = await world.setup(ONLY)
    expect(report.resources.find(({ type }) => type === 'glue-table')).toMatchObject({
      action: 'blocked',
      reason: expect.stringContaining(
        'lacks schematype, account 111122223333, the log in s3://bedrock-logs-111122223333/',
      ),
    })
    expect((await world.setup({ ...ONLY, adopt: true })).error).toBeUndefined()
    expect(await partitions(world)).toEqual(['999999999999', 'us-east-1'])
    expect((await world.cleanup(ONLY)).error).toBeUndefined()
    expect((await tableOf(world))?.Parameters).toEqual(input.Parameters)
  }))

test("somebody's workgroup keeps its settings, and our questions go beside his of the same name", () =>
  inWorld(LAKE, async (world) => {
    await arrange(world, { scripted: ['workgroup'], foreignLogging: false })
    const before = (await inventory(world.cx)).workGroups
    expect((await world.setup(ONLY)).error).toBeUndefined()
    const [group] = Object.values((await inventory(world.cx)).workGroups ?? {}) as {
      saved: { QueryString: string }[]
    }[]
    expect(group?.saved.map(({ QueryString }) => QueryString).filter((text) => text === 'SELECT 1')).toHaveLength(1)
    expect(group?.saved.length).toBeGreaterThan(2)
    expect((await world.cleanup(ONLY)).error).toBeUndefined()
    expect((await inventory(world.cx)).workGroups).toEqual(before)
  }))

test('a lake that stands unasked is told by status and doctor, without a right in Glue or Athena; one that may not be seen is not', () =>
  inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
    const told = () => world.events.splice(0).flatMap((event) => (event.type === 'warning' ? event.warning.code : []))
    const found = async () => (await doctor(await world.session())).findings.map(({ code }) => code)
    await world.setup({}, undefined, { lake: true })
    world.events.length = 0
    world.sandbox.calls.length = 0
    const { report, error } = await world.status()
    expect([report.ok, error]).toEqual([true, undefined])
    expect(told()).toContain('lake-not-compared')
    expect(await found()).toContain('lake-not-checked')
    expect(world.sandbox.calls.filter(({ service }) => ['glue', 'athena'].includes(service))).toEqual([])
    expect(await unaskedLakes(world.cx, world.env)).toEqual(['us-east-1'])
    world.sandbox.faults.push({ kind: 'access-denied', service: 's3', operation: 'GetBucketTagging' })
    expect(await unaskedLakes(world.cx, world.env)).toEqual([])
    expect(await unaskedLakes(world.cx, { ...world.env, settings: { ...world.env.settings, lake: true } })).toEqual([])
  }))

test('doctor asks the table for a record: a workgroup that is gone breaks it, and a right that is lacking leaves it unchecked', () =>
  inWorld(LAKE, async (world) => {
    await world.setup()
    const examined = async () => doctor(await world.session())
    const answers = 'the table of Athena answers queries'
    expect((await examined()).passed).toContain(answers)
    const asked = world.sandbox.calls.filter(({ operation }) => operation === 'StartQueryExecution')
    expect(asked.length).toBe(1)
    world.sandbox.faults.push({ kind: 'access-denied', service: 'athena', operation: 'StartQueryExecution' })
    const denied = await examined()
    expect(denied.passed).not.toContain(answers)
    expect(denied.findings.map(({ code }) => code)).toContain('not-checked')
    expect(denied.findings.map(({ code }) => code)).not.toContain('lake-broken')
    await world.cx.aws.athena.send(
      new DeleteWorkGroupCommand({ WorkGroup: 'bedrock-monitor', RecursiveDeleteOption: true }),
    )
    const [broken] = (await examined()).findings.filter(({ code }) => code === 'lake-broken')
    expect(broken?.title).toMatch(
      /^bedrock_monitor\.bedrock_invocations in us-east-1 does not answer: there is no workgroup/,
    )
  }))
