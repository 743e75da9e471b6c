import type { LifecycleRule, ServerSideEncryptionRule, TransitionDefaultMinimumObjectSize } from '@aws-sdk/client-s3'
import { asItStands, keyAsItStands } from '../../aws/canonical.ts'
import {
  type PolicyDocument,
  readPolicy,
  type Statement,
  statementsOf,
  withAdded,
  withoutAdded,
  withoutStatements,
  withStatements,
} from '../../aws/policy.ts'
import { denialIn, isSurelyAllowedIn } from '../../aws/policy-verdict.ts'
import { equal } from '../../core/diff.ts'
import { type Concern, concernsIn, type Known, type Owner } from '../../core/resource.ts'
import { bytes as bytesText, count as counted, grouped } from '../../text/numbers.ts'
import type { Contents, Others } from './bucket-others.ts'
import { type BucketUse, LIFECYCLE_RULE } from './bucket-use.ts'

export interface Encryption {
  algorithm: string | undefined
  keyId: string | undefined
  bucketKey: boolean
  /** What else its rule says (encryption that is refused …): each put that leaves it out takes it back. */
  others: Omit<ServerSideEncryptionRule, 'ApplyServerSideEncryptionByDefault' | 'BucketKeyEnabled'>
}

export interface BucketState {
  versioning: boolean
  encryption: Encryption
  publicAccessBlock: { acls: boolean; ignoreAcls: boolean; policy: boolean; restrict: boolean }
  objectOwnership: string | undefined
  lifecycle: LifecycleRule[]
  /** Of the whole lifecycle configuration: each put that leaves it out sets it back. */
  transitionMinimum: TransitionDefaultMinimumObjectSize | undefined
  policy: PolicyDocument
  /** Known, not set. */
  limits: BucketLimits
}

/** What hinders using or removing a bucket. What was not looked at is left out. */
export interface BucketLimits {
  mfaDelete: boolean
  requesterPays?: boolean
  replicates?: boolean
  objectLock?: boolean
  /** Regions that use it, of which the clean-up is not. */
  otherRegions?: readonly string[]
  contents?: Contents
  others?: Others
  /** What delivers here and stays. */
  users?: readonly string[]
}

const TLS_ONLY = 'BedrockMonitorDenyInsecureTransport'

const deliveriesOf = ({ delivery }: BucketUse): Statement[] => (delivery ? [delivery] : [])

