import {
  GetModelInvocationLoggingConfigurationCommand,
  type LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateBucketCommand,
  GetBucketTaggingCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { inventory, withoutMarks } from '../support/inventory.ts'
import { arrange } from '../support/prior-state.ts'
import { THIRD } from '../support/share.ts'
import { errorOf, inWorld, type World, writingCalls } from '../support/world.ts'

const bucketOf = ({ env }: World) => `bedrock-logs-${env.accountId}`

/** Lets Bedrock write anywhere into a bucket. */
async function letBedrockWrite({ cx: { aws } }: World, Bucket: string): Promise<void> {
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'bedrock.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] })
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}

/** A bucket that Bedrock may write to, made by somebody else, to which alone the Region logs. */
async function logTo(world: World, Bucket: string, keyPrefix?: string): Promise<void> {
  const { aws } = world.cx
  await aws.s3.send(new CreateBucketCommand({ Bucket }))
  await letBedrockWrite(world, Bucket)
  const s3Config = { bucketName: Bucket, ...(keyPrefix && { keyPrefix }) }
  await aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: { s3Config } }))
}

const standing = async ({ cx }: World) =>
  (await cx.aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig

describe('logging to a bucket alone', () => {
  test('that is somebody else’s is in the way; replaced, it is put back by cleanup as it was', () =>
    inWorld({}, async (world) => {
      await logTo(world, 'theirs')
      const before = await standing(world)
      world.sandbox.calls.length = 0
      expect(await errorOf(world.setup())).toMatchObject({ kind: 'blocked', code: 'NotOurs' })
      expect(writingCalls(world)).toEqual([])
      expect((await world.setup({ replaceLogging: true })).error).toBeUndefined()
      expect((await standing(world))?.s3Config?.bucketName).toBe(`bedrock-logs-${world.env.accountId}`)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await standing(world)).toEqual(before)
    }))

  test('that has our name is somebody’s all the same: ours is only what is ours in every part', () =>
    inWorld({}, async (world) => {
      await logTo(world, `bedrock-logs-${world.env.accountId}`)
      const before = await standing(world)
      expect(await errorOf(world.setup())).toMatchObject({ kind: 'blocked', code: 'NotOurs' })
      expect((await world.setup({ replaceLogging: true })).error).toBeUndefined()
      expect((await standing(world))?.cloudWatchConfig?.logGroupName).toBe(world.env.settings.logGroupName)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await standing(world)).toEqual(before)
    }))
})

/** Somebody's own configuration of just our names, under a prefix of his. */
async function logHisWay(world: World): Promise<void> {
  const { cx, env, sandbox } = world
  await arrange(world, { scripted: ['role', 'bucket', 'log-group'], foreignLogging: false })
  const Bucket = bucketOf(world)
  await letBedrockWrite(world, Bucket)
  const { arn } = sandbox.services.iam.roles.get(env.settings.roleName)
  const loggingConfig = {
    cloudWatchConfig: { logGroupName: env.settings.logGroupName, roleArn: arn },
    s3Config: { bucketName: Bucket, keyPrefix: 'audit' },
    imageDataDeliveryEnabled: true,
  }
  await cx.aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
}

const tagsOfGroup = async ({ cx, env }: World) => {
  const resourceArn = `arn:aws:logs:us-east-1:${env.accountId}:log-group:${env.settings.logGroupName}`
  const { tags = {} } = await cx.aws.logs.send(new ListTagsForResourceCommand({ resourceArn }))
  return { resourceArn, keys: Object.keys(tags).filter((key) => key.includes('previous-logging')) }
}

