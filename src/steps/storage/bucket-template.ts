import type { LifecycleRule } from '@aws-sdk/client-s3'
import type { TemplatePart, TemplateTag } from '../../core/resource.ts'
import type { BucketState } from './bucket-state.ts'

/** What S3 fills in. */
const S3_DEFAULT = 'all_storage_classes_128K'

export const PUBLIC_ACCESS_BLOCK = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const

export function bucketTemplate(name: string, want: BucketState, Tags: readonly TemplateTag[]): TemplatePart[] {
  const { algorithm: SSEAlgorithm, keyId: KMSMasterKeyID, bucketKey } = want.encryption
  const byDefault = {
    ServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID },
    // With AES256 it means nothing, and what AWS tells of it stays.
    BucketKeyEnabled: KMSMasterKeyID === undefined ? undefined : bucketKey,
  }
  const properties = {
    BucketName: name,
    VersioningConfiguration: { Status: 'Enabled' },
    BucketEncryption: { ServerSideEncryptionConfiguration: [byDefault] },
    PublicAccessBlockConfiguration: PUBLIC_ACCESS_BLOCK,
    OwnershipControls: { Rules: [{ ObjectOwnership: want.objectOwnership }] },
    LifecycleConfiguration: {
      Rules: want.lifecycle.map(ruleOf),
      TransitionDefaultMinimumObjectSize: want.transitionMinimum === S3_DEFAULT ? undefined : want.transitionMinimum,
    },
    Tags,
  }
  return [
    { type: 'AWS::S3::Bucket', id: name, properties },
    { type: 'AWS::S3::BucketPolicy', id: name, properties: { Bucket: name, PolicyDocument: want.policy } },
  ]
}

/** S3's own shape of a rule nests what CloudFormation's has flat; others may have put theirs beside ours. */
function ruleOf({ ID, Filter, Expiration, Transitions, NoncurrentVersionTransitions, ...rule }: LifecycleRule) {
  const { And, Prefix = And?.Prefix ?? rule.Prefix, Tag, ...size } = Filter ?? {}
  const { ObjectSizeGreaterThan: greater, ObjectSizeLessThan: less } = { ...size, ...And }
  const tags = [...(Tag ? [Tag] : []), ...(And?.Tags ?? [])]
  return {
    ...rule,
    Id: ID,
    Prefix,
    TagFilters: tags.length > 0 ? tags : undefined,
    ObjectSizeGreaterThan: greater === undefined ? undefined : String(greater),
    ObjectSizeLessThan: less === undefined ? undefined : String(less),
    ExpirationInDays: Expiration?.Days,
    ExpirationDate: Expiration?.Date?.toISOString(),
    ExpiredObjectDeleteMarker: Expiration?.ExpiredObjectDeleteMarker,
    Transitions: Transitions?.map(({ Days, Date: date, StorageClass }) => ({
      TransitionInDays: Days,
      TransitionDate: date?.toISOString(),
      StorageClass,
    })),
    NoncurrentVersionTransitions: NoncurrentVersionTransitions?.map(({ NoncurrentDays, ...transition }) => ({
      ...transition,
      TransitionInDays: NoncurrentDays,
    })),
  }
}
