import type { LifecycleRule } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import type { Statement } from '../../aws/policy.ts'
import type { ServiceRequest } from '../../aws/policy-verdict.ts'
import type { Grant } from '../../core/resource.ts'
import type { Env } from '../env.ts'
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
  /** What gives it another name. */
  nameFlag: string
  /** Who delivers to it, by the name that people know. */
  writer: string
  /** The statement that lets that service deliver; none where callers write by their own rights. */
  delivery?: Statement
  /** A delivery, by which a policy is judged. */
  request?: ServiceRequest
  /** What expires of ours, whatever else is in it. */
  lifecycle: LifecycleRule
  /** What finding it asks for. */
  looks: readonly Grant[]
  wanted?: boolean
  /** False where all that is in it can be had again. */
  holdsData?: boolean
  /** What others deliver here with. */
  users?: Users
  /** Of one that is the account's, and not a Region's: the Regions besides a clean-up's own that it has to outlive. */
  otherRegions?(cx: AwsContext): Promise<readonly string[]>
}
