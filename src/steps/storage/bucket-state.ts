import type { LifecycleRule } from '@aws-sdk/client-s3'
import { asItStands, keyAsItStands } from '../../aws/canonical.ts'
import { isForService, type Statement } from '../../aws/policy.ts'
import { bucketArn, type Env, onBehalfOf } from '../env.ts'

/** The settings of a bucket that the program looks after. */
export interface BucketState {
  versioning: boolean
  encryption: { algorithm: string | undefined; keyId: string | undefined; bucketKey: boolean }
  publicAccessBlock: { acls: boolean; ignoreAcls: boolean; policy: boolean; restrict: boolean }
  objectOwnership: string | undefined
  lifecycle: LifecycleRule[]
  policy: Statement[]
}

const LIFECYCLE_RULE = 'bedrock-monitor-retention'
const TLS_ONLY = 'BedrockMonitorDenyInsecureTransport'
const DELIVERY = 'AmazonBedrockLogsWrite'

/** The settings we want, beside whatever others have put into the bucket's policy and lifecycle. */
export function desiredBucket(env: Env, have: BucketState | undefined): BucketState {
  const { settings, accountId } = env
  const arn = bucketArn(env)
  const delivery: Statement = {
    Sid: DELIVERY,
    Effect: 'Allow',
    Principal: { Service: ['bedrock.amazonaws.com'] },
    Action: ['s3:PutObject'],
    Resource: [`${arn}/${settings.keyPrefix}/AWSLogs/${accountId}/BedrockModelInvocationLogs/*`],
    Condition: onBehalfOf(env, 'bedrock', '*'),
  }
  const tlsOnly: Statement = {
    Sid: TLS_ONLY,
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:*'],
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': ['false'] } },
  }
  return {
    versioning: true,
    encryption: desiredEncryption(settings.bucketKmsKey, have?.encryption),
    publicAccessBlock: { acls: true, ignoreAcls: true, policy: true, restrict: true },
    objectOwnership: 'BucketOwnerEnforced',
    lifecycle: asItStands(have?.lifecycle, [
      ...(have?.lifecycle ?? []).filter((rule) => rule.ID !== LIFECYCLE_RULE),
      retentionRule(env),
    ]),
    policy: asItStands(have?.policy, [
      ...(have?.policy ?? []).filter((statement) => !isOurs(statement)),
      delivery,
      tlsOnly,
    ]),
  }
}

/** True for a statement of ours, and for what the shell scripts put in its place. */
export function isOurs(statement: Statement): boolean {
  return [TLS_ONLY, DELIVERY].includes(statement.Sid ?? '') || isForService(statement, 'bedrock.amazonaws.com')
}

/** A key of the settings, or one that the bucket already has: encryption is never weakened. */
function desiredEncryption(key: string, have: BucketState['encryption'] | undefined): BucketState['encryption'] {
  if (key !== '') return { algorithm: 'aws:kms', keyId: keyAsItStands(have?.keyId, key), bucketKey: true }
  if (have?.algorithm?.startsWith('aws:kms')) return have
  // A bucket key is of KMS: with AES256 it means nothing, and AWS may tell it either way.
  return { algorithm: 'AES256', keyId: undefined, bucketKey: have?.algorithm === 'AES256' ? have.bucketKey : true }
}

/** Expires the logs alone: what the program keeps for itself in the bucket must outlive them. */
function retentionRule({ settings }: Env): LifecycleRule {
  return {
    ID: LIFECYCLE_RULE,
    Status: 'Enabled',
    Filter: { Prefix: `${settings.keyPrefix}/` },
    Expiration: { Days: settings.lifecycleDays },
    NoncurrentVersionExpiration: { NoncurrentDays: settings.noncurrentDays },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  }
}
