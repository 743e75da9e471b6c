import type { KeyState, KMS } from '@aws-sdk/client-kms'
import { arnOf } from '../arn.ts'
import { AwsFault, type Service } from '../service.ts'
import type { Operations } from './typed.ts'

export interface Kms extends Service {
  /** Makes a customer managed key with a policy, as somebody in the account would; answers its ARN. */
  addKey(key: { region: string; account: string; id: string; policy: string }): string
  /** Enabled, Disabled, PendingDeletion …: each key is enabled until it is told otherwise. */
  setState(arn: string, state: KeyState): void
  /** The policy of a key, for the services that use it; undefined where there is no such key. */
  policyOf(arn: string): string | undefined
}

/** Keys and their policies: nothing is encrypted here. */
export function createKms(): Kms {
  const policies = new Map<string, string>()
  const states = new Map<string, KeyState>()
  return {
    id: 'kms',
    addKey({ region, account, id, policy }) {
      const arn = arnOf('kms', { region, account }, `key/${id}`)
      policies.set(arn, policy)
      return arn
    },
    setState: (arn, state) => states.set(arn, state),
    policyOf: (arn) => policies.get(arn),
    operations: {
      DescribeKey: ({ KeyId = '' }) => {
        if (!policies.has(KeyId)) throw new AwsFault('NotFoundException', `Key '${KeyId}' does not exist`)
        const [, , , , AWSAccountId, id = ''] = KeyId.split(':')
        const KeyState = states.get(KeyId) ?? 'Enabled'
        const made = { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', KeyManager: 'CUSTOMER' }
        const named = { AWSAccountId, KeyId: id.replace('key/', ''), Arn: KeyId }
        return { KeyMetadata: { ...named, ...made, KeyState, Enabled: KeyState === 'Enabled' } }
      },
      GetKeyPolicy: ({ KeyId = '' }) => {
        const Policy = policies.get(KeyId)
        if (Policy === undefined) throw new AwsFault('NotFoundException', `Key '${KeyId}' does not exist`)
        return { Policy, PolicyName: 'default' }
      },
    } satisfies Operations<KMS>,
  }
}
