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
import { AwsFault, type Call } from '../../service.ts'
import type { Tags } from '../tags.ts'
import { Versions } from './versions.ts'

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
function defaultSettings(): Settings {
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

export interface Upload {
  readonly id: string
  readonly key: string
  readonly startedAt: number
}

export interface Bucket {
  readonly name: string
  readonly region: string
  /** The account that owns it: not always the sandbox's own. */
  readonly owner: string
  readonly createdAt: number
  readonly settings: Settings
  readonly objects: Versions
  readonly uploads: Map<string, Upload>
  /** Keys that cannot be deleted, as under a legal hold. */
  readonly locked: Set<string>
}

export interface BucketInput {
  Bucket?: string | undefined
  ExpectedBucketOwner?: string | undefined
}

/** All buckets of the world that the sandbox knows of: their names are unique over accounts and Regions. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>()

  create(name: string, region: string, owner: string, now: number): Bucket {
    const bucket: Bucket = {
      name,
      region,
      owner,
      createdAt: now,
      settings: defaultSettings(),
      objects: new Versions(),
      uploads: new Map(),
      locked: new Set(),
    }
    this.#buckets.set(name, bucket)
    return bucket
  }

  find(name: string | undefined): Bucket | undefined {
    return this.#buckets.get(name ?? '')
  }

  of(owner: string): Bucket[] {
    return [...this.#buckets.values()]
      .filter((bucket) => bucket.owner === owner)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  delete(name: string): void {
    this.#buckets.delete(name)
  }

  /** Refused: one that is not there (404), of another owner than expected (403), of another Region (301). */
  open({ Bucket, ExpectedBucketOwner }: BucketInput, { account, region }: Call, anyRegion = false): Bucket {
    const bucket = this.find(Bucket)
    if (bucket === undefined) {
      throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: Bucket })
    }
    if (bucket.owner !== account || (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== bucket.owner)) {
      throw new AwsFault('AccessDenied', 'Access Denied', 403)
    }
    if (bucket.region !== region && !anyRegion) {
      throw new AwsFault(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint.',
        301,
        { Endpoint: `s3.${bucket.region}.amazonaws.com`, Bucket },
        { 'x-amz-bucket-region': bucket.region },
      )
    }
    return bucket
  }
}
