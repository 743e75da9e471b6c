import { gzipSync } from 'node:zlib'
import { DeleteObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it, test } from '@jest/globals'
import type { Aws, AwsContext } from '../../../../src/aws/context.ts'
import { bucketNameOf } from '../../../../src/aws/log-bucket.ts'
import { readBucket } from '../../../../src/report/sources/s3/read.ts'
import type { SourceReading } from '../../../../src/report/sources/source.ts'
import { tally } from '../../../../src/report/tally.ts'
import { HOUR_MS, lastHours } from '../../../../src/report/window.ts'
import { callModels } from '../../../support/everything.ts'
import { converse } from '../../../support/invocation-records.ts'
import { playLogged } from '../../../support/logged-traffic.ts'
import { report } from '../../../support/report.ts'
import { inWorld, REGION, type World } from '../../../support/world.ts'

function ask(world: World, more: { hours?: number; bucket?: string; prefix?: string; regions?: string[] } = {}) {
  const { cx, env } = world
  return readBucket(
    cx,
    (more.regions ?? [REGION]).map((region) => ({
      account: '111122223333',
      region,
      cx,
      bucket: more.bucket ?? bucketNameOf(env),
      owner: '111122223333',
      keyPrefix: more.prefix ?? env.settings.keyPrefix,
    })),
    { window: lastHours(cx.clock.now(), more.hours ?? 24), by: ['model'] },
  )
}

/** Puts an object of records under the hour of its delivery. */
function put({ sandbox, env }: World, delivered: number, lines: readonly string[], region = REGION): string {
  const text = new Date(delivered).toISOString()
  const hour = text.slice(0, 13).replace(/[-T]/g, '/')
  const name = `${text.replace(/[-:.]/g, '')}_0123456789abcdef.json.gz`
  const key = `${env.settings.keyPrefix}/AWSLogs/${sandbox.account}/BedrockModelInvocationLogs/${region}/${hour}/${name}`
  sandbox.services.s3.putObject(bucketNameOf(env), key, gzipSync(`${lines.join('\n')}\n`))
  return key
}

const recordAt = (time: number, tokens: number) =>
  converse(tokens, 0, 1, { time: `${new Date(time).toISOString().slice(0, 19)}Z` })
const tokens = ({ rows }: SourceReading) => tally(rows).counters.inputTokens
const hourOf = (time: number) => Math.floor(time / HOUR_MS) * HOUR_MS

function withBucket<T>(body: (world: World) => Promise<T>): Promise<T> {
  return inWorld({ isSetUp: true }, async (world) => {
    world.sandbox.calls.length = 0
    return body(world)
  })
}

/** Has an object deleted behind the report's back, just before it is fetched. */
function vanishing({ cx, env }: World, Key: string): AwsContext {
  const send = async (command: object) => {
    if (command instanceof GetObjectCommand && command.input.Key === Key)
      await cx.aws.s3.send(new DeleteObjectCommand({ Bucket: bucketNameOf(env), Key }))
    return cx.aws.s3.send(command as GetObjectCommand)
  }
  return { ...cx, aws: { ...cx.aws, s3: { send } as Aws['s3'] } }
}

describe('records', () => {
  it('that were delivered up to two hours late, or early, count by their own time', () =>
    withBucket(async (world) => {
      const now = world.cx.clock.now()
      const { start, end } = lastHours(now, 24)
      put(world, hourOf(start) - 1, [recordAt(start + 1_000, 1), recordAt(start - 2_000, 1_000)])
      put(world, hourOf(end - 1) + 2 * HOUR_MS, [recordAt(now - 2_000, 20)])
      put(world, now - 12 * HOUR_MS, [recordAt(now - 13 * HOUR_MS, 300), recordAt(end, 5_000)])
      expect(tokens(await ask(world))).toBe(321)
    }))

  it('of other Regions, accounts and prefixes are not read', () =>
    withBucket(async (world) => {
      const now = world.cx.clock.now()
      put(world, now, [recordAt(now - 2_000, 1)])
      put(world, now, [recordAt(now - 2_000, 10)], 'eu-west-1')
      expect(tokens(await ask(world))).toBe(1)
      expect(tokens(await ask(world, { regions: [REGION, 'eu-west-1'] }))).toBe(11)
      expect(tokens(await ask(world, { prefix: 'elsewhere' }))).toBe(0)
    }))
})

describe('the calls', () => {
  it('are one listing an hour of a short window, and one for each object', () =>
    withBucket(async (world) => {
      put(world, world.cx.clock.now(), [recordAt(world.cx.clock.now() - 2_000, 1)])
      await ask(world, { hours: 1 })
      const operations = world.sandbox.calls.map(({ operation }) => operation)
      expect(operations.filter((one) => one === 'ListObjectsV2').length).toBeLessThanOrEqual(2 + 3)
      expect(operations.filter((one) => one !== 'ListObjectsV2')).toEqual(['GetObject'])
    }))

  it('are few for a long window with little in it', () =>
    withBucket(async (world) => {
      const now = world.cx.clock.now()
      put(world, now - 40 * 24 * HOUR_MS, [recordAt(now - 40 * 24 * HOUR_MS, 7)])
      expect(tokens(await ask(world, { hours: 90 * 24 }))).toBe(7)
      expect(world.sandbox.calls.length).toBeLessThan(12)
    }))

  it('change nothing', () =>
    withBucket(async (world) => {
      playLogged(world, { seed: 2, hours: 5, perHour: 20 })
      await ask(world)
      expect(world.sandbox.calls.filter(({ writing }) => writing)).toEqual([])
    }))
})

