import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { AppError } from '../../core/errors.ts'
import { configOf } from '../clients.ts'
import { redact } from '../redact.ts'
import { type Asking, noCredentials, sectionOf } from './roles.ts'

/** The keys of whoever has signed in with `aws sso login`. */
export async function fromSso({ connection }: Asking, profile: string): Promise<AwsCredentialIdentity | undefined> {
  const section = sectionOf(connection, profile)
  const ssoRoleName = section.get('sso_role_name')
  const ssoAccountId = section.get('sso_account_id')
  if (!ssoRoleName && !ssoAccountId) return undefined
  const ssoSession = section.get('sso_session')
  const session = ssoSession === undefined ? section : connection.files.ssoSessions.get(ssoSession)
  const ssoStartUrl = session?.get('sso_start_url')
  const ssoRegion = session?.get('sso_region')
  for (const name of ['sso_region', 'sso_start_url']) {
    const [own, ofSession] = [section.get(name), session?.get(name)]
    if (!own || !ofSession || own === ofSession) continue
    const message = `profile ${profile} and its sso-session ${ssoSession} have different values of ${name}`
    throw noCredentials('SsoContradiction', message, `remove ${name} from the profile; the sso-session has it`)
  }
  if (!ssoRoleName || !ssoAccountId || !ssoStartUrl || !ssoRegion) {
    const place = ssoSession === undefined ? `profile ${profile}` : `profile ${profile} and sso-session ${ssoSession}`
    const message = `${place} must name sso_start_url, sso_region, sso_account_id and sso_role_name`
    throw noCredentials('SsoIncomplete', message, `aws configure sso --profile ${profile}`)
  }
  const [{ fromSSO }, { SSOClient }] = await Promise.all([
    import('@aws-sdk/credential-providers'),
    import('@aws-sdk/nested-clients/sso'),
  ])
  // The SDK makes these calls, and tries them again itself.
  const tries = { maxAttempts: connection.maxAttempts ?? 3 }
  const settings = { ...(await configOf('sso', { region: ssoRegion, connection })), ...tries }
  const renewing = { ...(await configOf('sso_oidc', { region: ssoRegion, connection })), ...tries }
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = connection.env
  const provider = fromSSO({
    ...{ ssoRoleName, ssoAccountId, ssoStartUrl, ssoRegion, profile },
    ...(ssoSession !== undefined && { ssoSession }),
    ...(AWS_CONFIG_FILE && { configFilepath: AWS_CONFIG_FILE }),
    ...(AWS_SHARED_CREDENTIALS_FILE && { filepath: AWS_SHARED_CREDENTIALS_FILE }),
    ssoClient: new SSOClient(settings),
    clientConfig: renewing,
  })
  return provider().catch((error: Error) => {
    if (UNREACHABLE.test(error.message)) throw unreachable(`the SSO portal in ${ssoRegion}`, error)
    const message = `profile ${profile} is not signed in: ${firstSentence(error)}`
    throw noCredentials('SsoNotSignedIn', message, `aws sso login --profile ${profile}`, error)
  })
}

export async function fromLogin(
  { connection, region }: Asking,
  profile: string,
): Promise<AwsCredentialIdentity | undefined> {
  if (!sectionOf(connection, profile).get('login_session')) return undefined
  const { fromLoginCredentials } = await import('@aws-sdk/credential-providers')
  const clientConfig = await configOf('signin', { region, connection })
  return fromLoginCredentials({ profile, clientConfig })().catch((error: Error) => {
    const message = `profile ${profile} is not signed in: ${firstSentence(error)}`
    throw noCredentials('NotSignedIn', message, `aws login --profile ${profile}`, error)
  })
}

const UNREACHABLE = /\b(ECONN\w+|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|ETIMEDOUT|TimeoutError|ProxyRefused)\b/

function unreachable(what: string, error: Error): AppError {
  const code = UNREACHABLE.exec(error.message)?.[1] ?? 'NetworkError'
  const hint = 'check the network and the proxy, then run it again'
  return new AppError('aws', code, `${what} cannot be reached: ${firstSentence(error)}`, { hint, transient: true })
}

function firstSentence({ message }: Error): string {
  if (/Deserialization error/.test(message)) return 'the response is not one that AWS sends'
  return redact(message)
    .replace(/\s+/g, ' ')
    .replace(/ To refresh this SSO session .*/, '')
    .trim()
}
