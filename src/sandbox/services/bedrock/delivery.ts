import type { CloudWatchConfig, LoggingConfig, S3Config } from '@aws-sdk/client-bedrock'
import { arnOf, bucketArn } from '../../arn.ts'
import { type Call, faultOf } from '../../service.ts'
import type { Role } from '../iam/roles.ts'
import { allows, parsePolicy } from '../policy.ts'
import type { Bucket } from '../s3/store.ts'

/** What Bedrock looks at to tell whether it may deliver, and where it delivers to. */
export interface Destinations {
  role(arn: string): Role | undefined
  bucket(name: string): Bucket | undefined
  keyPolicy(arn: string): string | undefined
  hasLogGroup(region: string, name: string): boolean
  putLogEvent(region: string, group: string, stream: string, event: { timestamp: number; message: string }): void
  putObject(bucket: string, key: string, body: Uint8Array): void
  /** Milliseconds that a change of a role takes to be seen by Bedrock. */
  readonly propagationMs: number
  /** Milliseconds that a change of a bucket's policy takes to be seen by Bedrock. */
  readonly bucketPropagationMs: number
}

const PRINCIPAL = 'bedrock.amazonaws.com'
const LOG_STREAM = 'aws/bedrock/modelinvocations'
const FIRST_EVENT = 'Permissions are correctly set for Amazon Bedrock logs.'
const CHECK_OBJECT = 'amazon-bedrock-logs-permission-check'

/** Refuses a configuration whose destinations Bedrock cannot write to, with the messages that Bedrock has for it. */
export function checkDelivery(config: LoggingConfig, to: Destinations, call: Call): void {
  const { cloudWatchConfig: logs, s3Config: s3 } = config
  if (logs && !canWriteLogs(logs, to, call)) {
    throw invalid(
      `Failed to validate permissions for log group: ${logs.logGroupName}, with role: ${logs.roleArn}. Verify the IAM role permissions are correct.`,
    )
  }
  for (const bucket of [s3, logs?.largeDataDeliveryS3Config]) {
    if (bucket && !canPutObjects(bucket, to, call)) {
      throw invalid(
        `Failed to validate permissions for bucket: ${bucket.bucketName}. Verify the bucket policy permissions are correct.`,
      )
    }
  }
}

/** What Bedrock leaves behind at every destination when it has found that it can write there. */
export function leaveMarks(config: LoggingConfig, to: Destinations, { account, region, now }: Call): void {
  const { cloudWatchConfig: logs, s3Config: s3 } = config
  if (logs?.logGroupName) {
    to.putLogEvent(region, logs.logGroupName, LOG_STREAM, { timestamp: now, message: FIRST_EVENT })
  }
  if (s3?.bucketName) to.putObject(s3.bucketName, `${folder(s3, account)}${CHECK_OBJECT}`, new Uint8Array())
}

function canWriteLogs({ roleArn = '', logGroupName = '' }: CloudWatchConfig, to: Destinations, call: Call): boolean {
  const role = to.role(roleArn)
  if (role === undefined || role.changedAt + to.propagationMs > call.now) return false
  if (!to.hasLogGroup(call.region, logGroupName)) return false
  const trust = parsePolicy(role.trust, { principal: true, resource: false })
  const context = contextOf(call)
  if (!trust || !allows([trust], { service: PRINCIPAL, action: 'sts:AssumeRole', context })) return false
  const resource = arnOf('logs', call, `log-group:${logGroupName}:log-stream:${LOG_STREAM}`)
  const policies = [...role.policies.values()].flatMap(
    (document) => parsePolicy(document, { principal: false, resource: true }) ?? [],
  )
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) =>
    allows(policies, { action, resource, context }),
  )
}

function canPutObjects(config: S3Config, to: Destinations, call: Call): boolean {
  const bucket = to.bucket(config.bucketName ?? '')
  // Same account and Region only.
  if (bucket === undefined || bucket.owner !== call.account || bucket.region !== call.region) return false
  if (bucket.settings.policySetAt + to.bucketPropagationMs > call.now) return false
  const policy = parsePolicy(bucket.settings.policy ?? '', { principal: true, resource: true })
  if (policy === undefined) return false
  const arn = bucketArn(bucket.region, bucket.name)
  const resource = `${arn}/${folder(config, call.account)}${CHECK_OBJECT}`
  const context = {
    ...contextOf(call),
    'kms:ViaService': `s3.${bucket.region}.amazonaws.com`,
    'kms:EncryptionContext:aws:s3:arn': arn,
  }
  if (!allows([policy], { service: PRINCIPAL, action: 's3:PutObject', resource, context })) return false
  const key = bucket.settings.encryption.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID
  return key === undefined || canUseKey(key, to, context)
}

function canUseKey(key: string, to: Destinations, context: Record<string, string>): boolean {
  const policy = parsePolicy(to.keyPolicy(key) ?? '', { principal: true, resource: true })
  return (
    policy !== undefined &&
    allows([policy], { service: PRINCIPAL, action: 'kms:GenerateDataKey', resource: key, context })
  )
}

function folder({ keyPrefix }: S3Config, account: string): string {
  return `${keyPrefix ? `${keyPrefix}/` : ''}AWSLogs/${account}/BedrockModelInvocationLogs/`
}

/** The condition keys of a call that Bedrock makes for this account. */
function contextOf(call: Call): Record<string, string> {
  return {
    'aws:SourceAccount': call.account,
    'aws:SourceArn': arnOf('bedrock', call, 'model-invocation-logging'),
    'aws:SecureTransport': 'true',
  }
}

const invalid = faultOf('ValidationException')
