import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import type { AwsContext } from '../../aws/context.ts'
import type { LoggingFacts } from '../facts.ts'

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
