import { readFile } from 'node:fs/promises'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandOutput,
  AssumeRoleWithWebIdentityCommand,
  type STSClient,
} from '@aws-sdk/client-sts'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import type { Context } from '../../core/context.ts'
import { AppError, fileFault, isAppError } from '../../core/errors.ts'
import { createAws } from '../clients.ts'
import type { Connection } from '../connection.ts'
import type { Section } from '../shared-files.ts'

export interface Asking {
  cx: Context
  connection: Connection
  region: string
}

/** Looks in one place. Undefined where that place says nothing of credentials; throws where what it says does not work. */
export type Look = (asking: Asking) => Promise<AwsCredentialIdentity | undefined>

export function sectionOf({ files }: Connection, profile: string): Section {
  return files.profiles.get(profile) ?? new Map()
}

export function noCredentials(code: string, message: string, hint: string, cause?: unknown): AppError {
  return new AppError('credentials', code, message, { hint, ...(cause !== undefined && { cause }) })
}

type Assumed = Pick<AssumeRoleCommandOutput, 'Credentials'>

export async function assumeRole(
  asking: Asking,
  profile: string,
  source: AwsCredentialIdentity,
): Promise<AwsCredentialIdentity> {
  const section = sectionOf(asking.connection, profile)
  const role = section.get('role_arn') ?? ''
  if (section.get('mfa_serial')) {
    throw noCredentials(
      'MfaNeeded',
      `profile ${profile} asks for an MFA code`,
      `eval "$(aws configure export-credentials --profile ${profile} --format env)" asks for it; then run this without --profile`,
    )
  }
  const seconds = Number(section.get('duration_seconds'))
  const command = new AssumeRoleCommand({
    RoleArn: role,
    RoleSessionName: section.get('role_session_name') || ownSession(asking),
    ExternalId: section.get('external_id'),
    ...(Number.isInteger(seconds) && seconds > 0 && { DurationSeconds: seconds }),
  })
  return assumed(asking, source, `profile ${profile} cannot assume ${role}`, (sts) => sts.send(command))
}

/** Assumes a role with the token of a file, as pods of EKS and jobs of CI do. `from` says where these are named. */
export async function assumeWithToken(
  asking: Asking,
  given: { tokenFile: string; from: string } & Record<'role' | 'sessionName', string | undefined>,
): Promise<AwsCredentialIdentity> {
  const { tokenFile, role, sessionName, from } = given
  if (!role) throw noCredentials('NoRole', `${from} names a token file and no role`, 'set role_arn, or AWS_ROLE_ARN')
  const WebIdentityToken = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
    const message = `${from} names the token file ${tokenFile}: ${fileFault(error)}`
    throw noCredentials('NoWebIdentityToken', message, 'check the path, or sign in another way')
  })
  const RoleSessionName = sessionName || ownSession(asking)
  const command = new AssumeRoleWithWebIdentityCommand({ RoleArn: role, RoleSessionName, WebIdentityToken })
  // The call is not signed: the token is all that it needs.
  const nobody = { accessKeyId: '', secretAccessKey: '' }
  return assumed(asking, nobody, `the token of ${from} does not get ${role}`, (sts) => sts.send(command))
}

async function assumed(
  { cx, connection, region }: Asking,
  keys: AwsCredentialIdentity,
  what: string,
  ask: (sts: Pick<STSClient, 'send'>) => Promise<Assumed>,
): Promise<AwsCredentialIdentity> {
  const { sts } = createAws(cx, { region, connection, credentials: async () => keys })
  const answer = await ask(sts).catch((thrown: unknown) => {
    if (!isAppError(thrown) || thrown.kind !== 'aws' || thrown.transient) throw thrown
    const hint = "check the role's ARN, its trust policy, and that the identity may call it"
    throw noCredentials(thrown.code, `${what}: ${thrown.message}`, hint, thrown)
  })
  return assumedKeys(answer, what)
}

export function assumedKeys({ Credentials: got }: Assumed, what: string): AwsCredentialIdentity {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = got ?? {}
  if (!AccessKeyId || !SecretAccessKey)
    throw noCredentials('NoCredentials', `${what}: STS returned no keys`, 'try it again')
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
    ...(Expiration && { expiration: Expiration }),
  }
}

const ownSession = ({ cx }: Asking) => `bedrock-monitor-${cx.clock.now()}`
