import type { AwsPlace } from '../aws/context.ts'
import { isAppError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { placeKey } from '../core/place.ts'
import { unreadAccounts, withLinked } from '../report/sources/linked.ts'
import { linkedByMetrics } from '../report/sources/metrics/list-models.ts'
import type { KnownAccount } from '../report/sources/source.ts'
import { type Fleet, linkedOf, placesOf } from './session.ts'

/** As often as models are looked for anew: a listing or two in each Region. */
const LOOK_EVERY_MS = 15 * 60_000

export interface Watched {
  places: readonly [AwsPlace, ...AwsPlace[]]
  /** Grows with the accounts that are linked later. */
  accounts: readonly KnownAccount[]
  /** The places of accounts that have been linked since it was last asked; looks for them now and then. */
  joined(): Promise<readonly AwsPlace[]>
}

/** What a command that goes on and on reads: the places of a fleet, and those that are linked to it, at once or later. */
export async function watchedPlaces(fleet: Fleet, tell: (warning: Warning) => void): Promise<Watched> {
  const { clock } = fleet.cx
  const reach = () => withLinked({ ...fleet, places: placesOf(fleet), linked: linkedOf(fleet) }, linkedByMetrics)
  const { places, warnings, ...first } = await reach()
  const accounts = [...first.accounts]
  for (const warning of [...warnings, ...unreadAccounts(accounts)]) tell(warning)
  const known = new Set(places.map(placeKey))
  let lookedAt = clock.now()
  return {
    places,
    accounts,
    async joined() {
      if (!fleet.hub || clock.now() - lookedAt < LOOK_EVERY_MS) return []
      lookedAt = clock.now()
      const now = await reach().catch((error: unknown) => {
        // It is looked for again, and what is known is read all the same.
        if (!isAppError(error) || error.kind === 'interrupted') throw error
      })
      const fresh = now?.places.filter((place) => !known.has(placeKey(place))) ?? []
      if (!now || fresh.length === 0) return []
      for (const place of fresh) known.add(placeKey(place))
      accounts.push(...now.accounts.filter(({ id }) => accounts.every((account) => account.id !== id)))
      for (const warning of now.warnings) tell(warning)
      return fresh
    },
  }
}
