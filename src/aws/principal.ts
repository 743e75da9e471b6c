import { GetRoleCommand } from '@aws-sdk/client-iam'
import { isAppError } from '../core/errors.ts'
import type { AwsContext } from './context.ts'

/** Whose policies decide on a caller's rights, or why that cannot be told. */
export type Principal = { arn: string } | { unknown: string }

/**
 * The user or role behind a caller. STS names the session of an assumed role without the role's path, which
 * SimulatePrincipalPolicy needs: GetRole knows it.
 * @param caller the ARN that STS gives
 */
export async function principalOf({ aws }: AwsContext, caller: string): Promise<Principal> {
  const [, , service, , , ...rest] = caller.split(':')
  const [kind, name] = rest.join(':').split('/')
  if (service === 'iam' && kind === 'user') return { arn: caller }
  if (kind === 'root') return { unknown: 'the rights of the root user cannot be simulated' }
  if (service !== 'sts' || kind !== 'assumed-role' || name === undefined) {
    return { unknown: 'only the rights of users and roles can be simulated' }
  }
  try {
    const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName: name }))
    return Role?.Arn === undefined ? { unknown: `role ${name} has no ARN` } : { arn: Role.Arn }
  } catch (error) {
    if (!isAppError(error) || error.kind !== 'aws') throw error
    return { unknown: error.message }
  }
}