describe('what is kept', () => {
  test('is also one that has all our names, and another prefix', () =>
    inWorld({}, async (world) => {
      await logHisWay(world)
      const before = await standing(world)
      expect(await errorOf(world.setup({ adopt: true }))).toMatchObject({ code: 'NotOurs' })
      expect((await world.setup({ replaceLogging: true, adopt: true })).error).toBeUndefined()
      expect((await standing(world))?.s3Config?.keyPrefix).toBe('bedrock-logs')
      await errorOf(world.cleanup())
      expect(await standing(world)).toEqual(before)
    }))

  test('is not: ours that was changed by hand; the run says what it was', () =>
    inWorld({}, async (world) => {
      await logTo(world, 'theirs')
      const before = await standing(world)
      await world.setup({ replaceLogging: true })
      const ours = await standing(world)
      const cloudWatchConfig = { ...ours?.cloudWatchConfig, largeDataDeliveryS3Config: ours?.s3Config }
      const loggingConfig = { ...ours, cloudWatchConfig } as LoggingConfig
      await world.cx.aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
      const { report } = await world.setup({ replaceLogging: true })
      expect(report.warnings).toContainEqual({
        code: 'logging-not-restored',
        message: expect.stringContaining('largeDataDeliveryS3Config'),
      })
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await standing(world)).toEqual(before)
    }))

  /** Of more than a tag can hold: with one of the two taken off, what is left is no whole. */
  const LONG = Array.from({ length: 200 }, (_, n) => ((n * 7_919) % 36).toString(36)).join('')

  const DAMAGE: [string, (world: World, where: { resourceArn: string; key: string }) => Promise<unknown>][] = [
    [
      'taken off',
      ({ cx }, { resourceArn, key }) => cx.aws.logs.send(new UntagResourceCommand({ resourceArn, tagKeys: [key] })),
    ],
    [
      'written over',
      ({ cx }, { resourceArn, key }) =>
        cx.aws.logs.send(new TagResourceCommand({ resourceArn, tags: { [key]: 'not what it was' } })),
    ],
  ]

  async function damaged(world: World, damage: (typeof DAMAGE)[number][1]) {
    await logTo(world, 'theirs', LONG)
    const before = await standing(world)
    await world.setup({ replaceLogging: true })
    const { resourceArn, keys } = await tagsOfGroup(world)
    expect(keys.length).toBeGreaterThan(1)
    await damage(world, { resourceArn, key: keys[0] ?? '' })
    return before
  }

  test.each(DAMAGE)('is read from the bucket where a tag of the log group was %s', (_, damage) =>
    inWorld({}, async (world) => {
      const before = await damaged(world, damage)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await standing(world)).toEqual(before)
    }),
  )

  test('stops the run, and all that keeps it stays, where neither place can be read', () =>
    inWorld({}, async (world) => {
      for (const [, damage] of DAMAGE.slice(0, 1)) await damaged(world, damage)
      const Bucket = bucketOf(world)
      const { s3 } = world.cx.aws
      const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }))
      const spoilt = TagSet.map((tag) => (tag.Key?.endsWith('logging:0') ? { ...tag, Value: 'x' } : tag))
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: spoilt } }))
      const stood = await inventory(world.cx)
      expect(await errorOf(world.cleanup())).toMatchObject({ code: 'KeptLoggingDamaged', hint: expect.any(String) })
      expect(await inventory(world.cx)).toEqual(stood)
    }))

  test('is put back by one of two runs at once, and stays put back', () =>
    inWorld({}, async (world) => {
      await logTo(world, 'theirs')
      const before = await standing(world)
      await world.setup({ replaceLogging: true })
      await Promise.all([errorOf(world.cleanup()), errorOf(world.cleanup())])
      expect(await standing(world)).toEqual(before)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await standing(world)).toEqual(before)
    }))
})

