import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketTaggingCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { createOnce } from '../../aws/create.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { tagsFor } from '../../aws/ownership.ts'
import { policyDocument } from '../../aws/policy.ts'
import { equal } from '../../core/diff.ts'
import { AppError } from '../../core/errors.ts'
import { type Known, type Resource, resourceId } from '../../core/resource.ts'
import { bucketArn, bucketNameOf, type Env } from '../env.ts'
import { emptyBucket } from './bucket-contents.ts'
import { readBucket, type Target } from './bucket-read.ts'
import { type BucketState, desiredBucket, isOurs } from './bucket-state.ts'

/** Where Bedrock writes the invocation log for S3. Every call names the owner: a stranger may hold a bucket of our name. */
export function bucket(env: Env): Resource<BucketState, AwsContext> {
  const { accountId, region } = env
  const name = bucketNameOf(env)
  const target = { Bucket: name, ExpectedBucketOwner: accountId }
  const grant = (...actions: string[]) => [{ actions, resources: [bucketArn(env)] }]
  const grantObjects = (...actions: string[]) => [{ actions, resources: [`${bucketArn(env)}/*`] }]

  return {
    step: '2',
    type: 's3-bucket',
    name,
    region,
    holdsData: true,
    needs: [],
    desired: (have) => desiredBucket(env, have),

    permissions: () => ({
      read: [
        {
          actions: ['s3:GetBucketLocation'],
          resources: [undefined, region].map((homeRegion) => bucketArn({ ...env, homeRegion })),
        },
        ...grant(
          's3:GetBucketTagging',
          's3:GetBucketVersioning',
          's3:GetEncryptionConfiguration',
          's3:GetBucketPublicAccessBlock',
          's3:GetBucketOwnershipControls',
          's3:GetLifecycleConfiguration',
          's3:GetBucketPolicy',
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
        ...grant('s3:DeleteBucketPolicy', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads', 's3:DeleteBucket'),
        ...grantObjects('s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'),
      ],
    }),

    read: ({ aws: { s3 } }) => readBucket(s3, target, region),

    async write(cx, have) {
      const { s3 } = cx.aws
      const want = desiredBucket(env, have?.state)
      if (!have) {
        const create = createBucket(cx, env, want.objectOwnership)
        await createOnce(create, () => readBucket(s3, target, region), 'BucketAlreadyOwnedByYou')
        await putTags(cx, target, have)
      }
      const differs = (key: keyof BucketState) => !equal(have?.state[key], want[key])
      const writes: (() => Promise<unknown>)[] = []
      if (have && differs('objectOwnership')) {
        const rules = [{ ObjectOwnership: want.objectOwnership as 'BucketOwnerEnforced' }]
        writes.push(() =>
          s3.send(new PutBucketOwnershipControlsCommand({ ...target, OwnershipControls: { Rules: rules } })),
        )
      }
      if (differs('versioning')) {
        const VersioningConfiguration = { Status: 'Enabled' as const }
        writes.push(() => s3.send(new PutBucketVersioningCommand({ ...target, VersioningConfiguration })))
      }
      if (differs('encryption')) {
        const { algorithm, keyId, bucketKey } = want.encryption
        const byDefault = { SSEAlgorithm: algorithm as 'AES256', KMSMasterKeyID: keyId }
        const rule = { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucketKey }
        writes.push(() =>
          s3.send(new PutBucketEncryptionCommand({ ...target, ServerSideEncryptionConfiguration: { Rules: [rule] } })),
        )
      }
      if (differs('publicAccessBlock')) {
        const PublicAccessBlockConfiguration = {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        }
        writes.push(() => s3.send(new PutPublicAccessBlockCommand({ ...target, PublicAccessBlockConfiguration })))
      }
      if (differs('lifecycle')) {
        const LifecycleConfiguration = { Rules: want.lifecycle }
        writes.push(() => s3.send(new PutBucketLifecycleConfigurationCommand({ ...target, LifecycleConfiguration })))
      }
      if (differs('policy')) {
        writes.push(() => s3.send(new PutBucketPolicyCommand({ ...target, Policy: policyDocument(want.policy) })))
      }
      if (have?.owner === 'unmarked') writes.push(() => putTags(cx, target, have))
      // One after the other: S3 answers concurrent changes of one bucket with OperationAborted.
      for (const write of writes) await write()
    },

    async remove(cx, { state: { policy } }) {
      // Nothing may be delivered any more while it is emptied. What others have forbidden stays forbidden.
      if (policy.length > 0 && policy.every(isOurs)) {
        await orUndefined(cx.aws.s3.send(new DeleteBucketPolicyCommand(target)), 'NoSuchBucket')
      }
      await emptyBucket(cx, target, resourceId(this))
      await orUndefined(cx.aws.s3.send(new DeleteBucketCommand(target)), 'NoSuchBucket')
    },
  }
}

async function createBucket({ aws }: AwsContext, env: Env, ownership: string | undefined): Promise<void> {
  try {
    await aws.s3.send(
      new CreateBucketCommand({
        Bucket: bucketNameOf(env),
        ObjectOwnership: ownership as 'BucketOwnerEnforced',
        CreateBucketConfiguration: {
          // us-east-1 is the one Region that must not be named.
          ...(env.region !== 'us-east-1' && { LocationConstraint: env.region as 'eu-west-1' }),
          // Tagged by the creating call: a run that is killed right after leaves nothing that is not known as ours.
          Tags: tagsFor(undefined),
        },
      }),
    )
  } catch (error) {
    if (hasCode(error, 'BucketAlreadyExists')) {
      throw new AppError('blocked', 'BucketAlreadyExists', `bucket ${bucketNameOf(env)} belongs to another account`, {
        cause: error,
        hint: 'pass --bucket-name with another name',
      })
    }
    throw error
  }
}

/** Sets our tags beside those of others; AWS's own (`aws:`) can be neither set nor lost this way. */
async function putTags(cx: AwsContext, target: Target, have: Known<BucketState> | undefined): Promise<void> {
  const ours = tagsFor(have?.owner)
  const standing = have
    ? await orUndefined(cx.aws.s3.send(new GetBucketTaggingCommand(target)), 'NoSuchTagSet')
    : undefined
  const others = (standing?.TagSet ?? []).filter(
    ({ Key }) => !Key?.startsWith('aws:') && !ours.some((tag) => tag.Key === Key),
  )
  await cx.aws.s3.send(new PutBucketTaggingCommand({ ...target, Tagging: { TagSet: [...others, ...ours] } }))
}
