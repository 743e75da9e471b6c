import type {
  LifecycleRule,
  ObjectLockConfiguration,
  OwnershipControls,
  PublicAccessBlockConfiguration,
  ReplicationConfiguration,
  ServerSideEncryptionConfiguration,
  TransitionDefaultMinimumObjectSize,
  VersioningConfiguration,
} from '@aws-sdk/client-s3'
import type { Tags } from '../tags.ts'

/** What is set on a bucket; undefined is what was never set or was deleted. */
export interface Settings {
  versioning: VersioningConfiguration['Status']
  encryption: ServerSideEncryptionConfiguration
  publicAccess: PublicAccessBlockConfiguration | undefined
  ownership: OwnershipControls | undefined
  lifecycle: LifecycleRule[] | undefined
  transitionMinimum: TransitionDefaultMinimumObjectSize
  mfaDelete: boolean
  payer: 'BucketOwner' | 'Requester'
  replication: ReplicationConfiguration | undefined
  objectLock: ObjectLockConfiguration | undefined
  policy: string | undefined
  policySetAt: number
  tags: Tags | undefined
}

/** Since 2023 every new bucket is private, encrypted with AES256 and without ACLs. */
export function defaultSettings(): Settings {
  return {
    versioning: undefined,
    encryption: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
    },
    publicAccess: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    ownership: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    lifecycle: undefined,
    transitionMinimum: 'all_storage_classes_128K',
    mfaDelete: false,
    payer: 'BucketOwner',
    replication: undefined,
    objectLock: undefined,
    policy: undefined,
    policySetAt: 0,
    tags: undefined,
  }
}
