import type { STS } from '@aws-sdk/client-sts'
import { globalArn } from '../arn.ts'
import { AwsFault, faultOf, type Service } from '../service.ts'
import type { Operations } from './typed.ts'

export interface RoleSession {
  readonly account: string
  /** ARN of the session, as STS tells it. */
  readonly arn: string
  readonly roleArn: string
  readonly externalId: string | undefined
  /** The policy that was handed in, which it is held to; undefined for all that the role may do. */
  readonly policy: string | undefined
  readonly expires: number
}

export type Sessions = Map<string, RoleSession>

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/
const MOST_POLICY = 2_048

/**
 * @param caller ARN of whoever calls: a user, the session of an assumed role, or the root user
 * @param mayAssume whether an account has a role that its trust policy lets the caller assume
 */
export function createSts(
  caller: string | undefined,
  sessions: Sessions,
  mayAssume: (account: string, role: string, externalId: string | undefined) => boolean,
): Service {
  return {
    id: 'sts',
    operations: {
      GetCallerIdentity: (_input, call) => ({
        Account: call.account,
        Arn: (call.session && sessions.get(call.session)?.arn) ?? caller ?? globalArn('iam', call, 'user/sandbox'),
        UserId: 'AIDASANDBOXSANDBOX000',
      }),
      AssumeRole: (input, call) => {
        const { RoleArn = '', RoleSessionName = '', ExternalId, Policy, DurationSeconds = 3_600 } = input
        const [, , , , account = '', resource = ''] = RoleArn.split(':')
        const role = resource.split('/').at(-1) ?? ''
        if (!SESSION_NAME.test(RoleSessionName)) throw invalid(`Value '${RoleSessionName}' at 'roleSessionName'`)
        if (DurationSeconds < 900 || DurationSeconds > 43_200) throw invalid(`DurationSeconds ${DurationSeconds}`)
        if ((Policy?.length ?? 0) > MOST_POLICY) throw invalid('policy: longer than 2048 characters')
        if (!mayAssume(account, resource.replace(/^role\//, ''), ExternalId)) {
          const who = caller ?? globalArn('iam', call, 'user/sandbox')
          const message = `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`
          throw new AwsFault('AccessDenied', message, 403)
        }
        const key = `ASIA${String(sessions.size + 1).padStart(16, '0')}`
        const expires = call.now + DurationSeconds * 1_000
        const arn = `arn:aws:sts::${account}:assumed-role/${role}/${RoleSessionName}`
        sessions.set(key, { account, arn, roleArn: RoleArn, externalId: ExternalId, policy: Policy, expires })
        return {
          Credentials: {
            AccessKeyId: key,
            SecretAccessKey: 'sandbox',
            SessionToken: key,
            Expiration: new Date(expires),
          },
          AssumedRoleUser: { AssumedRoleId: `AROASANDBOXSANDBOX000:${RoleSessionName}`, Arn: arn },
        }
      },
    } satisfies Operations<STS>,
  }
}

const invalid = faultOf(
  'ValidationError',
  400,
  (what) => `1 validation error detected: ${what} failed to satisfy constraint`,
)
