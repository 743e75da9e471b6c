import { AppError } from '../../core/errors.ts'
import { type PolicyScope, permissionsPolicy } from './permissions.ts'
import type { Purpose } from './permissions-policy.ts'

/** The most characters that STS takes of a policy for one session. */
export const SESSION_POLICY_LIMIT = 2_048

/**
 * What a session in another account may do at most, whatever its role allows: what the commands of a purpose call, and no more.
 * Where naming each resource would make it too long for STS, it names the actions alone; the role still says on what.
 */
export function sessionPolicy(scope: PolicyScope, purpose: Purpose): string {
  const exact = permissionsPolicy(scope, purpose).Statement.map(({ Sid: _, ...statement }) => statement)
  const wide = permissionsPolicy({ ...scope, everyRegion: true }, purpose).Statement.map(({ Sid: _, ...each }) => each)
  const actions = [...new Set(exact.flatMap(({ Action }) => Action))].sort()
  const flat = [{ Effect: 'Allow', Action: actions, Resource: '*' }]
  for (const Statement of [exact, wide, flat]) {
    const text = JSON.stringify({ Version: '2012-10-17', Statement })
    if (text.length <= SESSION_POLICY_LIMIT) return text
  }
  throw new AppError('failed', 'SessionPolicyTooLong', `the session policy of ${purpose} is too long for STS`)
}
