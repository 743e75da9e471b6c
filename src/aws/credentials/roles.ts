import { readFile } from 'node:fs/promises'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandOutput,
  AssumeRoleWithWebIdentityCommand,
  type STSClient,
} from '@aws-sdk/client-sts'
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types'
import { type AppError, fileFault, isAppError } from '../../core/errors.ts'
import { createAws } from '../clients.ts'
import { type Asking, noCredentials, sectionOf } from './asking.ts'

type Assumed = Pick<AssumeRoleCommandOutput, 'Credentials'>

/** Assumes the role of a profile with the keys of its source. */
export async function assumeRole(
  asking: Asking,
  profile: string,
  source: AwsCredentialIdentityProvider,
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
  return assumed(asking, source, `profile ${profile} cannot assume ${role}`, (sts) =>
    sts.send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: section.get('role_session_name') || sessionName(asking),
        ExternalId: section.get('external_id'),
        ...(Number.isInteger(seconds) && seconds > 0 && { DurationSeconds: seconds }),
      }),
    ),
  )
}

/** Who is assumed with a token: `from` says where the three are named. */
export interface WebIdentity {
  tokenFile: string
  role: string | undefined
  sessionName: string | undefined
  from: string
}

/** Assumes a role with the token of a file, as pods of EKS and jobs of CI do. */
export async function assumeWithToken(asking: Asking, identity: WebIdentity): Promise<AwsCredentialIdentity> {
  const { tokenFile, role, from } = identity
  if (!role) throw noCredentials('NoRole', `${from} names a token file and no role`, 'set role_arn, or AWS_ROLE_ARN')
  const token = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
    const message = `${from} names the token file ${tokenFile}: ${fileFault(error)}`
    throw noCredentials('NoWebIdentityToken', message, 'check the path, or sign in another way')
  })
  // The call is not signed: the token is all that it needs.
  const nobody = { accessKeyId: '', secretAccessKey: '' }
  return assumed(
    asking,
    async () => nobody,
    `the token of ${from} does not get ${role}`,
    (sts) =>
      sts.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: role,
          RoleSessionName: identity.sessionName || sessionName(asking),
          WebIdentityToken: token,
        }),
      ),
  )
}

async function assumed(
  { cx, connection, region }: Asking,
  credentials: AwsCredentialIdentityProvider,
  what: string,
  ask: (sts: Pick<STSClient, 'send'>) => Promise<Assumed>,
): Promise<AwsCredentialIdentity> {
  const { Credentials: got } = await ask(createAws(cx, { region, connection, credentials }).sts).catch(
    (thrown: unknown) => {
      throw isAppError(thrown) && thrown.kind === 'aws' && !thrown.transient ? refused(what, thrown) : thrown
    },
  )
  return assumedKeys({ Credentials: got }, what)
}

/** The keys of an answer of STS; `what` begins the error where there are none. */
export function assumedKeys({ Credentials: got }: Assumed, what: string): AwsCredentialIdentity {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = got ?? {}
  if (!AccessKeyId || !SecretAccessKey)
    throw noCredentials('NoCredentials', `${what}: STS gave no keys`, 'try it again')
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
    ...(Expiration && { expiration: Expiration }),
  }
}

function refused(what: string, error: AppError): AppError {
  const hint = "check the role's ARN, its trust policy, and that the identity may call it"
  return noCredentials(error.code, `${what}: ${error.message}`, hint, error)
}

function sessionName({ cx }: Asking): string {
  return `bedrock-monitor-${cx.clock.now()}`
}
