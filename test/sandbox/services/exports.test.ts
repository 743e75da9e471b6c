import {
  BCMDataExportsClient,
  CreateExportCommand,
  DeleteExportCommand,
  type Export,
  GetExportCommand,
  ListExportsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateExportCommand,
} from '@aws-sdk/client-bcm-data-exports'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { refusal } from '../clients.ts'

let sandbox: Sandbox
let client: BCMDataExportsClient
const ACCOUNT = '111122223333'

beforeAll(async () => {
  sandbox = await startSandbox()
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }
  client = new BCMDataExportsClient({ region: 'us-east-1', endpoint: sandbox.url, credentials })
  for (const name of ['open', 'folder', 'closed', 'narrow']) {
    const call = { account: ACCOUNT, region: 'us-east-1', now: 0 }
    await sandbox.services.s3.operations.CreateBucket?.({ Bucket: name }, call)
  }
  allow('open', '*')
  allow('folder', 'cur/*')
  allow('narrow', '*', { StringEquals: { 'aws:SourceAccount': '999999999999' } })
})
afterAll(() => {
  client.destroy()
  return sandbox.close()
})

function allow(bucket: string, keys: string, Condition?: object): void {
  const found = sandbox.services.s3.buckets.find(bucket)
  const Principal = { Service: 'bcm-data-exports.amazonaws.com' }
  const Resource = `arn:aws:s3:::${bucket}/${keys}`
  const statement = { Effect: 'Allow', Principal, Action: 's3:PutObject', Resource, ...(Condition && { Condition }) }
  if (found) found.settings.policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

const exported = (
  Name: string,
  { columns = 'line_item_usage_type', properties = {}, bucket = 'open', region = 'us-east-1' } = {},
): Export => ({
  Name,
  DataQuery: {
    QueryStatement: `SELECT ${columns} FROM COST_AND_USAGE_REPORT`,
    TableConfigurations: { COST_AND_USAGE_REPORT: properties },
  },
  DestinationConfigurations: {
    S3Destination: {
      S3Bucket: bucket,
      S3Prefix: 'cur',
      S3Region: region,
      S3OutputConfigurations: {
        OutputType: 'CUSTOM',
        Format: 'PARQUET',
        Compression: 'PARQUET',
        Overwrite: 'OVERWRITE_REPORT',
      },
    },
  },
  RefreshCadence: { Frequency: 'SYNCHRONOUS' },
})
const create = (...of: Parameters<typeof exported>) => client.send(new CreateExportCommand({ Export: exported(...of) }))

test('an export is made, listed, described, changed and deleted, and AWS leaves its mark in the bucket', async () => {
  const { ExportArn } = await create('mine')
  expect(ExportArn).toMatch(/^arn:aws:bcm-data-exports:us-east-1:111122223333:export\/mine-[0-9a-f-]{36}$/)
  expect(sandbox.services.s3.buckets.find('open')?.objects.get('aws-programmatic-access-test-object')).toBeDefined()
  const listed = await client.send(new ListExportsCommand({}))
  expect(listed.Exports).toMatchObject([{ ExportName: 'mine', ExportStatus: { StatusCode: 'HEALTHY' } }])
  const changed = exported('mine', {
    columns: 'line_item_iam_principal',
    properties: { INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE' },
  })
  await client.send(new UpdateExportCommand({ ExportArn, Export: changed }))
  sandbox.services.exports.refreshed('mine', Date.UTC(2026, 10, 28))
  const found = await client.send(new GetExportCommand({ ExportArn }))
  expect(found.Export?.DataQuery?.TableConfigurations?.COST_AND_USAGE_REPORT).toMatchObject({
    INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE',
    TIME_GRANULARITY: 'HOURLY',
  })
  expect(found.ExportStatus?.LastRefreshedAt).toEqual(new Date(Date.UTC(2026, 10, 28)))
  await client.send(new TagResourceCommand({ ResourceArn: ExportArn, ResourceTags: [{ Key: 'a', Value: '1' }] }))
  const tags = () => client.send(new ListTagsForResourceCommand({ ResourceArn: ExportArn }))
  expect((await tags()).ResourceTags).toEqual([{ Key: 'a', Value: '1' }])
  await client.send(new UntagResourceCommand({ ResourceArn: ExportArn, ResourceTagKeys: ['a'] }))
  expect((await tags()).ResourceTags).toEqual([])
  await client.send(new DeleteExportCommand({ ExportArn }))
  expect((await client.send(new ListExportsCommand({}))).Exports).toEqual([])
  expect((await refusal(client.send(new GetExportCommand({ ExportArn })))).name).toBe('ResourceNotFoundException')
})

test.each([
  ['a policy for a folder, which the test object at the root is not in', 'folder', {}],
  ['no policy', 'closed', {}],
  ['a policy for another account', 'narrow', {}],
  ['no bucket', 'nowhere', {}],
  ['a bucket of another Region', 'open', { region: 'eu-west-1' }],
])('is refused with %s', async (_title, bucket, more) => {
  const { name, message } = await refusal(create('refused', { bucket, ...more }))
  expect([name, message]).toEqual(['ValidationException', expect.stringContaining('bucket permission')])
})

test.each([
  ['a column that the table does not have', { columns: 'line_item_model' }],
  ['principals that were not asked for', { columns: 'line_item_iam_principal' }],
  [
    'resources that were not asked for',
    { columns: 'line_item_resource_id', properties: { INCLUDE_RESOURCES: 'FALSE' } },
  ],
  ['a property that the table does not have', { properties: { INCLUDE_MODELS: 'TRUE' } }],
])('is refused with %s', async (_title, more) => {
  expect((await refusal(create('refused', more))).name).toBe('ValidationException')
})

test('is refused under a name that is taken, in words of AWS', async () => {
  await create('twice')
  expect((await refusal(create('twice'))).message).toBe('Cannot create duplicate export name.')
})

test('is unhealthy once AWS may not write any more', async () => {
  await create('sick')
  const bucket = sandbox.services.s3.buckets.find('open')
  if (bucket) bucket.settings.policy = undefined
  const { Exports = [] } = await client.send(new ListExportsCommand({}))
  expect(Exports.find(({ ExportName }) => ExportName === 'sick')?.ExportStatus).toMatchObject({
    StatusCode: 'UNHEALTHY',
    StatusReason: 'INSUFFICIENT_PERMISSION',
  })
})