/** The settings we want, beside whatever others have put into the bucket's policy and lifecycle. */
export function desiredBucket(use: BucketUse, have: BucketState | undefined): BucketState {
  const tlsOnly: Statement = {
    Sid: TLS_ONLY,
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:*'],
    Resource: [use.arn, `${use.arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': ['false'] } },
  }
  return {
    versioning: true,
    encryption: desiredEncryption(use.kmsKey, have?.encryption),
    publicAccessBlock: { acls: true, ignoreAcls: true, policy: true, restrict: true },
    objectOwnership: 'BucketOwnerEnforced',
    lifecycle: asItStands(have?.lifecycle, [
      ...(have?.lifecycle ?? []).filter((rule) => rule.ID !== LIFECYCLE_RULE),
      use.lifecycle,
    ]),
    transitionMinimum: have?.transitionMinimum,
    policy: withStatements(have?.policy ?? readPolicy(undefined), [...deliveriesOf(use), tlsOnly]),
    limits: have?.limits ?? { mfaDelete: false },
  }
}

/** Of a bucket that was there before us: its service is let deliver, unless it already is. */
export function adoptedBucket(use: BucketUse, have: BucketState): BucketState {
  if (!use.request || isSurelyAllowedIn(statementsOf(have.policy), use.request)) return have
  return { ...have, policy: withAdded(have.policy, deliveriesOf(use)) }
}

export function releasedBucket(use: BucketUse, have: BucketState): BucketState {
  return { ...have, policy: withoutAdded(have.policy, deliveriesOf(use)) }
}

/** Of a bucket that is to go: its service may not deliver any more. One that was there before us keeps all that is not ours. */
export function closedPolicy(
  use: BucketUse,
  { state: { policy }, owner }: Known<BucketState>,
  withTls = true,
): PolicyDocument {
  if (owner !== 'ours') return withoutAdded(policy, deliveriesOf(use))
  const ours = deliveriesOf(use).map(({ Sid = '' }) => Sid)
  return withoutStatements(policy, [...ours, ...(withTls ? [] : [TLS_ONLY])])
}

export function shortenedExpiry({ name }: BucketUse, have: BucketState, want: BucketState): string | undefined {
  const daysOf = ({ lifecycle }: BucketState) => {
    const rule = lifecycle.find(({ ID }) => ID === LIFECYCLE_RULE)
    return [rule?.Expiration?.Days, rule?.NoncurrentVersionExpiration?.NoncurrentDays] as const
  }
  const [before, after] = [daysOf(have), daysOf(want)]
  const sooner = (['objects', 'old versions'] as const).flatMap((what, index) => {
    const [from, to] = [before[index], after[index]]
    return from !== undefined && to !== undefined && to < from ? [`${what} after ${to} days instead of ${from}`] : []
  })
  if (sooner.length === 0) return undefined
  return `bucket ${name} expires ${sooner.join(', ')}: S3 deletes what is older`
}

/** A key of the settings, or one that the bucket already has: encryption is never weakened. */
export function desiredEncryption(key: string, have: Encryption | undefined): Encryption {
  const others = have?.others ?? {}
  if (key !== '') return { algorithm: 'aws:kms', keyId: keyAsItStands(have?.keyId, key), bucketKey: true, others }
  if (have?.algorithm?.startsWith('aws:kms')) return have
  // A bucket key is of KMS: with AES256 it means nothing, and AWS may tell it either way.
  const bucketKey = have?.algorithm === 'AES256' ? have.bucketKey : true
  return { algorithm: 'AES256', keyId: undefined, bucketKey, others }
}

/** "objects expire after 90 days, AES256, private" */
export function bucketSummary({ lifecycle, encryption, publicAccessBlock }: BucketState): string {
  const days = lifecycle.find(({ ID }) => ID === LIFECYCLE_RULE)?.Expiration?.Days
  const isPrivate = Object.values(publicAccessBlock).every(Boolean)
  return [
    days === undefined ? 'objects never expire' : `objects expire after ${counted(days, 'day')}`,
    ...(encryption.algorithm === undefined ? [] : [encryption.algorithm]),
    isPrivate ? 'private' : 'public access not blocked',
  ].join(', ')
}

/** "2,860 objects, 1.3 MB"; old versions of objects are objects, too. */
export function bucketHolds({ limits: { contents } }: BucketState): string | undefined {
  if (!contents) return undefined
  const { count, bytes, more } = contents
  return `${more ? 'at least ' : ''}${counted(count, 'object')}, ${bytesText(bytes)}`
}

export function concernsOf(use: BucketUse, have: BucketState, owner: Owner): Concern[] {
  const name = `bucket ${use.name}`
  const { mfaDelete, requesterPays, replicates, objectLock, others, users } = have.limits
  // It keeps the service from delivering, whatever is allowed besides.
  const denial = use.request && denialIn(statementsOf(have.policy), use.request)
  const denied = `${name} denies ${use.writer} to deliver (statement ${denial?.Sid ?? 'without Sid'})`
  const elsewhere = `pass ${use.nameFlag} with another name`
  const isOpen = owner !== 'ours' && !Object.values(have.publicAccessBlock).every(Boolean)
  const isUnset = owner === 'ours' && !(have.versioning && equal(have.lifecycle, desiredBucket(use, have).lifecycle))
  const unset = `${name} has MFA delete on, so S3 accepts no expiration rule, and no change of versioning without an MFA code`
  const locked = `${name} has Object Lock on, so locked objects cannot be deleted`
  const pays = `${name} has Requester Pays on: whoever reads from it pays`
  const copied = `${name} is replicated: copies of its objects exist elsewhere`
  const open = `${name} does not block all public access`
  const used = `${name} is what ${users?.join(', ')} delivers to, which is not ours`
  const held = use.env.removing?.includeOthers ? undefined : 'remove'
  return concernsIn(
    ['bucket-denies', denial, denied, elsewhere, 'apply'],
    ['bucket-open', isOpen, open, `block it, pass --adopt, or ${elsewhere}`, 'adopt'],
    ['bucket-locked', objectLock, locked, KEEP_LOCKED, 'remove'],
    ['bucket-mfa-delete', mfaDelete && isUnset, unset, `${NO_MFA} --skip ${use.step}`, 'apply'],
    ['bucket-mfa-delete', mfaDelete, `${name} has MFA delete on`, `${NO_MFA} --keep-data`, 'remove'],
    ['bucket-requester-pays', requesterPays, pays, elsewhere],
    ['bucket-replicates', replicates, copied, elsewhere],
    ['bucket-with-others', others, others ? `${name} ${said(others, use.writer)}` : '', KEEP_OTHERS, held],
    ['bucket-with-others', users, used, KEEP_USERS, held],
  )
}

const KEEP_LOCKED = 'pass --keep-data, and delete it yourself once nothing in it is locked'
const NO_MFA = 'turn it off as the root user, or pass'
const KEEP_USERS = 'have it deliver elsewhere, or pass --include-others to delete the bucket anyway'
const KEEP_OTHERS = 'move them elsewhere, or pass --include-others to delete them as well'

/** "holds 3 objects (11.7 KB) that Bedrock did not put there: a.txt, b.txt, …" */
function said({ count, uploads, bytes, first, more }: Others, writer: string): string {
  const least = more ? 'at least ' : ''
  const list = `${first.join(', ')}${count + uploads > first.length ? ', …' : ''}`
  const number = (of: number, what: string) => `${least}${grouped(of)} ${what}${of === 1 ? '' : 's'}`
  const parts = [
    ...(count > 0 || uploads === 0 ? [`${number(count, 'object version')} (${least}${bytesText(bytes)})`] : []),
    ...(uploads > 0 ? [number(uploads, 'unfinished upload')] : []),
  ]
  return `holds ${parts.join(' and ')} that ${writer} did not put there: ${list}`
}
