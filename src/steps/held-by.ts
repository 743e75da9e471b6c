import type { Concern } from '../core/resource.ts'
import type { Env } from './env.ts'

/** What others have put into a thing of ours (`what`: "topic x has subscriptions"): it does not go with it unless that is asked for. */
export function heldBy(
  code: Concern['code'],
  others: readonly string[] = [],
  what: string,
  instead: string,
  removing: Env['removing'],
  goes = 'them as well',
): Concern[] {
  if (others.length === 0) return []
  const message = `${what} that are not ours: ${others.join(', ')}`
  const hint = `${instead}, or pass --include-others to delete ${goes}`
  return [{ code, message, hint, ...(!removing?.includeOthers && { stops: 'remove' }) }]
}
