import {
  CreateExportCommand,
  GetExportCommand,
  ListExportsCommand,
  TagResourceCommand,
  UpdateExportCommand,
} from '@aws-sdk/client-bcm-data-exports'
import { DeleteBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { exportBucket } from '../../../src/steps/billing/export-bucket.ts'
import { desiredExport, exportInput, exportStateOf, readQuery } from '../../../src/steps/billing/export-state.ts'
import { anyEnv } from '../../support/arbitraries.ts'
import { takePrincipalsOut } from '../../support/everything.ts'
import { inventory, names } from '../../support/inventory.ts'
import { arrange } from '../../support/prior-state.ts'
import { errorOf, inWorld, type World, writingCalls } from '../../support/world.ts'

const ONLY = { only: ['billing'] }
const settings = { alarms: 'minimal', billingExport: true } as const
const BUCKET = 'bedrock-billing-111122223333'

const inBilled = (body: (world: World) => Promise<void>) => inWorld({ settings }, body)
const warnings = ({ events }: World) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.warning.code] : []))
const actions = async (world: World) =>
  (await world.status()).report.resources.filter(({ step }) => step === '2d').map(({ action }) => action)

async function standing({ cx: { aws } }: World) {
  const { Exports: [{ ExportArn } = {}] = [] } = await aws.exports.send(new ListExportsCommand({}))
  return (await aws.exports.send(new GetExportCommand({ ExportArn }))).Export
}

