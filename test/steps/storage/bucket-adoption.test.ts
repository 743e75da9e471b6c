import { DeleteDashboardsCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectsCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import type { Interaction } from '../../../src/steps/0-orchestrator.ts'
import { intercept } from '../../support/intercept.ts'
import { inventory, names } from '../../support/inventory.ts'
import { errorOf, inWorld, type World, writingCalls } from '../../support/world.ts'

const Bucket = 'bedrock-logs-111122223333'
const LOG = 'bedrock-logs/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/28/10'
const BEDROCK = { Service: 'bedrock.amazonaws.com' }

const make = ({ cx: { aws } }: World) => aws.s3.send(new CreateBucketCommand({ Bucket }))
const policy = async (world: World, ...Statement: object[]) => {
  const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'his', Statement })
  await world.cx.aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}
const deliver = (more: object = {}) => ({
  Sid: 'AmazonBedrockLogsWrite',
  Effect: 'Allow',
  Principal: BEDROCK,
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${Bucket}/*`,
  ...more,
})
const lifecycle = async ({ cx: { aws } }: World, ...Rules: LifecycleRule[]) => {
  const put = {
    LifecycleConfiguration: { Rules },
    TransitionDefaultMinimumObjectSize: 'varies_by_storage_class' as const,
  }
  await aws.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, ...put }))
}

const CASES: Record<string, { arrange(world: World): Promise<unknown>; blocked?: RegExp; never?: true }> = {
  'with nothing set': { arrange: make },
  'with the statement of the documentation, tags and rules': {
    async arrange(world) {
      await make(world)
      await policy(world, deliver({ Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } }))
      await lifecycle(world, { ID: 'his', Status: 'Enabled', Prefix: 'x/', Expiration: { Days: 3_650 } })
      const Tagging = { TagSet: [{ Key: 'managed-by', Value: 'terraform' }] }
      await world.cx.aws.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging }))
      await world.cx.aws.s3.send(new PutObjectCommand({ Bucket, Key: 'his.txt', Body: 'x' }))
    },
  },
  'with a delivery statement for another prefix under the same Sid': {
    async arrange(world) {
      await make(world)
      await policy(world, deliver({ Resource: `arn:aws:s3:::${Bucket}/audit/*` }))
    },
  },
  'that denies others, and connections without TLS': {
    async arrange(world) {
      await make(world)
      const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/*` }
      await policy(
        world,
        { ...deny, Sid: 'Tls', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        { ...deny, Sid: 'His', Condition: { StringNotEquals: { 'aws:SourceAccount': '111122223333' } } },
      )
    },
  },
  'whose policy is one statement, in no list': {
    async arrange(world) {
      await make(world)
      const read = {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
      }
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: read })
      await world.cx.aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    },
  },
  'that denies Bedrock': {
    async arrange(world) {
      await make(world)
      await policy(world, deliver(), deliver({ Effect: 'Deny', Sid: 'NotHere' }))
    },
    blocked: /statement NotHere/,
    never: true,
  },
  'that may be public': {
    async arrange(world) {
      await make(world)
      const PublicAccessBlockConfiguration = { BlockPublicAcls: true }
      await world.cx.aws.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
    },
    blocked: /public access/,
  },
  'that a stack made': {
    async arrange(world) {
      await make(world)
      const Tagging = { TagSet: [{ Key: 'aws:cloudformation:stack-name', Value: 'his' }] }
      await world.cx.aws.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging }))
    },
    blocked: /CloudFormation/,
    never: true,
  },
  'that is replicated, whose requesters pay, under Object Lock': {
    async arrange(world) {
      await make(world)
      const { s3 } = world.cx.aws
      await s3.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer: 'Requester' } }))
      const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/r', Rules: [] }
      const VersioningConfiguration = { Status: 'Enabled' } as const
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
      await s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }))
      const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const }
      await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }))
    },
  },
}

describe('a bucket of our name that was there before', () => {
  test.each(Object.entries(CASES))('%s is as it was after setup and cleanup', (_, { arrange, blocked, never }) =>
    inWorld({}, async (world) => {
      await arrange(world)
      const before = await inventory(world.cx)
      world.sandbox.calls.length = 0
      const error = await errorOf(world.setup())
      if (blocked) {
        expect(error).toMatchObject({ kind: 'blocked', message: expect.stringMatching(blocked) })
        expect(writingCalls(world)).toEqual([])
        const asked = await errorOf(world.setup({ adopt: true }))
        expect(asked?.kind).toBe(never ? 'blocked' : undefined)
        if (never) {
          if (blocked.source === 'CloudFormation') await world.cleanup({ includeAdopted: true, includeOthers: true })
          expect(await inventory(world.cx)).toEqual(before)
          return
        }
      } else expect(error).toBeUndefined()
      expect((await world.status()).report.ok).toBe(true)
      const markers = Object.keys((await inventory(world.cx)).buckets ?? {})
      expect(markers).toEqual([Bucket])
      expect((await world.cleanup()).error).toBeUndefined()
      const after = await inventory(world.cx)
      // Bedrock's own mark stays, as it does on AWS.
      const keys = (found: typeof after) => (found.buckets?.[Bucket] as { keys: string[] } | undefined)?.keys ?? []
      expect(keys(after).filter((key) => !key.includes('permission-check'))).toEqual(keys(before))
      const settings = ({ buckets, ...rest }: typeof after) => ({
        ...rest,
        bucket: { ...(buckets?.[Bucket] as object), keys: [] },
      })
      expect(settings(after)).toEqual(settings(before))
    }),
  )

  test('what hinders is told, and found by doctor’s plan', () =>
    inWorld({}, async (world) => {
      await CASES['that is replicated, whose requesters pay, under Object Lock']?.arrange(world)
      await world.setup()
      const told = world.events.flatMap((event) => (event.type === 'warning' ? [event.warning.code] : []))
      expect(told).toEqual(expect.arrayContaining(['bucket-requester-pays', 'bucket-replicates']))
    }))
})

describe('our bucket', () => {
  test("others' statements and rules in it stay, and what a put of rules would set back", () =>
    inWorld({ isSetUp: true }, async (world) => {
      const before = (await inventory(world.cx)).buckets?.[Bucket] as {
        policy: { Statement: object[] }
        lifecycle: LifecycleRule[]
      }
      const his = deliver({ Effect: 'Deny', Sid: 'His', Resource: `arn:aws:s3:::${Bucket}/x/*` })
      await policy(world, ...before.policy.Statement, his)
      await lifecycle(world, { ID: 'his', Status: 'Enabled', Filter: { Prefix: 'x/' }, Expiration: { Days: 9 } })
      expect((await world.setup()).error).toBeUndefined()
      const after = (await inventory(world.cx)).buckets?.[Bucket]
      expect(after).toMatchObject({
        policy: { Statement: expect.arrayContaining([his]) },
        lifecycle: [
          expect.objectContaining({ ID: 'his' }),
          expect.objectContaining({ Filter: { Prefix: 'bedrock-logs/' } }),
        ],
        transitionMinimum: 'varies_by_storage_class',
      })
    }))

  test('that expires logs sooner asks before', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const sooner = { lifecycleDays: 7 }
      expect(await errorOf(world.setup({}, undefined, sooner))).toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('after 7 days instead of 90'),
      })
      expect((await world.setup({ shortenRetention: true }, undefined, sooner)).error).toBeUndefined()
    }))

  const withOthers = async (world: World) => {
    await world.setup()
    const { s3 } = world.sandbox.services
    s3.putObject(Bucket, `${LOG}/20261128T100000000Z_00000000.json.gz`, new Uint8Array(7))
    s3.putObject(
      Bucket,
      'old/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/28/10/20261128T100000000Z_00000001.json.gz',
      new Uint8Array(7),
    )
    s3.putObject(Bucket, 'his/report.csv', new Uint8Array(100))
    s3.putObject(Bucket, 'bedrock-logs/his.txt', new Uint8Array(20))
  }
  const answering = (answers: Partial<Record<string, boolean>>, asked: string[] = []): Interaction => ({
    showPlan: () => {},
    confirm: async (question) => {
      asked.push(question)
      return answers[question] ?? true
    },
    recover: async () => 'skip',
  })

  test('with what others put there is named, and stays with it', () =>
    inWorld({}, async (world) => {
      await withOthers(world)
      const { error, report } = await world.cleanup()
      expect(error).toMatchObject({ kind: 'partial' })
      const bucket = report.resources.find(({ type }) => type === 's3-bucket')
      expect(bucket?.reason).toMatch(/2 object versions \(120 bytes\).*his/)
      const { buckets, ...left } = names(await inventory(world.cx))
      expect([buckets, Object.values(left).flat()]).toEqual([[Bucket], []])
    }))

  test.each([
    ['yes', true, []],
    ['no', false, [Bucket]],
  ] as const)('the question about it answered with %s', (_, answer, left) =>
    inWorld({}, async (world) => {
      await withOthers(world)
      const asked: string[] = []
      await world.cleanup({ yes: false }, undefined, undefined, answering({ 'remove-others': answer }, asked))
      expect(asked).toContain('remove-others')
      expect(names(await inventory(world.cx)).buckets).toEqual(left)
    }),
  )

  test('and --include-others takes them with it', () =>
    inWorld({}, async (world) => {
      await withOthers(world)
      expect((await world.cleanup({ includeOthers: true })).error).toBeUndefined()
      expect(Object.values(names(await inventory(world.cx))).flat()).toEqual([])
    }))

  test('what others put there after the plan stays, too', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const late: Interaction = {
        ...answering({}),
        confirm: async () => {
          world.sandbox.services.s3.putObject(Bucket, 'his/late.txt', new Uint8Array(3))
          return true
        },
      }
      const { error, report } = await world.cleanup({ yes: false }, undefined, undefined, late)
      expect(error).toMatchObject({ kind: 'partial' })
      expect(report.resources.find(({ type }) => type === 's3-bucket')?.error?.message).toContain('his/late.txt')
      expect((await inventory(world.cx)).buckets?.[Bucket]).toMatchObject({
        keys: expect.arrayContaining(['his/late.txt']),
      })
    }))

  test('into which Bedrock still delivers is emptied until that is over, and stays under TLS until it is gone', () =>
    inWorld({ isSetUp: true }, async (world) => {
      let late = 2
      const { s3 } = world.cx.aws
      const policies: unknown[] = []
      const original = s3.send.bind(s3)
      Object.assign(s3, {
        async send(command: object, options?: object) {
          const result = await (original as (command: object, options?: object) => Promise<unknown>)(command, options)
          if (command instanceof DeleteObjectsCommand && late > 0) {
            late -= 1
            world.sandbox.services.s3.putObject(
              Bucket,
              `${LOG}/20261128T100000000Z_${String(late).padStart(8, '0')}.json.gz`,
              new Uint8Array(1),
            )
            policies.push((await inventory(world.cx)).buckets?.[Bucket])
          }
          return result
        },
      })
      expect((await world.cleanup()).error).toBeUndefined()
      expect(JSON.stringify(policies)).toContain('BedrockMonitorDenyInsecureTransport')
      expect(JSON.stringify(policies)).not.toContain('"s3:PutObject"')
      expect(names(await inventory(world.cx)).buckets).toEqual([])
    }))

  test.each([
    [
      'MFA delete',
      (world: World) => {
        const settings = world.sandbox.services.s3.buckets.find(Bucket)?.settings
        if (settings) settings.mfaDelete = true
      },
    ],
    [
      'Object Lock',
      (world: World) =>
        world.cx.aws.s3.send(
          new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
        ),
    ],
  ] as const)('with %s is held back before anything in it is deleted', (_, lock) =>
    inWorld({ isSetUp: true }, async (world) => {
      world.sandbox.services.s3.putObject(Bucket, `${LOG}/20261128T100000000Z_00000000.json.gz`, new Uint8Array(7))
      await lock(world)
      world.sandbox.calls.length = 0
      const { error } = await world.cleanup()
      expect(error).toMatchObject({ kind: 'partial' })
      expect(writingCalls(world).filter((call) => call.startsWith('s3:'))).toEqual([])
    }),
  )

  test('whose MFA delete keeps it from being set right stops setup before the first change', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { s3, cloudwatch } = world.cx.aws
      const VersioningConfiguration = { Status: 'Suspended', MFADelete: 'Enabled' } as const
      const enable = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration, MFA: 'arn 123456' })
      await expect(s3.send(enable)).rejects.toMatchObject({ code: 'InvalidBucketState' })
      await s3.send(new DeleteBucketLifecycleCommand({ Bucket }))
      await s3.send(enable)
      await cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [world.env.settings.dashboardName] }))
      world.sandbox.calls.length = 0
      expect(await errorOf(world.setup())).toMatchObject({
        kind: 'blocked',
        message: expect.stringContaining('MFA delete'),
        hint: expect.stringContaining('--skip 2'),
      })
      expect(writingCalls(world)).toEqual([])
      expect((await world.setup({ skip: ['2'] })).error).toBeUndefined()
    }))
})

describe('what the rule of encryption says besides the algorithm', () => {
  const refused = { BlockedEncryptionTypes: { EncryptionType: ['SSE-C' as const] } }
  const settingsOf = ({ sandbox }: World) => {
    const found = sandbox.services.s3.buckets.find(Bucket)
    if (!found) throw new Error('there is no bucket')
    return found.settings
  }

  test('stays when ours is set right again', () =>
    inWorld({ isSetUp: true }, async (world) => {
      settingsOf(world).encryption = { Rules: [refused] }
      expect((await world.setup()).error).toBeUndefined()
      expect(settingsOf(world).encryption.Rules).toMatchObject([
        { ...refused, ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      ])
    }))

  test('and what AWS gives a new bucket stays, too', () =>
    inWorld({}, async (world) => {
      intercept(world.cx, 's3', 'CreateBucket', async (send) => {
        const answer = await send()
        const { encryption } = settingsOf(world)
        settingsOf(world).encryption = { Rules: [{ ...encryption.Rules?.[0], ...refused }] }
        return answer
      })
      expect((await world.setup()).error).toBeUndefined()
      expect(settingsOf(world).encryption.Rules).toMatchObject([refused])
    }))
})
