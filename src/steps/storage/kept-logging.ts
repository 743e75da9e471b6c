import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DeleteBucketTaggingCommand, GetBucketTaggingCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { parseDocument } from '../../aws/document.ts'
import { orUndefined } from '../../aws/errors.ts'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import type { Tag } from '../../aws/ownership.ts'
import type { Grant } from '../../core/resource.ts'
import { bucketArn, type Env, logGroupArn } from '../env.ts'

/** A logging configuration as AWS tells it, members that this version does not know included. */
export type WholeLogging = Readonly<Record<string, unknown>>

/**
 * The logging configuration that stood before ours, kept until clean-up puts it back: in tags of the log group and, once more,
 * of the bucket. Tags need no policy of the bucket, outlive whatever is in it, and either of the two is enough.
 */
export interface KeptLogging {
  keep(cx: AwsContext, config: WholeLogging): Promise<void>
  read(cx: AwsContext): Promise<WholeLogging | undefined>
  forget(cx: AwsContext): Promise<void>
  grants: { write: readonly Grant[]; remove: readonly Grant[] }
}

/** Of the tags that hold it, with their number behind. */
const KEY = 'bedrock-monitor:previous-logging:'
/** The most that a tag's value holds (docs: CloudWatch Logs, TagResource; S3, PutBucketTagging). */
const TAG_LENGTH = 256
const NO_GROUP = 'ResourceNotFoundException'
const NO_BUCKET = ['NoSuchBucket', 'NoSuchTagSet']

export function keptLogging(env: Env): KeptLogging {
  const resourceArn = logGroupArn(env)
  const target = { Bucket: bucketNameOf(env), ExpectedBucketOwner: env.accountId }
  const group = (...actions: string[]): Grant => ({ actions, resources: [resourceArn, `${resourceArn}:*`] })
  const bucket: Grant = { actions: ['s3:GetBucketTagging', 's3:PutBucketTagging'], resources: [bucketArn(env)] }

  const groupTags = async ({ aws }: AwsContext): Promise<Tag[]> => {
    const found = await orUndefined(aws.logs.send(new ListTagsForResourceCommand({ resourceArn })), NO_GROUP)
    return Object.entries(found?.tags ?? {}).map(([Key, Value]) => ({ Key, Value }))
  }
  const bucketTags = async ({ aws }: AwsContext) =>
    (await orUndefined(aws.s3.send(new GetBucketTaggingCommand(target)), ...NO_BUCKET))?.TagSet ?? []
  const putBucketTags = async ({ aws }: AwsContext, tags: readonly Tag[]) => {
    // AWS's own can be neither set nor lost this way.
    const TagSet = tags.flatMap(({ Key = '', Value = '' }) => (Key.startsWith('aws:') ? [] : [{ Key, Value }]))
    const put =
      TagSet.length > 0
        ? aws.s3.send(new PutBucketTaggingCommand({ ...target, Tagging: { TagSet } }))
        : aws.s3.send(new DeleteBucketTaggingCommand(target))
    await put
  }

  return {
    grants: {
      write: [group('logs:TagResource', 'logs:ListTagsForResource'), bucket],
      remove: [group('logs:ListTagsForResource', 'logs:UntagResource'), bucket],
    },

    async keep(cx, config) {
      const tags = packed(config)
      await cx.aws.logs.send(
        new TagResourceCommand({ resourceArn, tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }),
      )
      await putBucketTags(cx, [...withoutKept(await bucketTags(cx)), ...tags])
    },

    read: async (cx) => unpacked(await groupTags(cx)) ?? unpacked(await bucketTags(cx)),

    async forget(cx) {
      const tagKeys = (await groupTags(cx)).flatMap(({ Key = '' }) => (Key.startsWith(KEY) ? [Key] : []))
      if (tagKeys.length > 0) await cx.aws.logs.send(new UntagResourceCommand({ resourceArn, tagKeys }))
      const tags = await bucketTags(cx)
      const left = withoutKept(tags)
      if (left.length < tags.length) await putBucketTags(cx, left)
    },
  }
}

function withoutKept(tags: readonly Tag[]): Tag[] {
  return tags.filter(({ Key }) => !Key?.startsWith(KEY))
}

/** Compressed, in the letters that tags may have. */
function packed(config: WholeLogging): { Key: string; Value: string }[] {
  const text = deflateRawSync(JSON.stringify(config)).toString('base64')
  return (text.match(new RegExp(`.{1,${TAG_LENGTH}}`, 'g')) ?? []).map((Value, n) => ({ Key: `${KEY}${n}`, Value }))
}

/** Undefined where nothing is kept. What is left of an earlier, longer one behind the end of this one does no harm. */
function unpacked(tags: readonly Tag[]): WholeLogging | undefined {
  const parts = tags
    .flatMap(({ Key = '', Value = '' }) => (Key.startsWith(KEY) ? [{ n: Number(Key.slice(KEY.length)), Value }] : []))
    .sort((a, b) => a.n - b.n)
  if (parts.length === 0) return undefined
  const bytes = Buffer.from(parts.map(({ Value }) => Value).join(''), 'base64')
  return parseDocument(inflateRawSync(bytes).toString('utf8'), 'the logging configuration kept in tags')
}
