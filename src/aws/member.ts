import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types'
import { AppError, isAppError } from '../core/errors.ts'
import type { AwsContext } from './context.ts'
import { assumedKeys } from './credentials/roles.ts'
import { renewing } from './credentials.ts'
import { arn } from './partitions.ts'

export interface MemberRole {
  account: string
  /** Its name, with its path where it has one: `reader`, `ops/reader`. */
  role: string
  externalId?: string | undefined
  /** What CloudTrail shows of whoever calls: 2 to 64 characters of `[\w+=,.@-]`. */
  sessionName: string
  /** The session may do what the role allows and this does, too. At most 2,048 characters. */
  policy: string
  isToChange: boolean
}

export function memberRoleArn({ account, role }: Pick<MemberRole, 'account' | 'role'>, region: string): string {
  return arn({ region }, 'iam', '', account, `role/${role}`)
}

/** The keys of a session in another account, kept and renewed. Rejects with an AppError that names account and role. */
export function memberCredentials(cx: AwsContext, region: string, member: MemberRole): AwsCredentialIdentityProvider {
  const RoleArn = memberRoleArn(member, region)
  const { externalId: ExternalId, sessionName: RoleSessionName, policy: Policy, isToChange } = member
  return renewing(cx.clock, async () => {
    try {
      const command = new AssumeRoleCommand({ RoleArn, RoleSessionName, ExternalId, Policy })
      return assumedKeys(await cx.aws.sts.send(command), RoleArn)
    } catch (error) {
      if (!isAppError(error) || error.kind === 'interrupted') throw error
      const check = `check that the role exists there and that its trust policy names you${ExternalId ? '' : ', perhaps with --external-id'}; ${isToChange ? '' : 'bedrock-monitor permissions reader --trust ARN makes one that may read, '}--assume-role names another`
      throw new AppError(error.kind, error.code, `role ${RoleArn} cannot be assumed: ${error.message}`, {
        // Of the caller's own keys, which have run out, the role knows nothing.
        hint: error.kind === 'credentials' ? error.hint : check,
        transient: error.transient,
        cause: error,
      })
    }
  })
}