describe('setup --billing-export', () => {
  test('makes a bucket that AWS alone may write to, for this account, and the export; says when files come and of whom', () =>
    inBilled(async (world) => {
      expect((await world.setup(ONLY)).error).toBeUndefined()
      const made = await standing(world)
      expect(made?.DataQuery?.QueryStatement).toContain('line_item_iam_principal')
      expect(made?.DataQuery?.TableConfigurations?.COST_AND_USAGE_REPORT).toMatchObject({
        TIME_GRANULARITY: 'DAILY',
        INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE',
      })
      expect(made?.DestinationConfigurations?.S3Destination).toMatchObject({
        S3Bucket: BUCKET,
        S3OutputConfigurations: { Format: 'PARQUET', Compression: 'PARQUET', Overwrite: 'OVERWRITE_REPORT' },
      })
      const [delivery] = JSON.parse(world.sandbox.services.s3.buckets.find(BUCKET)?.settings.policy ?? '').Statement
      expect(delivery).toEqual({
        Sid: 'BedrockMonitorBillWrite',
        Effect: 'Allow',
        Principal: { Service: ['bcm-data-exports.amazonaws.com'] },
        Action: ['s3:PutObject'],
        // Not a folder: AWS writes its test object to the root.
        Resource: [`arn:aws:s3:::${BUCKET}/*`],
        Condition: {
          StringEquals: { 'aws:SourceAccount': ['111122223333'] },
          ArnLike: { 'aws:SourceArn': ['arn:aws:bcm-data-exports:us-east-1:111122223333:export/*'] },
        },
      })
      expect(warnings(world)).toContain('billing-export-starts')
    }))

  test('is no part of setup unless it is asked for, nor looked at by status', () =>
    inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
      await world.setup()
      await world.status()
      expect(world.sandbox.calls.filter(({ service }) => service === 'exports')).toEqual([])
      expect(names(await inventory(world.cx))).toMatchObject({ exports: [], buckets: ['bedrock-logs-111122223333'] })
    }))

  test('waits until AWS sees the policy of the bucket', () =>
    inWorld({ settings, bucketPropagationMs: 8_000 }, async (world) => {
      expect((await world.setup(ONLY)).error).toBeUndefined()
      expect(world.sandbox.calls.filter(({ operation }) => operation === 'CreateExport').length).toBeGreaterThan(1)
    }))

  test('without a policy that lets AWS in, says what AWS says, and makes nothing of the export', () =>
    inBilled(async (world) => {
      await world.setup(ONLY)
      await world.cleanup({ ...ONLY, keepData: true })
      // Refused whatever is put: as an organization's policy would.
      const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${BUCKET}/*` }
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'Guard', ...deny }] })
      await world.cx.aws.s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }))
      const { error, report } = await world.setup(ONLY)
      expect(error).toBeDefined()
      expect(report.resources.find(({ type }) => type === 's3-bucket')).toMatchObject({
        action: 'blocked',
        reason: expect.stringContaining('denies AWS Data Exports to deliver (statement Guard)'),
      })
      expect(world.sandbox.services.exports.exports.size).toBe(0)
    }))

  test('mends an export whose principals somebody took out, and leaves columns and properties of theirs in it', () =>
    inBilled(async (world) => {
      await world.setup(ONLY)
      const { cx } = world
      const made = await standing(world)
      const DataQuery = {
        QueryStatement: `${made?.DataQuery?.QueryStatement?.replace(' FROM', ', product_comment FROM')}`,
        TableConfigurations: {
          COST_AND_USAGE_REPORT: {
            ...made?.DataQuery?.TableConfigurations?.COST_AND_USAGE_REPORT,
            INCLUDE_SPLIT_COST_ALLOCATION_DATA: 'TRUE',
          },
        },
      }
      await cx.aws.exports.send(
        new UpdateExportCommand({ ExportArn: made?.ExportArn, Export: { ...made, DataQuery } as never }),
      )
      expect(await actions(world)).toEqual(['none', 'none'])
      await takePrincipalsOut(world)
      expect(await actions(world)).toEqual(['none', 'update'])
      expect((await world.setup(ONLY)).error).toBeUndefined()
      expect(await actions(world)).toEqual(['none', 'none'])
    }))

  test('where AWS lets no export be changed, proposes a second one, which can be made beside it', () =>
    inBilled(async (world) => {
      await world.setup(ONLY)
      await takePrincipalsOut(world)
      world.sandbox.services.exports.frozen.add('INCLUDE_IAM_PRINCIPAL_DATA')
      const { error, report } = await world.setup(ONLY)
      expect(error?.code).toBe('ExportNotChanged')
      expect(report.resources.find(({ type }) => type === 'billing-export')?.error).toMatchObject({
        code: 'ExportNotChanged',
        hint: expect.stringContaining('--billing-export-name with another name, such as bedrock-billing-2'),
      })
      expect((await world.setup(ONLY, undefined, { billingExportName: 'bedrock-billing-2' })).error).toBeUndefined()
      expect(names(await inventory(world.cx)).exports).toEqual(['bedrock-billing', 'bedrock-billing-2'])
    }))

  test('stops before an export of its name that goes elsewhere, or lacks what is needed', () =>
    inBilled(async (world) => {
      await arrange(world, { scripted: ['billing-export'], foreignLogging: false })
      await takePrincipalsOut(world)
      world.sandbox.calls.length = 0
      const lacking = await world.setup(ONLY)
      expect(lacking.report.resources.find(({ type }) => type === 'billing-export')).toMatchObject({
        action: 'blocked',
        reason: expect.stringContaining('lacks bill_bill_type'),
      })
      expect(writingCalls(world).filter((call) => call.startsWith('exports:'))).toEqual([])
      expect((await world.setup({ ...ONLY, adopt: true })).error).toBeUndefined()
      const elsewhere = await world.setup(ONLY, undefined, { billingBucketName: 'another-bucket' })
      expect(elsewhere.report.resources.find(({ type }) => type === 'billing-export')?.reason).toContain(
        `delivers to bucket ${BUCKET}`,
      )
    }))

  test('tells that AWS does not deliver', () =>
    inBilled(async (world) => {
      await world.setup(ONLY)
      await world.cx.aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET }))
      await world.status()
      expect(warnings(world)).toContain('billing-export-unhealthy')
    }))

  test('is refused where AWS has no exports', () =>
    inWorld({ settings, region: 'us-gov-west-1' }, async (world) => {
      expect(await errorOf(world.setup())).toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('--billing-export'),
      })
    }))
})

describe('cleanup', () => {
  const deliver = ({ sandbox }: World, ...keys: string[]) => {
    for (const key of keys) sandbox.services.s3.putObject(BUCKET, key, new Uint8Array(3))
  }
  const DELIVERED = [
    'cur/bedrock-billing/data/BILLING_PERIOD=2026-11/bedrock-billing-00001.snappy.parquet',
    'cur/bedrock-billing/metadata/BILLING_PERIOD=2026-11/bedrock-billing-Manifest.json',
    'cur/bedrock-billing-2/data/BILLING_PERIOD=2026-10/2026-11-03T08:12:09.345Z-1f0a/bedrock-billing-2-00001.csv.gz',
  ]

  test('takes export, bucket and bill away, whether or not they are asked for any more', () =>
    inBilled(async (world) => {
      await world.setup(ONLY)
      deliver(world, ...DELIVERED)
      expect((await world.cleanup({}, undefined, { billingExport: false })).error).toBeUndefined()
      expect(names(await inventory(world.cx))).toMatchObject({ exports: [], buckets: [] })
    }))

  test('keeps the bill with --keep-data, and ends its deliveries', () =>
    inBilled(async (world) => {
      await world.setup(ONLY)
      deliver(world, ...DELIVERED)
      expect((await world.cleanup({ keepData: true })).error).toBeUndefined()
      expect(names(await inventory(world.cx))).toMatchObject({ exports: [], buckets: [BUCKET] })
      expect(world.sandbox.services.s3.buckets.find(BUCKET)).toBeDefined()
      expect((await world.cleanup()).error).toBeUndefined()
      expect(names(await inventory(world.cx))).toMatchObject({ buckets: [] })
    }))

  test.each([
    'theirs.txt',
    'cur/bedrock-billing/notes.txt',
    'cur/x/data/BILLING_PERIOD=2026-13/a.parquet',
    'data/BILLING_PERIOD=2026-11/a.parquet',
    'cur/theirs/data/BILLING_PERIOD=2026-11/theirs-00001.snappy.parquet',
    'cur/bedrock-billing-of-all/data/BILLING_PERIOD=2026-11/a.parquet',
  ])('leaves the bucket where others put something into it: %s', (key) =>
    inBilled(async (world) => {
      await world.setup(ONLY)
      deliver(world, ...DELIVERED, key)
      const { report } = await world.cleanup(ONLY)
      expect(report.resources.find(({ type }) => type === 's3-bucket')).toMatchObject({
        action: 'blocked',
        reason: expect.stringContaining(`that AWS Data Exports did not put there: ${key}`),
      })
      expect((await world.cleanup({ ...ONLY, includeOthers: true })).error).toBeUndefined()
      expect(names(await inventory(world.cx)).buckets).toEqual([])
    }),
  )

  test.each([
    [
      'by our name, of a stack',
      'bedrock-billing',
      async ({ cx: { aws } }: World) => {
        const { Exports: [{ ExportArn: ResourceArn } = {}] = [] } = await aws.exports.send(new ListExportsCommand({}))
        const ResourceTags = [{ Key: 'bedrock-monitor:template', Value: 'true' }]
        await aws.exports.send(new TagResourceCommand({ ResourceArn, ResourceTags }))
      },
    ],
    [
      'by another name',
      'theirs',
      async ({ cx: { aws }, env }: World) => {
        await aws.exports.send(new CreateExportCommand({ Export: exportInput('theirs', desiredExport(env)) }))
      },
    ],
  ])('leaves the bucket to an export that stays, which delivered nothing yet: %s', (_, name, make) =>
    inBilled(async (world) => {
      await world.setup(ONLY)
      deliver(world, ...DELIVERED)
      await make(world)
      const { report } = await world.cleanup()
      expect(report.resources.find(({ name }) => name === BUCKET)).toMatchObject({
        action: 'blocked',
        reason: `bucket ${BUCKET} is what ${name} delivers to, which is not ours`,
      })
      expect(names(await inventory(world.cx)).buckets).toEqual([BUCKET])
      expect((await world.cleanup({ includeOthers: true })).error).toBeUndefined()
      expect(names(await inventory(world.cx))).toMatchObject({ buckets: [], exports: [expect.anything()] })
    }),
  )

  test('of one Region of two leaves what is the account’s; that of the last takes it', () =>
    inWorld({ settings, regions: ['eu-west-1', 'us-east-1'] }, async (world) => {
      expect((await world.setup()).error).toBeUndefined()
      deliver(world, ...DELIVERED)
      const { report } = await world.cleanup({}, ['us-east-1'])
      const ofBill = report.resources.filter(({ step }) => step === '2d')
      expect(ofBill.map(({ action, reason }) => [action, reason])).toEqual(
        Array(2).fill(['none', 'kept: what is left of it is not ours, or other Regions use it']),
      )
      expect((await world.cleanup({}, ['eu-west-1'])).error).toBeUndefined()
      expect(names(await inventory(world.cx))).toMatchObject({ exports: [], buckets: [] })
    }))
})

describe('an export', () => {
  test('is read as it was written, whatever the settings', () =>
    fc.assert(
      fc.property(anyEnv, (env) => {
        const wanted = desiredExport(env)
        expect(exportStateOf(exportInput(env.settings.billingExportName, wanted) as never)).toEqual({
          ...wanted,
          limits: { arn: undefined, description: undefined },
        })
        expect(desiredExport(env, wanted)).toEqual(wanted)
      }),
    ))

  test.each([
    ['SELECT b, a FROM COST_AND_USAGE_REPORT', 'COST_AND_USAGE_REPORT', ['a', 'b']],
    ['select\n  "B",\n  a\nfrom cost_and_usage_report;', 'COST_AND_USAGE_REPORT', ['a', 'b']],
    ["SELECT a FROM COST_AND_USAGE_REPORT WHERE a = 'x'", 'COST_AND_USAGE_REPORT', undefined],
    ['SELECT a AS b FROM COST_AND_USAGE_REPORT', 'COST_AND_USAGE_REPORT', undefined],
    ['SELECT * FROM FOCUS_1_2_AWS', 'FOCUS_1_2_AWS', undefined],
    ['', undefined, undefined],
  ])('a query is read: %s', (text, table, columns) => {
    expect(readQuery(text)).toEqual({ table, columns })
  })

  test("objects of others are told from AWS's, whatever the name of the export", () =>
    fc.assert(
      fc.property(anyEnv, fc.constantFrom('data', 'metadata'), ({ settings, ...env }, kind) => {
        const use = exportBucket({ ...env, settings })
        const name = settings.billingExportName
        expect(use.isOwn(`cur/${name}/${kind}/BILLING_PERIOD=2026-11/${name}-00001.snappy.parquet`)).toBe(true)
        expect(use.isOwn(`cur/${name}/${kind}/${name}-00001.snappy.parquet`)).toBe(false)
        expect(use.isOwn('aws-programmatic-access-test-object')).toBe(true)
        expect(use.isOwn('x/aws-programmatic-access-test-object')).toBe(false)
      }),
    ))
})