describe('an object', () => {
  it('that vanishes after it was listed is named, and the report is partial', () =>
    withBucket(async (world) => {
      const now = world.cx.clock.now()
      put(world, now, [recordAt(now - 2_000, 1)])
      const Key = put(world, now - HOUR_MS, [recordAt(now - HOUR_MS, 10)])
      const reading = await ask({ ...world, cx: vanishing(world, Key) })
      expect(reading.incomplete).toBe(true)
      expect(reading.warnings).toContainEqual({
        code: 'unreadable',
        message: `s3://${bucketNameOf(world.env)}/${Key}: it could not be read: NoSuchKey`,
      })
      expect(tokens(reading)).toBe(1)
    }))

  it('that is damaged is named, and the rest is read', () =>
    withBucket(async (world) => {
      const now = world.cx.clock.now()
      put(world, now, [recordAt(now - 2_000, 1)])
      const key = put(world, now - HOUR_MS, [])
      const damaged = gzipSync(recordAt(now, 10)).subarray(0, 30)
      world.sandbox.services.s3.putObject(bucketNameOf(world.env), key, damaged)
      const reading = await ask(world)
      expect(tokens(reading)).toBe(1)
      expect(reading.warnings).toContainEqual({
        code: 'gzip-truncated',
        message: expect.stringContaining(`s3://${bucketNameOf(world.env)}/${key}`),
      })
    }))
})

describe('a bucket', () => {
  it('that is not there is said to be missing, with what to do', () =>
    inWorld({}, async (world) => {
      await expect(ask(world)).rejects.toMatchObject({
        code: 'NoSuchBucket',
        hint: expect.stringMatching(/setup.*metrics/),
      })
    }))

  it('of its own for each Region is read in each, and one that is missing leaves its Region out', () =>
    withBucket(async (world) => {
      const { cx, env } = world
      const now = cx.clock.now()
      put(world, now, [recordAt(now - 2_000, 3)])
      const places = [REGION, 'eu-west-1'].map((region) => ({
        account: '111122223333',
        region,
        cx: cx.in(region),
        bucket: region === REGION ? bucketNameOf(env) : `elsewhere-${region}`,
        owner: '111122223333',
        keyPrefix: env.settings.keyPrefix,
      }))
      const question = { window: lastHours(now, 24), by: ['model'] }
      expect((await readBucket(cx, places, question)).unread).toBeUndefined()
      callModels(world, 'eu-west-1')
      const reading = await readBucket(cx, places, question)
      expect(tokens(reading)).toBe(3)
      expect(reading.warnings).toContainEqual({
        code: 'region-not-logged',
        message: expect.stringMatching(/^nothing is logged in eu-west-1:/),
      })
      expect(reading.unread).toBe('regions')
    }))

  it('of our name in another account is not read', () =>
    inWorld({}, async (world) => {
      const { sandbox, cx, env } = world
      sandbox.services.s3.buckets.create(bucketNameOf(env), REGION, '999999999999', cx.clock.now())
      await expect(ask(world)).rejects.toMatchObject({
        code: 'AccessDenied',
        hint: expect.stringContaining('--bucket-name'),
      })
    }))

  it('of which no object may be read is an error that names the actions', () =>
    withBucket(async (world) => {
      const now = world.cx.clock.now()
      put(world, now, [recordAt(now - 2_000, 1)])
      world.sandbox.faults.push({ operation: 'GetObject', kind: 'access-denied' })
      await expect(ask(world)).rejects.toMatchObject({ hint: expect.stringContaining('s3:GetObject') })
    }))

  it('without records in the window is a report of zeros that says why', () =>
    withBucket(async (world) => {
      const reading = await ask(world)
      expect(reading.warnings.map(({ code }) => code)).toEqual(['no-usage'])
      expect(reading.regions).toEqual([REGION])
    }))
})

test('a report from the bucket can be grouped by who called', () =>
  withBucket(async (world) => {
    const { cx, env } = world
    const now = cx.clock.now()
    put(world, now, [recordAt(now - 2_000, 4)])
    const place = { account: '111122223333', region: REGION, cx }
    const { report: said } = await report(cx, {
      source: {
        name: 's3',
        places: [place],
        window: lastHours(now, 24),
        bucket: bucketNameOf(env),
        keyPrefix: env.settings.keyPrefix,
      },
      by: ['identity'],
    })
    expect(said).toMatchObject({
      source: 's3',
      groups: [{ key: { identity: 'arn:aws:iam::111122223333:user/ada' }, inputTokens: 4 }],
    })
  }))

test('records of other accounts are of theirs, and the report says that there are several', () =>
  withBucket(async (world) => {
    const now = world.cx.clock.now()
    put(world, now - HOUR_MS, [recordAt(now - HOUR_MS, 5)])
    const other = recordAt(now - HOUR_MS, 7).replace(world.env.accountId, '444455556666')
    put(world, now - 2 * HOUR_MS, [other, other.replace('444455556666', 'constructor')])
    const reading = await ask(world)
    expect(reading.accounts).toEqual([world.env.accountId, '444455556666'])
    expect(reading.warnings).toContainEqual(expect.objectContaining({ code: 'several-accounts' }))
  }))
