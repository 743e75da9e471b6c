import {
  GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { errorOf, inWorld, type World, writingCalls } from '../support/world.ts'

/** A bucket that Bedrock may write to, made by somebody else, to which alone the Region logs. */
async function logTo({ cx: { aws } }: World, Bucket: string): Promise<void> {
  await aws.s3.send(new CreateBucketCommand({ Bucket }))
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'bedrock.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] })
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  await aws.bedrock.send(
    new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: { s3Config: { bucketName: Bucket } } }),
  )
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
