import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type Tag,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { whose } from '../../aws/ownership.ts'
import { readPolicy } from '../../aws/policy.ts'
import { AppError } from '../../core/errors.ts'
import type { Observed } from '../../core/resource.ts'
import { contentsOf, type Target } from './bucket-others.ts'
import type { BucketLimits, BucketState, Encryption } from './bucket-state.ts'
import type { BucketUse } from './bucket-use.ts'

/** What stands of a bucket; undefined when there is none. Refuses one of another account or Region by name. */
export async function readBucket(cx: AwsContext, use: BucketUse): Promise<Observed<BucketState> | undefined> {
  const { s3 } = cx.aws
  const { env, target } = use
  const tags = await readTags(s3, use)
  if (!tags) return undefined
  const standing = whose(tags)
  const { owner } = standing
  // Of what this program made, nobody asks before it is to go, or is examined.
  const isOdd = owner !== 'ours' || env.removing !== undefined || env.examining === true
  const [versioning, encryption, publicAccess, ownership, lifecycle, policy, limits] = await Promise.all([
    s3.send(new GetBucketVersioningCommand(target)),
    readEncryption(cx, target),
    orUndefined(s3.send(new GetPublicAccessBlockCommand(target)), 'NoSuchPublicAccessBlockConfiguration'),
    orUndefined(s3.send(new GetBucketOwnershipControlsCommand(target)), 'OwnershipControlsNotFoundError'),
    orUndefined(s3.send(new GetBucketLifecycleConfigurationCommand(target)), 'NoSuchLifecycleConfiguration'),
    orUndefined(s3.send(new GetBucketPolicyCommand(target)), 'NoSuchBucketPolicy'),
    isOdd ? readLimits(cx, target) : undefined,
  ])
  const isGoing = env.removing && (owner === 'ours' || env.removing.includeAdopted)
  const otherRegions = (isGoing && (await use.otherRegions?.(cx))) || []
  const holding = isGoing && otherRegions.length === 0 ? await contentsOf(cx, use, target) : undefined
  const users = (holding && (await use.users?.read(cx))) ?? []
  const block = publicAccess?.PublicAccessBlockConfiguration
  return {
    state: {
      versioning: versioning.Status === 'Enabled',
      encryption,
      publicAccessBlock: {
        acls: block?.BlockPublicAcls ?? false,
        ignoreAcls: block?.IgnorePublicAcls ?? false,
        policy: block?.BlockPublicPolicy ?? false,
        restrict: block?.RestrictPublicBuckets ?? false,
      },
      objectOwnership: ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
      lifecycle: lifecycle?.Rules ?? [],
      transitionMinimum: lifecycle?.TransitionDefaultMinimumObjectSize,
      policy: readPolicy(policy?.Policy),
      limits: {
        mfaDelete: versioning.MFADelete === 'Enabled',
        ...limits,
        ...(otherRegions.length > 0 && { otherRegions }),
        ...holding,
        ...(users.length > 0 && { users }),
      },
    },
    owner: async () => standing,
  }
}

/** A new bucket, too, may have been given some by AWS. */
export async function readEncryption({ aws: { s3 } }: AwsContext, target: Target): Promise<Encryption> {
  const get = s3.send(new GetBucketEncryptionCommand(target))
  const found = await orUndefined(get, 'ServerSideEncryptionConfigurationNotFoundError')
  const [rule = {}] = found?.ServerSideEncryptionConfiguration?.Rules ?? []
  const { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled = false, ...others } = rule
  return { algorithm: byDefault?.SSEAlgorithm, keyId: byDefault?.KMSMasterKeyID, bucketKey: BucketKeyEnabled, others }
}

/** What hinders using or removing a bucket; none of it is to be expected. */
async function readLimits({ aws: { s3 } }: AwsContext, target: Target): Promise<Omit<BucketLimits, 'mfaDelete'>> {
  const [payment, replication, lock] = await Promise.all([
    s3.send(new GetBucketRequestPaymentCommand(target)),
    orUndefined(s3.send(new GetBucketReplicationCommand(target)), 'ReplicationConfigurationNotFoundError'),
    orUndefined(s3.send(new GetObjectLockConfigurationCommand(target)), 'ObjectLockConfigurationNotFoundError'),
  ])
  return {
    requesterPays: payment.Payer === 'Requester',
    replicates: replication?.ReplicationConfiguration !== undefined,
    objectLock: lock?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
  }
}

/** The bucket's tags; undefined when there is no bucket. The first call to it, and so the one that meets a stranger's. */
async function readTags(
  s3: AwsContext['aws']['s3'],
  { target, region, nameFlag }: BucketUse,
): Promise<Tag[] | undefined> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand(target))
    return TagSet
  } catch (error) {
    if (hasCode(error, 'NoSuchBucket')) return undefined
    if (hasCode(error, 'NoSuchTagSet')) return []
    if (hasCode(error, 'PermanentRedirect', 'AuthorizationHeaderMalformed')) {
      const message = `bucket ${target.Bucket} is in another Region than ${region}`
      const hint = `pass ${nameFlag} with another name for ${region}`
      throw new AppError('blocked', 'BucketInOtherRegion', message, { cause: error, hint })
    }
    if (hasCode(error, 'AccessDenied')) {
      const message = `bucket ${target.Bucket} is not ours to use: it belongs to another account, or s3:GetBucketTagging is not allowed`
      const hint = `pass ${nameFlag} with another name, or allow s3:GetBucketTagging`
      throw new AppError('blocked', 'BucketNotAccessible', message, { cause: error, hint })
    }
    throw error
  }
}
