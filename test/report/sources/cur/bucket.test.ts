import { GetObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Aws, AwsContext } from '../../../../src/aws/context.ts'
import { shelfInBucket } from '../../../../src/report/sources/cur/bucket.ts'
import { readExports } from '../../../../src/report/sources/cur/read.ts'
import { describeWithDuckDb, openDuckDb } from '../../../support/duckdb.ts'
import { inFolder } from '../../../support/folder.ts'
import { createWorld, inWorld, REGION, type World } from '../../../support/world.ts'
import { LINES } from './exported.ts'

const BUCKET = 'bills'

describeWithDuckDb('a large Parquet file in a bucket', () => {
  let world: World
  let size: number
  beforeAll(async () => {
    world = await createWorld({})
    const { sandbox } = world
    sandbox.services.s3.buckets.create(BUCKET, REGION, sandbox.account, 0)
    const sql = await openDuckDb()
    // Half of it is a column that nobody asks for.
    const wide = `SELECT *, md5(identity_line_item_id) || md5('x' || identity_line_item_id) || md5('y' || identity_line_item_id) AS line_item_resource_id FROM (${LINES(30_000)})`
    const body = await inFolder({}, async (folder) => {
      await sql(`COPY (${wide}) TO '${folder}/wide.parquet' (FORMAT parquet)`)
      const { readFile } = await import('node:fs/promises')
      return readFile(`${folder}/wide.parquet`)
    })
    size = body.length
    sandbox.services.s3.putObject(BUCKET, 'x/wide.parquet', body)
  })
  afterAll(() => world.close())

  const read = async (cx: AwsContext) => {
    const place = { account: world.sandbox.account, region: REGION, cx }
    const shelf = await shelfInBucket(place, `s3://${BUCKET}/x`, world.sandbox.account)
    return readExports(cx, shelf, { by: ['model'] })
  }

  it('is read in parts: its end, and the columns that are needed', async () => {
    const ranges: string[] = []
    const counted = listening(world.cx, (range) => ranges.push(range))
    const { lines, warnings } = await read(counted)
    expect(warnings).toEqual([])
    expect(lines.length).toBeGreaterThan(100)
    const bytes = ranges.map((range) => {
      const [, start = 0, end = size - 1] = /^bytes=(\d+)-(\d+)?$/.exec(range) ?? []
      return Number(end) + 1 - Number(start)
    })
    expect(ranges.length).toBeLessThan(20)
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(size * 0.6)
  })

  it('that changes meanwhile is named, and not mixed up', async () => {
    let count = 0
    const changing = listening(world.cx, () => {
      count++
      if (count === 3) world.sandbox.services.s3.putObject(BUCKET, 'x/wide.parquet', Buffer.alloc(size, 1))
    })
    const message = expect.stringMatching(/^s3:\/\/bills\/x\/wide\.parquet: .*pre-conditions/)
    await expect(read(changing)).rejects.toMatchObject({ code: 'ExportUnreadable', message })
  })
})

/** Tells the ranges that are asked for. */
function listening(cx: AwsContext, told: (range: string) => void): AwsContext {
  const send = (command: object) => {
    if (command instanceof GetObjectCommand) told(command.input.Range ?? '')
    return cx.aws.s3.send(command as GetObjectCommand)
  }
  const listened = { ...cx, aws: { ...cx.aws, s3: { send } as Aws['s3'] } }
  return { ...listened, in: () => listened }
}

it('that is not there is named with what helps an export', async () => {
  await inWorld({}, async ({ cx, sandbox }) => {
    const place = { account: sandbox.account, region: REGION, cx }
    await expect(shelfInBucket(place, 's3://nowhere-1/x', sandbox.account)).rejects.toMatchObject({
      code: 'NoSuchBucket',
      hint: expect.stringContaining('list-exports'),
    })
  })
})
