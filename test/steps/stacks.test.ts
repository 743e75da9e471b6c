import { TagResourceCommand as TagWorkGroupCommand } from '@aws-sdk/client-athena'
import { ListExportsCommand, TagResourceCommand as TagExportCommand } from '@aws-sdk/client-bcm-data-exports'
import { CreateTableCommand, GetTableCommand, UpdateDatabaseCommand, UpdateTableCommand } from '@aws-sdk/client-glue'
import { CreateBucketCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3'
import { expect, test } from '@jest/globals'
import { inventory } from '../support/inventory.ts'
import { arrange, type Scripted } from '../support/prior-state.ts'
import { inWorld, type World, writingCalls } from '../support/world.ts'

const settings = { alarms: 'minimal', lake: true, billingExport: true } as const
const STACK = { 'aws:cloudformation:stack-name': 'theirs' }
const Tags = Object.entries(STACK).map(([Key, Value]) => ({ Key, Value }))

const made = (world: World, ...scripted: Scripted[]) => arrange(world, { scripted, foreignLogging: false })

async function stacksBucket({ cx: { aws } }: World, Bucket: string) {
  await aws.s3.send(new CreateBucketCommand({ Bucket }))
  await aws.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: Tags } }))
}

/** What a stack may have made of the names of what setup makes on request. */
const STACKS: Record<string, (world: World) => Promise<unknown>> = {
  'the bucket for answers': (world) => stacksBucket(world, 'bedrock-athena-111122223333-us-east-1'),
  'the bucket for the bill': (world) => stacksBucket(world, 'bedrock-billing-111122223333'),
  async 'the table'(world) {
    await made(world, 'table')
    const { glue } = world.cx.aws
    const named = { DatabaseName: 'bedrock_monitor', Name: 'bedrock_invocations' }
    const { Table } = await glue.send(new GetTableCommand(named))
    const TableInput = { Name: named.Name, PartitionKeys: Table?.PartitionKeys, Parameters: STACK }
    await glue.send(new UpdateTableCommand({ DatabaseName: named.DatabaseName, TableInput }))
  },
  async 'the workgroup'(world) {
    await made(world, 'workgroup')
    const ResourceARN = 'arn:aws:athena:us-east-1:111122223333:workgroup/bedrock-monitor'
    await world.cx.aws.athena.send(new TagWorkGroupCommand({ ResourceARN, Tags }))
  },
  async 'the export'(world) {
    await made(world, 'billing-export')
    const { exports } = world.cx.aws
    const { Exports: [{ ExportArn } = {}] = [] } = await exports.send(new ListExportsCommand({}))
    await exports.send(new TagExportCommand({ ResourceArn: ExportArn, ResourceTags: Tags }))
  },
}

const FLAGS = { adopt: true, replaceLogging: true }
const ALL = { includeAdopted: true, includeOthers: true }

test.each(Object.entries(STACKS))(
  '%s of a stack stops setup before its first write, whatever is allowed, and outlives cleanup',
  (_, make) =>
    inWorld({ settings }, async (world) => {
      await make(world)
      const before = await inventory(world.cx)
      world.sandbox.calls.length = 0
      for (const flags of [{}, FLAGS]) {
        expect((await world.setup(flags)).error).toMatchObject({
          kind: 'blocked',
          message: expect.stringMatching(/CloudFormation.*nothing was changed/),
        })
      }
      await world.cleanup()
      expect(writingCalls(world)).toEqual([])
      expect(await inventory(world.cx)).toEqual(before)
    }),
)

test.each(Object.entries(STACKS))('%s of a stack is not removed by a cleanup that may remove all else', (name, make) =>
  inWorld({ settings }, async (world) => {
    await make(world)
    const before = await inventory(world.cx)
    await world.cleanup(ALL)
    const after = await inventory(world.cx)
    // The bucket that his export delivers to is not the stack's.
    const kinds = name === 'the export' ? ['exports'] : ['buckets', 'databases', 'workGroups']
    for (const kind of kinds) expect(after[kind]).toEqual(before[kind])
  }),
)

test('a database of a stack is used as it stands, and left so', () =>
  inWorld({ settings }, async (world) => {
    await made(world, 'database')
    const { glue } = world.cx.aws
    const DatabaseInput = { Name: 'bedrock_monitor', Description: 'theirs', Parameters: STACK }
    await glue.send(new UpdateDatabaseCommand({ Name: 'bedrock_monitor', DatabaseInput }))
    const TableInput = { Name: 'theirs', Parameters: STACK }
    await glue.send(new CreateTableCommand({ DatabaseName: 'bedrock_monitor', TableInput }))
    const before = await inventory(world.cx)
    expect((await world.setup()).error).toBeUndefined()
    expect((await world.cleanup(ALL)).error).toBeUndefined()
    expect(await inventory(world.cx)).toEqual(before)
  }))
