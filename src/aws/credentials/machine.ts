import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { redact } from '../redact.ts'
import { type Asking, noCredentials } from './asking.ts'

/** The keys of a container's task or pod. */
export async function fromContainer({ connection: { env } }: Asking): Promise<AwsCredentialIdentity | undefined> {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI
  if (!relative && !full) return undefined
  const { fromHttp } = await import('@aws-sdk/credential-providers')
  const token = env.AWS_CONTAINER_AUTHORIZATION_TOKEN
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  const provider = fromHttp({
    ...(relative ? { awsContainerCredentialsRelativeUri: relative } : { awsContainerCredentialsFullUri: full ?? '' }),
    ...(token && { awsContainerAuthorizationToken: token }),
    ...(file && { awsContainerAuthorizationTokenFile: file }),
  })
  return provider().catch((error: Error) => {
    const message = `the container gave no credentials: ${redact(error.message)}`
    throw noCredentials('ContainerCredentialsFailed', message, 'check the role of the task or pod', error)
  })
}

/** The keys of an EC2 instance's role. Undefined where this is no such machine, or one without a role. */
export async function fromInstance({
  connection: { env, profile },
}: Asking): Promise<AwsCredentialIdentity | undefined> {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined
  const { fromInstanceMetadata } = await import('@aws-sdk/credential-providers')
  return fromInstanceMetadata({ profile })().catch(() => undefined)
}
