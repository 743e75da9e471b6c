import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { DeleteBucketTaggingCommand, GetBucketTaggingCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import { ownerOf, roomIn, type Tag, tagsOf } from '../../aws/ownership.ts'
import { equal } from '../../core/diff.ts'
import { AppError } from '../../core/errors.ts'
import type { Grant } from '../../core/resource.ts'
import { bucketArn, type Env, logGroupArn, roleArn } from '../env.ts'
import { GONE } from '../iam/role-state.ts'
import { type LoggingState, type Places, placesOf, stateOf, usesOurs, type WholeLogging } from './logging-state.ts'

/** What `setup` remembers when it replaces a logging configuration of somebody else's. */
export interface Kept {
  /** What stood before, whole, until clean-up puts it back. */
  before: WholeLogging
  /** Where ours delivers to: what stands is known again by this. Two while one of ours takes the place of another. */
  ours: readonly Places[]
}

/** The one that knows what stands for ours. */
export function knowing(kept: readonly Kept[], standing: LoggingState): Kept | undefined {
  return kept.find(({ ours }) => ours.some((places) => equal(places, placesOf(standing))))
}

/** Of the tags that hold it, with their number behind. */
const KEY = 'bedrock-monitor:previous-logging:'
/** The most that a tag's value holds (docs: CloudWatch Logs, TagResource; S3, PutBucketTagging). */
const TAG_LENGTH = 256
const NO_GROUP = 'ResourceNotFoundException'
const NO_BUCKET = ['NoSuchBucket', 'NoSuchTagSet']
const DENIED = ['AccessDeniedException', 'AccessDenied']
/** Of a bucket that this run does not use: in another Region, or not to be looked at. */
const UNSEEN = [...DENIED, 'PermanentRedirect', 'AuthorizationHeaderMalformed']

/** Kept in tags of the log group and, once more, of the bucket: they need no policy, and either of the two is enough. */
export function keptLogging(env: Env) {
  const { settings } = env
  const resourceArn = logGroupArn(env)
  const target = { Bucket: bucketNameOf(env), ExpectedBucketOwner: env.accountId }
  const group = (...actions: string[]): Grant => ({ actions, resources: [resourceArn, `${resourceArn}:*`] })
  const bucket: Grant = { actions: ['s3:GetBucketTagging', 's3:PutBucketTagging'], resources: [bucketArn(env)] }
  const role: Grant = { actions: ['iam:GetRole'], resources: [roleArn(env)] }
  // To tell whose a configuration is that delivers elsewhere; nobody knows beforehand where.
  const anyGroup: Grant = { actions: ['logs:ListTagsForResource'], resources: [logGroupArn(env, env.region, '*')] }
  const anyBucket: Grant = {
    actions: ['s3:GetBucketTagging'],
    resources: [bucketArn(env).replace(/[^:]*$/, '*')],
    condition: { StringEquals: { 'aws:ResourceAccount': env.accountId } },
  }

  const groupTags = async ({ aws }: AwsContext, arn = resourceArn): Promise<Tag[]> => {
    const list = new ListTagsForResourceCommand({ resourceArn: arn })
    // Of others' that may not be looked at, nothing is known.
    const found = await orUndefined(aws.logs.send(list), NO_GROUP, ...(arn === resourceArn ? [] : DENIED))
    return tagsOf(found?.tags)
  }
  const bucketTags = async ({ aws }: AwsContext, Bucket = target.Bucket) => {
    const get = new GetBucketTaggingCommand({ ...target, Bucket })
    const found = await orUndefined(aws.s3.send(get), ...NO_BUCKET, ...(Bucket === target.Bucket ? [] : UNSEEN))
    return found?.TagSet ?? []
  }
  const putBucketTags = async ({ aws }: AwsContext, tags: readonly Tag[]) => {
    // AWS's own can be neither set nor lost this way.
    const TagSet = tags.flatMap(({ Key = '', Value = '' }) => (Key.startsWith('aws:') ? [] : [{ Key, Value }]))
    if (TagSet.length === 0) await aws.s3.send(new DeleteBucketTaggingCommand(target))
    else await aws.s3.send(new PutBucketTaggingCommand({ ...target, Tagging: { TagSet } }))
  }

  const roleTags = async ({ aws }: AwsContext) =>
    (await orUndefined(aws.iam.send(new GetRoleCommand({ RoleName: settings.roleName })), ...GONE))?.Role?.Tags ?? []

  /** Whether it came after us: one of our role, log group and bucket is of our making, or all that it delivers to is. */
  const cameAfterUs = async (cx: AwsContext, state: LoggingState) => {
    const isMade = (tags: readonly Tag[]) => ownerOf(tags) === 'ours'
    if (usesOurs(state, env)) return (await Promise.all([roleTags(cx), groupTags(cx), bucketTags(cx)])).some(isMade)
    const { cloudWatch, s3, elsewhere } = state
    const groups = cloudWatch?.logGroup ? [logGroupArn(env, env.region, cloudWatch.logGroup)] : []
    const buckets = [s3?.bucket, cloudWatch?.largeData?.bucket].flatMap((bucket) => bucket ?? [])
    if (groups.length + buckets.length === 0 || Object.keys(elsewhere).length > 0) return false
    const tags = [...groups.map((arn) => groupTags(cx, arn)), ...buckets.map((bucket) => bucketTags(cx, bucket))]
    return (await Promise.all(tags)).every(isMade)
  }

  return {
    grants: {
      write: [group('logs:TagResource', 'logs:ListTagsForResource'), bucket, role, anyGroup, anyBucket],
      remove: [group('logs:ListTagsForResource', 'logs:UntagResource'), bucket, anyGroup],
    },

    /** Remembers what stands before ours takes its place. Ours under other settings is not what stood before. */
    async keep(cx: AwsContext, standing: WholeLogging, ours: LoggingState): Promise<void> {
      const state = stateOf(standing)
      const known = await this.read(cx)
      const isOfOurs = usesOurs(state, env)
      // Of our own making, under other settings or changed by hand: what stood before it, if anything, is kept already.
      const sure = knowing(known, state) ?? (isOfOurs ? undefined : knowing(await this.readAt(cx, state), state))
      const isMade = !sure && (await cameAfterUs(cx, state))
      const taken = sure ?? (isOfOurs || isMade ? known[0] : undefined)
      // One of ours, of other settings or changed by hand, is not what stood before us: it is told, whole.
      if (isMade) {
        const message = `the logging configuration of ${env.region} was ours, of other settings or changed by hand; it is replaced and cleanup does not restore it. It was: ${JSON.stringify(standing)}`
        cx.emit({ type: 'warning', warning: { code: 'logging-not-restored', message } })
      }
      if (!taken && isMade) return
      const kept = { before: taken?.before ?? standing, ours: [...(taken ? [state] : []), ours].map(placesOf) }
      const tags = packed(kept)
      await cx.aws.logs.send(
        new TagResourceCommand({ resourceArn, tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }),
      )
      await putBucketTags(cx, [...withoutKept(await bucketTags(cx)), ...tags])
    },

    /** What this run's log group and bucket hold: nothing, or mostly twice the same. */
    async read(cx: AwsContext): Promise<Kept[]> {
      const copies = [unpacked(await groupTags(cx)), unpacked(await bucketTags(cx))]
      const kept = copies.flatMap((copy) => (copy === 'damaged' ? [] : copy))
      if (kept.length === 0 && copies.includes('damaged')) throw damaged(settings.logGroupName, target.Bucket)
      return kept
    },

    /** What the log group holds to which the configuration delivers that stands, where that is another: another setup's. */
    async readAt(cx: AwsContext, { cloudWatch }: LoggingState): Promise<Kept[]> {
      const name = cloudWatch?.logGroup ?? settings.logGroupName
      if (name === settings.logGroupName) return []
      const found = unpacked(await groupTags(cx, logGroupArn(env, env.region, name)))
      // A group of somebody's may have any tags.
      return found === 'damaged' ? [] : found
    },

    /** Whether log group and bucket have room for the tags in which a configuration is kept. */
    async hasRoom(cx: AwsContext, standing: WholeLogging, ours: LoggingState): Promise<boolean> {
      const needed = packed({ before: standing, ours: [stateOf(standing), ours].map(placesOf) }).length
      const holders = await Promise.all([groupTags(cx), bucketTags(cx)])
      return holders.every((tags) => roomIn(tags) >= needed)
    },

    async forget(cx: AwsContext): Promise<void> {
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
function packed(kept: Kept): { Key: string; Value: string }[] {
  const text = deflateRawSync(JSON.stringify(kept)).toString('base64')
  return (text.match(new RegExp(`.{1,${TAG_LENGTH}}`, 'g')) ?? []).map((Value, n) => ({ Key: `${KEY}${n}`, Value }))
}

/** Nothing where nothing is kept. What is left of an earlier, longer one behind the end of this one does no harm. */
function unpacked(tags: readonly Tag[]): Kept[] | 'damaged' {
  const parts = tags
    .flatMap(({ Key = '', Value = '' }) => (Key.startsWith(KEY) ? [{ n: Number(Key.slice(KEY.length)), Value }] : []))
    .sort((a, b) => a.n - b.n)
  if (parts.length === 0) return []
  const bytes = Buffer.from(parts.map(({ Value }) => Value).join(''), 'base64')
  try {
    const { before, ours } = JSON.parse(inflateRawSync(bytes).toString('utf8')) as Partial<Kept>
    return before !== undefined && Array.isArray(ours) ? [{ before, ours }] : 'damaged'
  } catch {
    // A tag was taken off or written over: the other copy tells.
    return 'damaged'
  }
}

function damaged(group: string, bucket: string): AppError {
  const message = `the tags ${KEY}* of log group ${group} and bucket ${bucket}, which keep the previous logging configuration, cannot be read`
  const hint = 'restore that configuration yourself and remove those tags from both; then run it again'
  return new AppError('failed', 'KeptLoggingDamaged', message, { hint })
}
