import type { GetKeyPolicyRequest } from '@aws-sdk/client-kms'
import { arnOf } from '../arn.ts'
import { AwsFault, type Service } from '../service.ts'
import { typed } from './typed.ts'

export interface Kms extends Service {
  /** Makes a customer managed key with a policy, as somebody in the account would; answers its ARN. */
  addKey(key: { region: string; account: string; id: string; policy: string }): string
  /** The policy of a key, for the services that use it; undefined where there is no such key. */
  policyOf(arn: string): string | undefined
}

/** Keys and their policies: nothing is encrypted here. */
export function createKms(): Kms {
  const policies = new Map<string, string>()
  return {
    id: 'kms',
    addKey({ region, account, id, policy }) {
      const arn = arnOf('kms', { region, account }, `key/${id}`)
      policies.set(arn, policy)
      return arn
    },
    policyOf: (arn) => policies.get(arn),
    operations: {
      GetKeyPolicy: typed<GetKeyPolicyRequest>(({ KeyId = '' }) => {
        const Policy = policies.get(KeyId)
        if (Policy === undefined) throw new AwsFault('NotFoundException', `Key '${KeyId}' does not exist`)
        return { Policy, PolicyName: 'default' }
      }),
    },
  }
}
