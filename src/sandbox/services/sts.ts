import { globalArn } from '../arn.ts'
import type { Service } from '../service.ts'

/** @param caller ARN of whoever calls: a user, the session of an assumed role, or the root user */
export function createSts(caller?: string): Service {
  return {
    id: 'sts',
    operations: {
      GetCallerIdentity: (_input, call) => ({
        Account: call.account,
        Arn: caller ?? globalArn('iam', call, 'user/sandbox'),
        UserId: 'AIDASANDBOXSANDBOX000',
      }),
    },
  }
}
