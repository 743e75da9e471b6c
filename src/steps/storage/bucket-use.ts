import type { LifecycleRule } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { arn } from '../../aws/partitions.ts'
import type { Statement } from '../../aws/policy.ts'
import type { ServiceRequest } from '../../aws/policy-verdict.ts'
import type { Grant } from '../../core/resource.ts'
import { type Env, onBehalfOf, sourceOf } from '../env.ts'
import type { Users } from '../held-by.ts'
import type { Own, Target } from './bucket-others.ts'

/** What a bucket of ours is for: all that tells one from another. */
export interface BucketUse extends Own {
  env: Env
  step: string
  name: string
  region: string
  arn: string
  target: Target
  /** The KMS key that it is to be encrypted with; empty: none of the user's own. */
  kmsKey: string
  nameFlag: string
  /** Who delivers to it, by the name that people know. */
  writer: string
  /** The statement that lets that service deliver; none where callers write by their own rights. */
  delivery?: Statement
  request?: ServiceRequest
  /** What expires of ours, whatever else is in it. */
  lifecycle: LifecycleRule
  looks: readonly Grant[]
  wanted?: boolean
  /** False where all that is in it can be had again. */
  holdsData?: boolean
  users?: Users
  /** Of one that is the account's, and not a Region's: the Regions besides a clean-up's own that it has to outlive. */
  otherRegions?(cx: AwsContext): Promise<readonly string[]>
}

export const LIFECYCLE_RULE = 'bedrock-monitor-retention'

/** A bucket of that name, in which what is below a prefix expires, after so many days where any are given. */
export function bucketNamed(
  env: Env,
  of: Record<'name' | 'region' | 'prefix', string> & { days?: number; oldDays: number },
) {
  const { name, region } = of
  return {
    env,
    name,
    region,
    arn: arn(env, 's3', '', '', name),
    target: { Bucket: name, ExpectedBucketOwner: env.accountId },
    lifecycle: {
      ID: LIFECYCLE_RULE,
      Status: 'Enabled' as const,
      Filter: { Prefix: of.prefix },
      ...(of.days !== undefined && { Expiration: { Days: of.days } }),
      NoncurrentVersionExpiration: { NoncurrentDays: of.oldDays },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  }
}

/** Lets the service that acts on behalf of this account put objects into a bucket. `where` is a pattern of its keys, `such` one of them. */
export function deliveredTo(
  bucket: string,
  { Sid, where, such }: Record<'Sid' | 'where' | 'such', string>,
  ...behalf: Parameters<typeof onBehalfOf>
): Required<Pick<BucketUse, 'delivery' | 'request'>> {
  const services = [`${behalf[1]}.amazonaws.com`]
  return {
    delivery: {
      Sid,
      Effect: 'Allow',
      Principal: { Service: services },
      Action: ['s3:PutObject'],
      Resource: [`${bucket}/${where}`],
      Condition: onBehalfOf(...behalf),
    },
    request: {
      services,
      action: 's3:PutObject',
      resource: `${bucket}/${such}`,
      context: { ...sourceOf(...behalf), 'aws:securetransport': 'true', 'aws:principalisawsservice': 'true' },
    },
  }
}
