import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type Tag,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { ownerOf } from '../../aws/ownership.ts'
import { parsePolicy } from '../../aws/policy.ts'
import { AppError } from '../../core/errors.ts'
import type { Observed } from '../../core/resource.ts'
import type { BucketState } from './bucket-state.ts'

/** A bucket, and whose it has to be. */
export interface Target {
  Bucket: string
  ExpectedBucketOwner: string
}

/** What stands of a bucket; undefined when there is none. Refuses one of another account or Region by name. */
export async function readBucket(
  s3: AwsContext['aws']['s3'],
  target: Target,
  region: string,
): Promise<Observed<BucketState> | undefined> {
  const tags = await readTags(s3, target, region)
  if (!tags) return undefined
  const [versioning, encryption, publicAccess, ownership, lifecycle, policy] = await Promise.all([
    s3.send(new GetBucketVersioningCommand(target)),
    orUndefined(s3.send(new GetBucketEncryptionCommand(target)), 'ServerSideEncryptionConfigurationNotFoundError'),
    orUndefined(s3.send(new GetPublicAccessBlockCommand(target)), 'NoSuchPublicAccessBlockConfiguration'),
    orUndefined(s3.send(new GetBucketOwnershipControlsCommand(target)), 'OwnershipControlsNotFoundError'),
    orUndefined(s3.send(new GetBucketLifecycleConfigurationCommand(target)), 'NoSuchLifecycleConfiguration'),
    orUndefined(s3.send(new GetBucketPolicyCommand(target)), 'NoSuchBucketPolicy'),
  ])
  const encryptionRule = encryption?.ServerSideEncryptionConfiguration?.Rules?.[0]
  const block = publicAccess?.PublicAccessBlockConfiguration
  return {
    state: {
      versioning: versioning.Status === 'Enabled',
      encryption: {
        algorithm: encryptionRule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
        keyId: encryptionRule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
        bucketKey: encryptionRule?.BucketKeyEnabled ?? false,
      },
      publicAccessBlock: {
        acls: block?.BlockPublicAcls ?? false,
        ignoreAcls: block?.IgnorePublicAcls ?? false,
        policy: block?.BlockPublicPolicy ?? false,
        restrict: block?.RestrictPublicBuckets ?? false,
      },
      objectOwnership: ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
      lifecycle: lifecycle?.Rules ?? [],
      policy: parsePolicy(policy?.Policy),
    },
    owner: async () => ownerOf(tags),
  }
}

/** The bucket's tags; undefined when there is no bucket. The first call to it, and so the one that meets a stranger's. */
async function readTags(s3: AwsContext['aws']['s3'], target: Target, region: string): Promise<Tag[] | undefined> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand(target))
    return TagSet
  } catch (error) {
    if (hasCode(error, 'NoSuchBucket')) return undefined
    if (hasCode(error, 'NoSuchTagSet')) return []
    if (hasCode(error, 'PermanentRedirect', 'AuthorizationHeaderMalformed')) {
      throw new AppError(
        'blocked',
        'BucketInOtherRegion',
        `bucket ${target.Bucket} is in another Region than ${region}`,
        {
          cause: error,
          hint: `pass --bucket-name with another name for ${region}`,
        },
      )
    }
    if (hasCode(error, 'AccessDenied')) {
      throw new AppError(
        'blocked',
        'BucketNotAccessible',
        `bucket ${target.Bucket} is not ours to use: it belongs to another account, or s3:GetBucketTagging is not allowed`,
        {
          cause: error,
          hint: 'pass --bucket-name with another name, or allow s3:GetBucketTagging',
        },
      )
    }
    throw error
  }
}
