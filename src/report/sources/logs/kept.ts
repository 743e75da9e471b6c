import type { AwsPlace } from '../../../aws/context.ts'
import { orElse } from '../../../aws/errors.ts'
import { isLinked } from '../../../aws/link.ts'
import type { Warning } from '../../../core/events.ts'
import { placeName } from '../../../core/place.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { Window } from '../../model.ts'
import { DAY_MS, isoTime } from '../../window.ts'
import { maybeUsed } from '../places.ts'
import { logTargets, retentionsOf } from './linked.ts'

const PLACES_AT_ONCE = 8

/** Says of log groups that they no longer keep all of a window. CloudWatch answers as if there had been nothing before. */
export async function notKept(
  places: readonly (AwsPlace & { logGroup: string })[],
  window: Window,
): Promise<Warning[]> {
  const warnings = await sideBySide(logTargets(places), PLACES_AT_ONCE, async (target) => {
    const now = target.cx.clock.now()
    const [{ logGroup }] = target.members
    // No log group keeps its events for less than a day.
    if (now - window.start <= DAY_MS + DAY_MS / 24) return []
    const days = await orElse(retentionsOf(target, logGroup, isLinked(target)), () => new Map<string, number>())
    const kept = ({ account }: AwsPlace) => now - (days.get(account) ?? Number.POSITIVE_INFINITY) * DAY_MS
    const aged = target.members.filter((place) => kept(place) > window.start)
    return (await maybeUsed(aged, window)).map((place): Warning => {
      const group = `log group ${logGroup} in ${placeName(place, places)}`
      const message = `${group} keeps events for ${days.get(place.account)} days: what was logged before ${isoTime(kept(place))} is missing`
      return { code: 'retention', message }
    })
  })
  return warnings.flat()
}