describe('what stood before is put back, whatever settings the runs have', () => {
  const replacing = { replaceLogging: true }
  type Names = { bucketName?: string; logGroupName?: string; keyPrefix?: string; roleName?: string }

  /** Sets up under some settings and cleans up under others; each of these is set up, or cleaned up, once. */
  const lives: [string, Names[], Names[]][] = [
    ['a prefix that clean-up is not told of', [{ keyPrefix: 'logs' }], [{}, { keyPrefix: 'logs' }]],
    ['a prefix that only clean-up is told of', [{}], [{ keyPrefix: 'zzz' }, {}]],
    ['a bucket that only clean-up is told of', [{}], [{ bucketName: 'another-one' }, {}]],
    ['a log group that only clean-up is told of', [{}], [{ logGroupName: '/another' }, {}]],
    ['a role that only clean-up is told of', [{}], [{ roleName: 'Another' }, {}]],
    ['another bucket from the second setup on', [{}, { bucketName: 'second-one' }], [{}, { bucketName: 'second-one' }]],
    [
      'the same, cleaned up the other way round',
      [{}, { bucketName: 'second-one' }],
      [{ bucketName: 'second-one' }, {}],
    ],
    [
      'another bucket and another log group from the second setup on',
      [{}, { bucketName: 'second-one', logGroupName: '/second' }],
      [{}, { bucketName: 'second-one', logGroupName: '/second' }],
    ],
    [
      'another role from the second setup on',
      [{}, { roleName: 'Second', keyPrefix: 'second' }],
      [{}, { roleName: 'Second', keyPrefix: 'second' }],
    ],
  ]

  test.each(
    THIRD.of(lives.flatMap(([what, ...rest]) => [true, false].map((adopted) => [what, adopted, ...rest] as const))),
  )('%s (bucket and log group of theirs: %s)', (_, adopted, setups, cleanups) =>
    inWorld({}, async (world) => {
      await logTo(world, 'theirs')
      if (adopted) await arrange(world, { scripted: ['bucket', 'log-group'], foreignLogging: false })
      const before = await standing(world)
      const stood = await inventory(world.cx)
      for (const names of setups) expect((await world.setup(replacing, undefined, names)).error).toBeUndefined()
      expect(await standing(world)).not.toEqual(before)
      for (const names of cleanups) await world.cleanup({}, undefined, names)
      // What a run had to hold back, it names; the next one has nothing to hold back any more.
      for (const names of cleanups) expect((await world.cleanup({}, undefined, names)).error).toBeUndefined()
      expect(await standing(world)).toEqual(before)
      expect(JSON.stringify(world.events)).not.toContain('logging-not-restored')
      expect(withoutMarks(await inventory(world.cx))).toEqual(withoutMarks(stood))
    }),
  )

  test.each<[string, Names[]]>([
    ['another bucket', [{}, {}, { bucketName: 'second-one' }]],
    ['another log group', [{}, {}, { logGroupName: '/second' }]],
    ['another bucket and log group', [{}, {}, { bucketName: 'second-one', logGroupName: '/second' }]],
    ['another of all', [{}, { bucketName: 'second-one', logGroupName: '/second', roleName: 'Second', keyPrefix: 'x' }]],
    ['another bucket, and back', [{}, { bucketName: 'second-one' }, {}]],
  ])('ours is not what stood before ours: nothing was replaced, and then there is %s', (_, setups) =>
    inWorld({}, async (world) => {
      const stood = await inventory(world.cx)
      for (const names of setups) expect((await world.setup(replacing, undefined, names)).error).toBeUndefined()
      expect((await tagsOfGroup(world)).keys).toEqual([])
      for (const names of setups.toReversed()) expect((await world.cleanup({}, undefined, names)).error).toBeUndefined()
      expect(await standing(world)).toBeUndefined()
      expect(await inventory(world.cx)).toEqual(stood)
    }),
  )

  test('one with our role and log group, and a bucket of theirs, is theirs and comes back', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const ours = await standing(world)
      await logTo(world, 'audit')
      const loggingConfig = { ...ours, s3Config: { bucketName: 'audit', keyPrefix: 'x' } } as LoggingConfig
      await world.cx.aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
      const names = { bucketName: 'second-one' }
      expect((await world.setup(replacing, undefined, names)).error).toBeUndefined()
      await world.cleanup({ only: ['3'] }, undefined, names)
      expect(await standing(world)).toMatchObject({ s3Config: { bucketName: 'audit' } })
    }))

  test.each(['2', '2b'])(
    'what keeps it keeps its marks while ours stands: cleanup --only %s stops and says why',
    (step) =>
      inWorld({}, async (world) => {
        await logTo(world, 'theirs')
        await arrange(world, { scripted: ['bucket', 'log-group'], foreignLogging: false })
        await world.setup(replacing, undefined, { keyPrefix: 'logs' })
        const stood = await inventory(world.cx)
        const { report, error } = await world.cleanup({ only: [step] })
        expect(error?.kind).toBe('partial')
        const told = { outcome: 'failed', reason: expect.stringContaining('before setup') }
        expect(report.resources).toEqual([expect.objectContaining(told)])
        expect(await inventory(world.cx)).toEqual(stood)
      }),
  )

  test('somebody who replaces ours by hand has chosen otherwise: his stays, and the one before is told once more', () =>
    inWorld({}, async (world) => {
      await logTo(world, 'theirs')
      await world.setup(replacing)
      await logTo(world, 'later')
      const his = await standing(world)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await standing(world)).toEqual(his)
      expect(JSON.stringify(world.events)).toContain('logging-not-restored')
    }))
})
