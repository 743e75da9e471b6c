import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { inventory } from '../support/inventory.ts'
import { inWorld, type World } from '../support/world.ts'

/** Where Bedrock delivers to. */
const LOG = 'bedrock-logs/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/28/10'
const keyOf = (n: number) => `${LOG}/20261128T100000000Z_${String(n).padStart(8, '0')}.json.gz`

const bucketOf = (world: World) => `bedrock-logs-${world.env.accountId}`

function fill(world: World, versions: number) {
  for (let n = 0; n < versions; n += 1) {
    world.sandbox.services.s3.putObject(bucketOf(world), keyOf(n >> 1), new Uint8Array())
  }
}

describe('cleanup', () => {
  test('empties a bucket of 10,000 object versions in at most 40 calls and tells how far it is', () =>
    inWorld({ isSetUp: true }, async (world) => {
      fill(world, 10_000)
      world.sandbox.calls.length = 0
      expect((await world.cleanup()).error).toBeUndefined()
      const emptying = world.sandbox.calls.filter(({ operation }) =>
        ['ListObjectVersions', 'DeleteObjects', 'ListMultipartUploads', 'DeleteBucket'].includes(operation),
      )
      expect(emptying.length).toBeLessThanOrEqual(40)
      const progress = world.events.flatMap((event) => (event.type === 'resource-progress' ? [event.done] : []))
      expect(Math.max(...progress.map((done) => done ?? 0))).toBeGreaterThanOrEqual(10_000)
    }))

  test('lets nothing be delivered any more into a bucket that it empties', () =>
    inWorld({ isSetUp: true }, async (world) => {
      fill(world, 2)
      world.sandbox.calls.length = 0
      expect((await world.cleanup()).error).toBeUndefined()
      const operations = world.sandbox.calls.map(({ operation }) => operation)
      expect(operations).toContain('PutBucketPolicy')
      expect(operations.indexOf('PutBucketPolicy')).toBeLessThan(operations.indexOf('DeleteObjects'))
    }))

  test('leaves a bucket policy alone in which others have a word, even in a bucket that goes', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const Bucket = bucketOf(world)
      const { Policy = '' } = await world.cx.aws.s3.send(new GetBucketPolicyCommand({ Bucket }))
      const { Version, Statement } = JSON.parse(Policy)
      const theirs = {
        Sid: 'Theirs',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
      }
      const both = JSON.stringify({ Version, Statement: [...Statement, theirs] })
      await world.cx.aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: both }))
      world.sandbox.calls.length = 0
      await world.cleanup()
      expect(world.sandbox.calls.map(({ operation }) => operation)).not.toContain('DeleteBucketPolicy')
    }))

  test('goes on past a failure, keeps what the failed one needs, and says that it is partly done', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const operation = 'DeleteModelInvocationLoggingConfiguration'
      world.sandbox.faults.push({ kind: 'access-denied', service: 'bedrock', operation, count: 99 })
      const { error, report } = await world.cleanup()
      expect(error).toMatchObject({ kind: 'partial' })
      const outcomes = Object.fromEntries(report.resources.map(({ type, outcome }) => [type, outcome]))
      expect(outcomes).toEqual({
        'invocation-logging': 'failed',
        'iam-role': 'not-run',
        's3-bucket': 'not-run',
        'log-group': 'not-run',
        'sns-topic': 'done',
        alarm: 'done',
        dashboard: 'done',
      })
      world.sandbox.faults.length = 0
      expect((await world.cleanup()).report.ok).toBe(true)
    }))

  test('names the objects that could not be deleted, since DeleteObjects fails key by key inside a success', () =>
    inWorld({ isSetUp: true }, async (world) => {
      fill(world, 10)
      world.sandbox.services.s3.buckets.find(bucketOf(world))?.locked.add(keyOf(3))
      const { error, report } = await world.cleanup()
      expect(error?.kind).toBe('partial')
      const bucket = report.resources.find(({ type }) => type === 's3-bucket')
      expect(bucket?.error?.message).toContain(keyOf(3))
    }))

  test('takes every policy from the role, however many pages there are of them', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { roleName: RoleName } = world.env.settings
      const PolicyDocument = '{"Version":"2012-10-17","Statement":[]}'
      for (let n = 0; n < 120; n += 1) {
        await world.cx.aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: `p${n}`, PolicyDocument }))
      }
      expect((await world.cleanup({ includeOthers: true })).error).toBeUndefined()
    }))

  test('the buckets of lake and bill can go while logging stays, which uses neither', () =>
    inWorld({ settings: { lake: true, billingExport: true }, isSetUp: true }, async (world) => {
      expect((await world.cleanup({ only: ['lake', 'billing'] })).error).toBeUndefined()
      expect(Object.keys((await inventory(world.cx)).buckets ?? {})).toEqual([bucketOf(world)])
      const held = await world.cleanup({ only: ['storage'] })
      expect(held.report.resources.map(({ error }) => error?.message)).toEqual(
        Array(2).fill('the logging configuration in us-east-1, which stays, uses it'),
      )
    }))

  test('a second cleanup has nothing to do and succeeds', () =>
    inWorld({ isSetUp: true }, async (world) => {
      await world.cleanup()
      const { report } = await world.cleanup()
      expect(report.ok).toBe(true)
      expect(new Set(report.resources.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']))
    }))
})
