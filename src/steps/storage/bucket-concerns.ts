import { bucketNameOf } from '../../aws/log-bucket.ts'
import type { Concern, Owner } from '../../core/resource.ts'
import { grouped } from '../../text/numbers.ts'
import type { Env } from '../env.ts'
import type { Others } from './bucket-others.ts'
import { type BucketState, denialOf } from './bucket-state.ts'

/** What is to be known of a bucket before it is used or removed. */
export function concernsOf(env: Env, have: BucketState, owner: Owner): Concern[] {
  const name = `bucket ${bucketNameOf(env)}`
  const { mfaDelete, tagsAreFull, requesterPays, replicates, objectLock, others } = have.limits
  const denial = denialOf(env, have)
  const elsewhere = 'pass --bucket-name with another name'
  const { acls, ignoreAcls, policy, restrict } = have.publicAccessBlock
  const isOpen = !(acls && ignoreAcls && policy && restrict)
  const concern = (code: Concern['code'], what: string, hint: string, stops?: Concern['stops']): Concern => ({
    code,
    message: `${name} ${what}`,
    hint,
    ...(stops && { stops }),
  })
  return [
    ...(denial
      ? [
          concern(
            'bucket-denies',
            `denies Bedrock to deliver (statement ${denial.Sid ?? 'without Sid'})`,
            elsewhere,
            'apply',
          ),
        ]
      : []),
    ...(owner !== 'ours' && isOpen
      ? [concern('bucket-open', 'does not block all public access', `block it, pass --adopt, or ${elsewhere}`, 'adopt')]
      : []),
    ...(objectLock
      ? [
          concern(
            'bucket-locked',
            'has Object Lock on, so that what is locked cannot be deleted',
            'pass --keep-data, or wait until the retention has ended',
            'remove',
          ),
        ]
      : []),
    ...(mfaDelete
      ? [
          concern(
            'bucket-mfa-delete',
            'has MFA delete on',
            'turn it off as the root user, or pass --keep-data',
            'remove',
          ),
        ]
      : []),
    ...(owner === 'unmarked' && tagsAreFull
      ? [concern('bucket-tags', 'has no room for our two tags', `take some of its tags off, or ${elsewhere}`, 'apply')]
      : []),
    ...(requesterPays
      ? [concern('bucket-requester-pays', 'has its requesters pay: whoever reads the log pays for it', elsewhere)]
      : []),
    ...(replicates
      ? [concern('bucket-replicates', 'is replicated: copies of the log stand elsewhere', elsewhere)]
      : []),
    ...(others
      ? [concern('bucket-with-others', said(others), KEEP_OTHERS, env.removing?.includeOthers ? undefined : 'remove')]
      : []),
  ]
}

const KEEP_OTHERS = 'move them elsewhere, or pass --include-others to delete them as well'

/** "holds 3 objects (12,000 bytes) that Bedrock did not put there: a.txt, b.txt, …" */
function said({ count, uploads, bytes, first, more }: Others): string {
  const least = more ? 'at least ' : ''
  const list = `${first.join(', ')}${count + uploads > first.length ? ', …' : ''}`
  const number = (of: number, what: string) => `${least}${grouped(of)} ${what}${of === 1 ? '' : 's'}`
  const parts = [
    ...(count > 0 || uploads === 0 ? [`${number(count, 'object version')} (${least}${grouped(bytes)} bytes)`] : []),
    ...(uploads > 0 ? [number(uploads, 'unfinished upload')] : []),
  ]
  return `holds ${parts.join(' and ')} that Bedrock did not put there: ${list}`
}
