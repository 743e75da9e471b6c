import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types'
import type { Context } from '../core/context.ts'
import type { AppError } from '../core/errors.ts'
import type { Connection } from './connection.ts'
import { type Asking, keysOf, type Look, noCredentials, sectionOf } from './credentials/asking.ts'
import { fromProcess } from './credentials/process.ts'
import { assumeRole, assumeWithToken } from './credentials/roles.ts'
import { fromLogin, fromSso } from './credentials/sign-in.ts'
import { SIGN_IN } from './errors.ts'
import { redact } from './redact.ts'

/** Credentials are renewed this long before they run out, so that no call is under way when they do. */
const BEFOREHAND_MS = 5 * 60_000

/**
 * The credentials of the profile in use, found where and in the order in which the AWS CLI finds them, kept for as long as
 * they hold, renewed before they run out. Rejects with errors of kind `credentials` that tell what the place they are from says.
 */
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
      // What still holds is used to its end.
      if (!held || options?.forceRefresh || left() <= 0) throw error
    }
    return held
  }
}

/** botocore's create_credential_resolver. Keys in the environment come first, but not before a profile that `--profile` names. */
async function find(asking: Asking): Promise<AwsCredentialIdentity> {
  const { profile, chosen } = asking.connection
  const places: Look[] = [
    ...(chosen ? [] : [fromEnvironment]),
    (each) => fromRole(each, profile, [profile]),
    ...(chosen ? [] : [tokenOfEnvironment]),
    ...profilePlaces(profile),
    fromContainer,
    fromInstance,
  ]
  const found = await first(asking, places)
  if (found) return found
  const where = chosen ? `profile ${profile} has none` : 'the environment and the shared AWS config files have none'
  throw noCredentials('CredentialsProviderError', `there are no AWS credentials: ${where}`, SIGN_IN)
}

async function first(asking: Asking, places: readonly Look[]): Promise<AwsCredentialIdentity | undefined> {
  for (const look of places) {
    const found = await look(asking)
    if (found) return found
  }
  return undefined
}

/** Where a profile may have its own, apart from a role that it assumes. */
function profilePlaces(profile: string): Look[] {
  return [
    (asking) => tokenOfProfile(asking, profile),
    (asking) => fromSso(asking, profile),
    async ({ connection: { files } }) => fileKeys(files.credentials, profile),
    (asking) => fromLogin(asking, profile),
    (asking) => fromProcess(asking, profile),
    async ({ connection: { files } }) => fileKeys(files.profiles, profile),
  ]
}

function fileKeys(files: Connection['files']['profiles'], profile: string): AwsCredentialIdentity | undefined {
  return keysOf((name) => files.get(profile)?.get(name), `profile ${profile}`)
}

async function fromEnvironment({ connection: { env }, cx }: Asking): Promise<AwsCredentialIdentity | undefined> {
  const values = {
    aws_access_key_id: env.AWS_ACCESS_KEY_ID,
    aws_secret_access_key: env.AWS_SECRET_ACCESS_KEY,
    aws_session_token: env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN,
  }
  const keys = keysOf((name) => values[name], 'the environment')
  const until = env.AWS_CREDENTIAL_EXPIRATION ? new Date(env.AWS_CREDENTIAL_EXPIRATION) : undefined
  if (!keys || !until || Number.isNaN(until.getTime())) return keys
  if (until.getTime() > cx.clock.now()) return { ...keys, expiration: until }
  const message = 'the credentials of the environment have expired (AWS_CREDENTIAL_EXPIRATION)'
  throw noCredentials('ExpiredToken', message, 'sign in again and set the variables to the new credentials')
}

/** A role that the profile assumes with another's keys; undefined for a profile that is none of a role. */
async function fromRole(
  asking: Asking,
  profile: string,
  visited: readonly string[],
): Promise<AwsCredentialIdentity | undefined> {
  const section = sectionOf(asking.connection, profile)
  if (!isRole(asking.connection, profile)) return undefined
  const source = section.get('source_profile')
  const machine = section.get('credential_source')
  const wrong = (why: string) => invalidProfile(`profile ${profile} ${why}`)
  if (source && machine) throw wrong('has both source_profile and credential_source')
  if (!source && !machine) throw wrong('has a role_arn, but neither source_profile nor credential_source')
  const keys = machine
    ? await fromSource(asking, profile, machine)
    : await fromProfile(asking, profile, source, visited)
  return assumeRole(asking, profile, async () => keys)
}

/** A profile with a token file is one of web identity, role or not. */
function isRole(connection: Connection, profile: string): boolean {
  const section = sectionOf(connection, profile)
  return section.has('role_arn') && !section.has('web_identity_token_file')
}

async function fromProfile(
  asking: Asking,
  profile: string,
  source = '',
  visited: readonly string[] = [],
): Promise<AwsCredentialIdentity> {
  const { connection } = asking
  const wrong = (why: string) => invalidProfile(`source_profile of profile ${profile}: ${why}`)
  const section = connection.files.profiles.get(source)
  if (!section) throw wrong(`there is no profile '${source}'`)
  const hasKeys = section.has('aws_access_key_id') || section.has('aws_secret_access_key')
  const itself = source === profile && hasKeys
  if (visited.includes(source) && !itself) throw wrong(`it comes back to itself: ${[...visited, source].join(', ')}`)
  const found =
    hasKeys || !isRole(connection, source)
      ? await first(asking, profilePlaces(source))
      : await fromRole(asking, source, [...visited, source])
  if (!found) throw wrong(`profile ${source} has no credentials`)
  return found
}

async function fromSource(asking: Asking, profile: string, source: string): Promise<AwsCredentialIdentity> {
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

async function tokenOfEnvironment(asking: Asking): Promise<AwsCredentialIdentity | undefined> {
  const { env, profile } = asking.connection
  const tokenFile = env.AWS_WEB_IDENTITY_TOKEN_FILE
  if (!tokenFile) return undefined
  const section = sectionOf(asking.connection, profile)
  return assumeWithToken(asking, {
    tokenFile,
    role: env.AWS_ROLE_ARN || section.get('role_arn'),
    sessionName: env.AWS_ROLE_SESSION_NAME || section.get('role_session_name'),
    from: 'AWS_WEB_IDENTITY_TOKEN_FILE',
  })
}

async function tokenOfProfile(asking: Asking, profile: string): Promise<AwsCredentialIdentity | undefined> {
  const section = sectionOf(asking.connection, profile)
  const tokenFile = section.get('web_identity_token_file')
  const [role, sessionName] = [section.get('role_arn'), section.get('role_session_name')]
  return tokenFile ? assumeWithToken(asking, { tokenFile, role, sessionName, from: `profile ${profile}` }) : undefined
}

/** The keys of a container's task or pod. */
async function fromContainer({ connection: { env } }: Asking): Promise<AwsCredentialIdentity | undefined> {
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
async function fromInstance({ connection: { env, profile } }: Asking): Promise<AwsCredentialIdentity | undefined> {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined
  const { fromInstanceMetadata } = await import('@aws-sdk/credential-providers')
  return fromInstanceMetadata({ profile })().catch(() => undefined)
}
