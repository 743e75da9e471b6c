import {
  CreateBucketCommand,
  DeleteBucketTaggingCommand,
  GetBucketTaggingCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { adoptionKeys, createOnce, isOurs, OF_A_STACK, tagsFor } from '../../aws/ownership.ts'
import { equal } from '../../core/diff.ts'
import { AppError } from '../../core/errors.ts'
import { type Owned, type Resource, wantedState } from '../../core/resource.ts'
import type { Target } from './bucket-others.ts'
import { readBucket, readEncryption } from './bucket-read.ts'
import { putPolicy, removeBucket } from './bucket-remove.ts'
import {
  adoptedBucket,
  type BucketState,
  bucketHolds,
  bucketSummary,
  concernsOf,
  desiredBucket,
  desiredEncryption,
  releasedBucket,
  shortenedExpiry,
} from './bucket-state.ts'
import { bucketTemplate, PUBLIC_ACCESS_BLOCK } from './bucket-template.ts'
import type { BucketUse } from './bucket-use.ts'

/** A bucket that a service delivers to. Every call names the owner: a stranger may hold a bucket of our name. */
export function bucket(use: BucketUse): Resource<BucketState, AwsContext> {
  const { name, region, target, wanted } = use
  const grant = (...actions: string[]) => [{ actions, resources: [use.arn] }]
  const grantObjects = (...actions: string[]) => [{ actions, resources: [`${use.arn}/*`] }]

  return {
    step: use.step,
    type: 's3-bucket',
    name,
    region,
    holdsData: use.holdsData ?? true,
    ...(wanted !== undefined && { wanted }),
    summary: bucketSummary,
    holds: bucketHolds,
    known: ['limits'],
    foreign: OF_A_STACK,
    desired: (have) => desiredBucket(use, have),
    adopted: (have) => adoptedBucket(use, have),
    released: (have) => releasedBucket(use, have),
    marks: adoptionKeys,
    concerns: (have, owner) => concernsOf(use, have, owner),
    losses: (have, want) => shortenedExpiry(use, have, want),

    remainder: (have) => (have.limits.otherRegions ? have : undefined),

    template: (want, tags) => bucketTemplate(name, want, tags),

    // Of one that nobody has asked for, whether it is there is all that is looked at: mostly it is not. A clean-up takes it away.
    permissions: () =>
      wanted === false && !use.env.removing
        ? { read: grant('s3:GetBucketTagging'), write: [], remove: [] }
        : {
            read: [
              ...use.looks,
              ...grant(
                's3:GetBucketTagging',
                's3:GetBucketVersioning',
                's3:GetEncryptionConfiguration',
                's3:GetBucketPublicAccessBlock',
                's3:GetBucketOwnershipControls',
                's3:GetLifecycleConfiguration',
                's3:GetBucketPolicy',
                's3:GetBucketRequestPayment',
                's3:GetReplicationConfiguration',
                's3:GetBucketObjectLockConfiguration',
              ),
            ],
            write: grant(
              's3:CreateBucket',
              's3:TagResource',
              's3:PutBucketTagging',
              's3:PutBucketVersioning',
              's3:PutEncryptionConfiguration',
              's3:PutBucketPublicAccessBlock',
              's3:PutBucketOwnershipControls',
              's3:PutLifecycleConfiguration',
              's3:PutBucketPolicy',
            ),
            remove: [
              ...(use.users?.grants ?? []),
              ...grant(
                's3:PutBucketPolicy',
                's3:DeleteBucketPolicy',
                's3:PutBucketTagging',
                's3:ListBucketVersions',
                's3:ListBucketMultipartUploads',
                's3:DeleteBucket',
              ),
              ...grantObjects('s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'),
            ],
          },

    read: (cx) => readBucket(cx, use),

    async write(cx, have) {
      const { s3 } = cx.aws
      const want = wantedState(this, have)
      if (!have) {
        const create = createBucket(cx, use, want.objectOwnership)
        await createOnce(create, () => readBucket(cx, use), 'BucketAlreadyOwnedByYou')
        await putTags(cx, target)
      }
      const differs = (key: keyof BucketState) => !equal(have?.state[key], want[key])
      // One after the other: S3 answers concurrent changes of one bucket with OperationAborted. The mark is set before anything is
      // added: where a run ends, or tags are refused, nothing of ours is without it.
      if (have?.owner === 'unmarked') await putTags(cx, target, have)
      if (have && differs('objectOwnership')) {
        const Rules = [{ ObjectOwnership: want.objectOwnership as 'BucketOwnerEnforced' }]
        await s3.send(new PutBucketOwnershipControlsCommand({ ...target, OwnershipControls: { Rules } }))
      }
      if (differs('versioning')) {
        await s3.send(new PutBucketVersioningCommand({ ...target, VersioningConfiguration: { Status: 'Enabled' } }))
      }
      // A new bucket is encrypted as AWS has it, which mostly is what we want.
      const encrypted = have?.state.encryption ?? (await readEncryption(cx, target))
      const encryption = have ? want.encryption : desiredEncryption(use.kmsKey, encrypted)
      if (!equal(encrypted, encryption)) {
        const { algorithm, keyId, bucketKey, others } = encryption
        const byDefault = { SSEAlgorithm: algorithm as 'AES256', KMSMasterKeyID: keyId }
        const rule = { ...others, ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucketKey }
        const ServerSideEncryptionConfiguration = { Rules: [rule] }
        await s3.send(new PutBucketEncryptionCommand({ ...target, ServerSideEncryptionConfiguration }))
      }
      if (differs('publicAccessBlock')) {
        const PublicAccessBlockConfiguration = PUBLIC_ACCESS_BLOCK
        await s3.send(new PutPublicAccessBlockCommand({ ...target, PublicAccessBlockConfiguration }))
      }
      if (differs('lifecycle')) {
        const TransitionDefaultMinimumObjectSize = want.transitionMinimum
        const rules = { LifecycleConfiguration: { Rules: want.lifecycle }, TransitionDefaultMinimumObjectSize }
        await s3.send(new PutBucketLifecycleConfigurationCommand({ ...target, ...rules }))
      }
      if (differs('policy')) await putPolicy(cx, target, undefined, want.policy)
    },

    async release(cx, have) {
      await putPolicy(cx, target, have.state.policy, releasedBucket(use, have.state).policy)
      await putTags(cx, target, 'none')
    },

    remove: (cx, have) => removeBucket(cx, use, have),
  }
}

async function createBucket(
  { aws }: AwsContext,
  { name, region, nameFlag }: BucketUse,
  ownership: string | undefined,
): Promise<void> {
  try {
    await aws.s3.send(
      new CreateBucketCommand({
        Bucket: name,
        ObjectOwnership: ownership as 'BucketOwnerEnforced',
        CreateBucketConfiguration: {
          // us-east-1 is the one Region that must not be named.
          ...(region !== 'us-east-1' && { LocationConstraint: region as 'eu-west-1' }),
          // Tagged by the creating call: a run that is killed right after leaves nothing that is not known as ours.
          Tags: tagsFor(undefined),
        },
      }),
    )
  } catch (error) {
    if (!hasCode(error, 'BucketAlreadyExists')) throw error
    throw new AppError('blocked', 'BucketAlreadyExists', `bucket ${name} belongs to another account`, {
      cause: error,
      hint: `pass ${nameFlag} with another name`,
    })
  }
}

/** Sets our tags beside those of others, or takes them off; AWS's own (`aws:`) can be neither set nor lost this way. */
async function putTags(cx: AwsContext, target: Target, have?: Owned | 'none'): Promise<void> {
  const ours = have === 'none' ? [] : tagsFor(have?.owner, have?.tagKeys)
  const standing = have && (await orUndefined(cx.aws.s3.send(new GetBucketTaggingCommand(target)), 'NoSuchTagSet'))
  const others = (standing?.TagSet ?? []).filter(
    (tag) =>
      !tag.Key?.startsWith('aws:') && (have === 'none' ? !isOurs(tag) : !ours.some(({ Key }) => tag.Key === Key)),
  )
  const TagSet = [...others, ...ours]
  if (TagSet.length === 0) await cx.aws.s3.send(new DeleteBucketTaggingCommand(target))
  else await cx.aws.s3.send(new PutBucketTaggingCommand({ ...target, Tagging: { TagSet } }))
}
