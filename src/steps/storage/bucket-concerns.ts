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
  const denied = `denies Bedrock to deliver (statement ${denial?.Sid ?? 'without Sid'})`
  const elsewhere = 'pass --bucket-name with another name'
  const isOpen = owner !== 'ours' && !Object.values(have.publicAccessBlock).every(Boolean)
  const isFull = owner === 'unmarked' && tagsAreFull
  const locked = 'has Object Lock on, so that what is locked cannot be deleted'
  const pays = 'has its requesters pay: whoever reads the log pays for it'
  const copied = 'is replicated: copies of the log stand elsewhere'
  const held = env.removing?.includeOthers ? undefined : 'remove'
  const rows: [Concern['code'], unknown, what: string, hint: string, Concern['stops']?][] = [
    ['bucket-denies', denial, denied, elsewhere, 'apply'],
    ['bucket-open', isOpen, 'does not block all public access', `block it, pass --adopt, or ${elsewhere}`, 'adopt'],
    ['bucket-locked', objectLock, locked, 'pass --keep-data, or wait until the retention has ended', 'remove'],
    ['bucket-mfa-delete', mfaDelete, 'has MFA delete on', NO_MFA, 'remove'],
    ['bucket-tags', isFull, 'has no room for our two tags', `take some of its tags off, or ${elsewhere}`, 'apply'],
    ['bucket-requester-pays', requesterPays, pays, elsewhere],
    ['bucket-replicates', replicates, copied, elsewhere],
    ['bucket-with-others', others, others ? said(others) : '', KEEP_OTHERS, held],
  ]
  return rows.flatMap(([code, applies, what, hint, stops]) =>
    applies ? [{ code, message: `${name} ${what}`, hint, ...(stops && { stops }) }] : [],
  )
}

const NO_MFA = 'turn it off as the root user, or pass --keep-data'
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
