import type { AwsContext } from '../aws/context.ts'
import { type Concern, concernsIn, type Grant } from '../core/resource.ts'
import type { Env } from './env.ts'

/** What others made and is to use a thing of ours after a clean-up, too, by name, and what looking for it takes. */
export interface Users<Found = readonly string[]> {
  grants: readonly Grant[]
  read(cx: AwsContext): Promise<Found>
}

/** What others have put into a thing of ours (`what`: "topic x has subscriptions"): it does not go with it unless that is asked for. */
export function heldBy(
  code: Concern['code'],
  others: readonly string[] = [],
  what: string,
  instead: string,
  removing: Env['removing'],
  goes = 'them as well',
): Concern[] {
  const message = `${what} that are not ours: ${others.join(', ')}`
  const hint = `${instead}, or pass --include-others to delete ${goes}`
  return concernsIn([code, others.length, message, hint, removing?.includeOthers ? undefined : 'remove'])
}
