import type { S3 } from '@aws-sdk/client-s3'
import { AwsFault, type Call } from '../../service.ts'
import { Tags } from '../tags.ts'
import type { Operations } from '../typed.ts'
import { checkedBucketPolicy, checkedRules, malformedXml } from './checks.ts'
import type { Settings } from './settings.ts'
import type { BucketInput, Buckets } from './store.ts'

/** Reading, setting and deleting each of a bucket's settings. */
export function configurationOperations(buckets: Buckets): Operations<S3> {
  const get =
    (answer: (settings: Settings) => object) =>
    (input: BucketInput, call: Call): object =>
      answer(buckets.open(input, call).settings)
  const put =
    <In extends BucketInput>(change: (settings: Settings, input: In) => void) =>
    (input: In, call: Call): void =>
      change(buckets.open(input, call).settings, input)
  /** What is set, by the name that the answer has for it; the service's own error where nothing is. */
  const read = (setting: keyof Settings, member: string, missing: string) =>
    get((settings) => ({ [member]: found(settings[setting], missing, member) }))
  const clear = (setting: { [Key in keyof Settings]: undefined extends Settings[Key] ? Key : never }[keyof Settings]) =>
    put((settings) => {
      settings[setting] = undefined
    })
  return {
    GetBucketVersioning: get(({ versioning, mfaDelete }) => ({
      ...(versioning !== undefined && { Status: versioning }),
      ...(mfaDelete && { MFADelete: 'Enabled' }),
    })),
    GetBucketRequestPayment: get(({ payer }) => ({ Payer: payer })),
    PutBucketRequestPayment: put((settings, { RequestPaymentConfiguration }) => {
      settings.payer = RequestPaymentConfiguration?.Payer ?? 'BucketOwner'
    }),
    GetBucketReplication: read('replication', 'ReplicationConfiguration', 'ReplicationConfigurationNotFoundError'),
    PutBucketReplication: put((settings, { ReplicationConfiguration }) => {
      settings.replication = ReplicationConfiguration
    }),
    GetObjectLockConfiguration: read('objectLock', 'ObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError'),
    PutObjectLockConfiguration: put((settings, { ObjectLockConfiguration }) => {
      if (settings.versioning !== 'Enabled') throw wrongState("Versioning must be 'Enabled' on the bucket")
      settings.objectLock = ObjectLockConfiguration
    }),
    PutBucketVersioning: put((settings, { VersioningConfiguration, MFA }) => {
      const { Status, MFADelete } = VersioningConfiguration ?? {}
      if (Status !== 'Enabled' && Status !== 'Suspended') throw malformedXml()
      if ((settings.mfaDelete || MFADelete) && !MFA) {
        throw new AwsFault('AccessDenied', 'Mfa Authentication must be used for this request', 403)
      }
      if (MFADelete === 'Enabled' && settings.lifecycle) {
        throw wrongState('Mfa Authentication is not supported on a bucket with lifecycle configuration')
      }
      if (Status === 'Suspended' && (settings.objectLock || settings.replication)) {
        const which = settings.objectLock ? 'An Object Lock' : 'A replication'
        throw wrongState(`${which} configuration is present on this bucket, so the versioning state cannot be changed`)
      }
      settings.versioning = Status
      if (MFADelete) settings.mfaDelete = MFADelete === 'Enabled'
    }),

    // Only of a bucket from before 2023 there is none.
    GetBucketEncryption: get(({ encryption }) => ({
      ServerSideEncryptionConfiguration: found(
        encryption.Rules?.length ? encryption : undefined,
        'ServerSideEncryptionConfigurationNotFoundError',
        'encryption',
      ),
    })),
    PutBucketEncryption: put((settings, { ServerSideEncryptionConfiguration: wanted }) => {
      const rules = wanted?.Rules?.map((rule) => ({ ...rule, BucketKeyEnabled: rule.BucketKeyEnabled ?? false }))
      if (rules?.length !== 1) throw malformedXml()
      settings.encryption = { Rules: rules }
    }),

    GetPublicAccessBlock: read(
      'publicAccess',
      'PublicAccessBlockConfiguration',
      'NoSuchPublicAccessBlockConfiguration',
    ),
    PutPublicAccessBlock: put((settings, { PublicAccessBlockConfiguration: wanted }) => {
      const off = {
        BlockPublicAcls: false,
        IgnorePublicAcls: false,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: false,
      }
      settings.publicAccess = { ...off, ...wanted }
    }),
    DeletePublicAccessBlock: clear('publicAccess'),

    GetBucketOwnershipControls: read('ownership', 'OwnershipControls', 'OwnershipControlsNotFoundError'),
    PutBucketOwnershipControls: put((settings, { OwnershipControls: wanted }) => {
      if (wanted?.Rules?.length !== 1) throw malformedXml()
      settings.ownership = wanted
    }),
    DeleteBucketOwnershipControls: clear('ownership'),

    GetBucketLifecycleConfiguration: get(({ lifecycle, transitionMinimum }) => ({
      TransitionDefaultMinimumObjectSize: transitionMinimum,
      Rules: found(lifecycle, 'NoSuchLifecycleConfiguration', 'lifecycle configuration'),
    })),
    PutBucketLifecycleConfiguration: put((settings, input) => {
      if (settings.mfaDelete) throw wrongState('Lifecycle configuration on MFA-enabled buckets is not supported')
      settings.lifecycle = checkedRules(input.LifecycleConfiguration?.Rules)
      // Each put that leaves it out sets it back to the default (docs: PutBucketLifecycleConfiguration).
      settings.transitionMinimum = input.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K'
    }),
    DeleteBucketLifecycle: clear('lifecycle'),

    GetBucketPolicy: read('policy', 'Policy', 'NoSuchBucketPolicy'),
    PutBucketPolicy: (input, call) => {
      const bucket = buckets.open(input, call)
      bucket.settings.policy = checkedBucketPolicy(bucket, input.Policy ?? '')
      bucket.settings.policySetAt = call.now
    },
    DeleteBucketPolicy: clear('policy'),

    GetBucketTagging: get(({ tags }) => ({ TagSet: found(tags, 'NoSuchTagSet', 'TagSet').list() })),
    PutBucketTagging: put((settings, { Tagging }) => {
      const { TagSet = [] } = Tagging ?? {}
      if (TagSet.length > 50) throw new AwsFault('BadRequest', 'Bucket tag count cannot be greater than 50', 400)
      settings.tags = new Tags(TagSet)
    }),
    DeleteBucketTagging: clear('tags'),
  }
}

function wrongState(message: string): AwsFault {
  return new AwsFault('InvalidBucketState', message, 409)
}

function found<Value>(value: Value | undefined, code: string, what: string): Value {
  if (value !== undefined) return value
  throw new AwsFault(code, `The ${what} was not found`, 404)
}
