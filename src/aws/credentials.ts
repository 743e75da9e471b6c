import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types'
import type { Context } from '../core/context.ts'
import type { AppError } from '../core/errors.ts'
import type { Connection } from './connection.ts'
import { fromProcess } from './credentials/process.ts'
import { type Asking, assumeRole, assumeWithToken, type Look, noCredentials, sectionOf } from './credentials/roles.ts'
import { fromLogin, fromSso } from './credentials/sign-in.ts'
import { SIGN_IN } from './fault.ts'
import { redact } from './redact.ts'

/** Credentials are renewed this long before they run out, so that no call is under way when they do. */
const BEFOREHAND_MS = 5 * 60_000

/** The credentials of the profile in use, found in the order of the AWS CLI. Rejects with errors of kind `credentials`. */
export function sharedCredentials(
  cx: Context,
  { connection, region }: { connection: Connection; region: string },
): AwsCredentialIdentityProvider {
  return renewing(cx.clock, () => find({ cx, connection, region }))
}

/** Keeps what was found for as long as it holds and finds it anew before it runs out, once for all who ask meanwhile. */
export function renewing(
  clock: Pick<Context['clock'], 'now'>,
  look: () => Promise<AwsCredentialIdentity>,
): AwsCredentialIdentityProvider {
  let held: AwsCredentialIdentity | undefined
  let underway: Promise<AwsCredentialIdentity> | undefined
  const left = () => (held?.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - clock.now()
  return async (options) => {
    if (held && !options?.forceRefresh && left() > BEFOREHAND_MS) return held
    underway ??= look().finally(() => {
      underway = undefined
    })
    try {
      held = await underway
    } catch (error) {
      if (!held || options?.forceRefresh || left() <= 0) throw error
    }
    return held
  }
}

/** botocore's create_credential_resolver. Keys in the environment come first, but not before a profile that `--profile` names. */
async function find(asking: Asking): Promise<AwsCredentialIdentity> {
  const { profile, chosen } = asking.connection
  const found = await first(asking, [
    ...(chosen ? [] : [fromEnvironment]),
    (each) => fromRole(each, profile, [profile]),
    ...(chosen ? [] : [fromEnvironmentToken]),
    ...placesOf(profile),
    fromContainer,
    fromInstance,
  ])
  if (found) return found
  const where = chosen ? `profile ${profile} has none` : 'the environment and the shared AWS config files have none'
  throw noCredentials('CredentialsProviderError', `there are no AWS credentials: ${where}`, SIGN_IN)
}

async function first(asking: Asking, places: readonly Look[]): ReturnType<Look> {
  for (const look of places) {
    const found = await look(asking)
    if (found) return found
  }
  return undefined
}

/** Where a profile may have its own, apart from a role that it assumes. */
function placesOf(profile: string): Look[] {
  const keysIn = (files: Connection['files']['profiles']) =>
    keysOf((name) => files.get(profile)?.get(name), `profile ${profile}`)
  return [
    async (asking) => {
      const section = sectionOf(asking.connection, profile)
      const [tokenFile, role] = [section.get('web_identity_token_file'), section.get('role_arn')]
      const sessionName = section.get('role_session_name')
      return tokenFile
        ? assumeWithToken(asking, { tokenFile, role, sessionName, from: `profile ${profile}` })
        : undefined
    },
    (asking) => fromSso(asking, profile),
    async ({ connection: { files } }) => keysIn(files.credentials),
    (asking) => fromLogin(asking, profile),
    (asking) => fromProcess(asking, profile),
    async ({ connection: { files } }) => keysIn(files.profiles),
  ]
}

function keysOf(
  value: (name: 'aws_access_key_id' | 'aws_secret_access_key' | 'aws_session_token') => string | undefined,
  place: string,
): AwsCredentialIdentity | undefined {
  const accessKeyId = value('aws_access_key_id')
  const secretAccessKey = value('aws_secret_access_key')
  if (!accessKeyId) return undefined
  if (!secretAccessKey) {
    throw noCredentials('PartialCredentials', `${place}: an access key id without its secret`, 'give both, or neither')
  }
  const sessionToken = value('aws_session_token')
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

const fromEnvironment: Look = async ({ connection: { env }, cx }) => {
  const values = {
    aws_access_key_id: env.AWS_ACCESS_KEY_ID,
    aws_secret_access_key: env.AWS_SECRET_ACCESS_KEY,
    aws_session_token: env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN,
  }
  const keys = keysOf((name) => values[name], 'the environment')
  const expiration = new Date(env.AWS_CREDENTIAL_EXPIRATION ?? '')
  if (!keys || Number.isNaN(expiration.getTime())) return keys
  if (expiration.getTime() > cx.clock.now()) return { ...keys, expiration }
  const message = 'the credentials of the environment have expired (AWS_CREDENTIAL_EXPIRATION)'
  throw noCredentials('ExpiredToken', message, 'sign in again and set the variables to the new credentials')
}

/** A role that the profile assumes with another's keys; undefined for a profile that is none of a role. */
async function fromRole(asking: Asking, profile: string, visited: readonly string[]): ReturnType<Look> {
  if (!isRole(asking.connection, profile)) return undefined
  const section = sectionOf(asking.connection, profile)
  const source = section.get('source_profile')
  const machine = section.get('credential_source')
  const wrong = (why: string) => invalidProfile(`profile ${profile} ${why}`)
  if (source && machine) throw wrong('has both source_profile and credential_source')
  if (!source && !machine) throw wrong('has a role_arn, but neither source_profile nor credential_source')
  const keys = await (machine
    ? fromMachine(asking, profile, machine)
    : fromProfile(asking, profile, source ?? '', visited))
  return assumeRole(asking, profile, keys)
}

/** A profile with a token file is one of web identity, role or not. */
function isRole(connection: Connection, profile: string): boolean {
  const section = sectionOf(connection, profile)
  return section.has('role_arn') && !section.has('web_identity_token_file')
}

async function fromProfile(asking: Asking, profile: string, source: string, visited: readonly string[]) {
  const { connection } = asking
  const wrong = (why: string) => invalidProfile(`source_profile of profile ${profile}: ${why}`)
  const section = connection.files.profiles.get(source)
  if (!section) throw wrong(`there is no profile '${source}'`)
  const hasKeys = section.has('aws_access_key_id') || section.has('aws_secret_access_key')
  const itself = source === profile && hasKeys
  if (visited.includes(source) && !itself) throw wrong(`it comes back to itself: ${[...visited, source].join(', ')}`)
  const found = await (hasKeys || !isRole(connection, source)
    ? first(asking, placesOf(source))
    : fromRole(asking, source, [...visited, source]))
  if (!found) throw wrong(`profile ${source} has no credentials`)
  return found
}

async function fromMachine(asking: Asking, profile: string, source: string): Promise<AwsCredentialIdentity> {
  const look = new Map<string, Look>([
    ['environment', fromEnvironment],
    ['ecscontainer', fromContainer],
    ['ec2instancemetadata', fromInstance],
  ]).get(source.toLowerCase())
  const found = await look?.(asking)
  if (found) return found
  const why = look ? 'has no credentials' : 'is not one of Environment, EcsContainer, Ec2InstanceMetadata'
  throw invalidProfile(`credential_source ${source} of profile ${profile} ${why}`)
}

function invalidProfile(message: string): AppError {
  return noCredentials('InvalidProfile', message, 'fix it in the shared AWS config file')
}

const fromEnvironmentToken: Look = async (asking) => {
  const { env, profile } = asking.connection
  const tokenFile = env.AWS_WEB_IDENTITY_TOKEN_FILE
  if (!tokenFile) return undefined
  const section = sectionOf(asking.connection, profile)
  const role = env.AWS_ROLE_ARN || section.get('role_arn')
  const sessionName = env.AWS_ROLE_SESSION_NAME || section.get('role_session_name')
  return assumeWithToken(asking, { tokenFile, role, sessionName, from: 'AWS_WEB_IDENTITY_TOKEN_FILE' })
}

const fromContainer: Look = async ({ connection: { env } }) => {
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
    const message = `the container returned no credentials: ${redact(error.message)}`
    throw noCredentials('ContainerCredentialsFailed', message, 'check the role of the task or pod', error)
  })
}

/** The keys of an EC2 instance's role. Undefined where this is no such machine, or one without a role. */
const fromInstance: Look = async ({ connection: { env, profile } }) => {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined
  const { fromInstanceMetadata } = await import('@aws-sdk/credential-providers')
  return fromInstanceMetadata({ profile })().catch(() => undefined)
}
