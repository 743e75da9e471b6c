import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { GetBucketLocationCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { isAppError } from '../../core/errors.ts'
import { findLogGroup } from '../../steps/storage/log-group.ts'
import type { LoggingFacts, RegionFacts } from '../facts.ts'

/** When a log group was made, ms; undefined where there is none. */
export async function creationTime(cx: AwsContext, name: string): Promise<number | undefined> {
  const found = await findLogGroup(cx, name)
  return found && (found.creationTime ?? 0)
}

/** What a configuration of somebody else's leads to and is not there, in words. Ours are looked at by the plan. */
export async function goneOf(
  cx: AwsContext,
  { logGroup, role, bucket }: LoggingFacts,
  ours: RegionFacts['ours'],
): Promise<string[]> {
  const looks: Promise<string | undefined>[] = []
  const look = (what: string, isThere: Promise<boolean>) =>
    looks.push(isThere.then((there) => (there ? undefined : what)).catch(unlessInterrupted))
  if (logGroup !== undefined && logGroup !== ours.logGroup) {
    look(
      `log group ${logGroup}`,
      creationTime(cx, logGroup).then((time) => time !== undefined),
    )
  }
  if (bucket !== undefined && bucket !== ours.bucket) look(`bucket ${bucket}`, hasBucket(cx, bucket))
  if (role !== undefined && role !== ours.role) look(`role ${role}`, hasRole(cx, role))
  return (await Promise.all(looks)).filter((what) => what !== undefined)
}

/** What may not be looked at is no finding. */
function unlessInterrupted(error: unknown): undefined {
  if (isAppError(error) && error.kind !== 'interrupted' && error.kind !== 'credentials') return undefined
  throw error
}

async function hasBucket({ aws }: AwsContext, Bucket: string): Promise<boolean> {
  try {
    await aws.s3.send(new GetBucketLocationCommand({ Bucket }))
    return true
  } catch (error) {
    if (hasCode(error, 'NoSuchBucket')) return false
    throw error
  }
}

async function hasRole({ aws }: AwsContext, role: string): Promise<boolean> {
  const RoleName = role.split('/').at(-1) ?? role
  return (await orUndefined(aws.iam.send(new GetRoleCommand({ RoleName })), 'NoSuchEntity')) !== undefined
}

/** The Region's logging configuration as it stands; null where logging is off. */
export async function readLogging({ aws }: AwsContext): Promise<LoggingFacts | null> {
  const { loggingConfig } = await aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))
  // Unset comes as nothing at all, or (from some emulations) as an empty object.
  if (!loggingConfig?.cloudWatchConfig && !loggingConfig?.s3Config) return null
  return {
    logGroup: loggingConfig.cloudWatchConfig?.logGroupName,
    role: loggingConfig.cloudWatchConfig?.roleArn,
    bucket: loggingConfig.s3Config?.bucketName,
    text: loggingConfig.textDataDeliveryEnabled ?? true,
  }
}
