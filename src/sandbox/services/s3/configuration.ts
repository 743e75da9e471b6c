import { randomUUID } from 'node:crypto'
import type { LifecycleRule, S3 } from '@aws-sdk/client-s3'
import { bucketArn } from '../../arn.ts'
import { AwsFault, type Call, faultOf } from '../../service.ts'
import { parsePolicy, resourcesOf } from '../policy.ts'
import { Tags } from '../tags.ts'
import type { Operations } from '../typed.ts'
import type { Bucket, BucketInput, Buckets, Settings } from './store.ts'

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

const wrongState = faultOf('InvalidBucketState', 409)

function found<Value>(value: Value | undefined, code: string, what: string): Value {
  if (value !== undefined) return value
  throw new AwsFault(code, `The ${what} was not found`, 404)
}

export function malformedXml(): AwsFault {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema'
  return new AwsFault('MalformedXML', message)
}

const ACTIONS = [
  'Expiration',
  'Transitions',
  'NoncurrentVersionTransitions',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
] as const satisfies (keyof LifecycleRule)[]

/** Lifecycle rules as S3 keeps them: each with an id of its own and at least one action. */
function checkedRules(rules: readonly LifecycleRule[] | undefined): LifecycleRule[] {
  if (rules === undefined || rules.length === 0 || rules.length > 1000) throw malformedXml()
  const kept = rules.map((rule) => ({ ...rule, ID: rule.ID ?? randomUUID() }))
  for (const rule of kept) {
    if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformedXml()
    if (!ACTIONS.some((action) => rule[action] !== undefined)) {
      throw new AwsFault('InvalidRequest', 'At least one action needs to be specified in a rule.')
    }
    for (const days of [
      rule.Expiration?.Days,
      rule.NoncurrentVersionExpiration?.NoncurrentDays,
      rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    ]) {
      if (days !== undefined && !(Number.isInteger(days) && days > 0)) {
        throw new AwsFault('InvalidArgument', "'Days' must be a positive integer")
      }
    }
  }
  if (new Set(kept.map((rule) => rule.ID)).size < kept.length) {
    throw new AwsFault('InvalidArgument', 'Rule ID must be unique. Found same ID for more than one rule')
  }
  return kept
}

/** The policy of a bucket as S3 takes it: readable, with principals, and about this very bucket. */
function checkedBucketPolicy({ region, name }: Bucket, document: string): string {
  const policy = parsePolicy(document, { principal: true, resource: true })
  if (policy === undefined) {
    throw new AwsFault('MalformedPolicy', 'This policy contains invalid Json or lacks a required element')
  }
  const arn = bucketArn(region, name)
  if (!resourcesOf(policy).every((resource) => resource === arn || resource.startsWith(`${arn}/`))) {
    throw new AwsFault('MalformedPolicy', 'Policy has invalid resource')
  }
  return document
}
