import { BedrockClient } from '@aws-sdk/client-bedrock'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { IAMClient } from '@aws-sdk/client-iam'
import { S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'
import { STSClient } from '@aws-sdk/client-sts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'

/** The SDK's own clients, unchanged, talking to a sandbox over HTTP. One attempt, so that a test sees every answer. */
export function clientsOf({ url }: Sandbox, region = 'us-east-1', maxAttempts = 1) {
  const config = {
    endpoint: url,
    region,
    maxAttempts,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  }
  return {
    sts: new STSClient(config),
    iam: new IAMClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sns: new SNSClient(config),
    bedrock: new BedrockClient(config),
    logs: new CloudWatchLogsClient(config),
    cloudwatch: new CloudWatchClient(config),
  }
}

/** What an SDK call is refused with. Fails where it is not refused. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; message: string; status: number }> {
  try {
    await call
  } catch (thrown) {
    const error = thrown as { name: string; message: string; $metadata?: { httpStatusCode?: number } }
    return { name: error.name, message: error.message, status: error.$metadata?.httpStatusCode ?? 0 }
  }
  throw new Error('the call was not refused')
}
