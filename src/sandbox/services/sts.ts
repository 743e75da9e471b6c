import type { Service } from '../service.ts'

export function createSts(): Service {
  return {
    id: 'sts',
    operations: {
      GetCallerIdentity: (_input, { account }) => ({
        Account: account,
        Arn: `arn:aws:iam::${account}:user/sandbox`,
        UserId: 'AIDASANDBOXSANDBOX000',
      }),
    },
  }
}
