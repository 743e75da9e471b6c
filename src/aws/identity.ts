import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { AppError } from '../core/errors.ts'
import type { AwsContext, SendOptions } from './context.ts'

export interface Identity {
  accountId: string
  arn: string
}

/** Who the credentials belong to. Throws an error of kind `credentials` when there are none, or none that AWS takes. */
export async function whoAmI({ aws }: AwsContext, options?: SendOptions): Promise<Identity> {
  const { Account, Arn } = await aws.sts.send(new GetCallerIdentityCommand({}), options)
  if (!Account || !Arn) throw new AppError('credentials', 'NoIdentity', 'sts:GetCallerIdentity returned no account')
  return { accountId: Account, arn: Arn }
}
