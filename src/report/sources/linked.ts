import type { AwsPlace } from '../../aws/context.ts'
import { orElse } from '../../aws/errors.ts'
import { asHub, isLinked, throughHub } from '../../aws/link.ts'
import { errorJson } from '../../core/change-report.ts'
import type { Warning } from '../../core/events.ts'
import { accountsOf, placeKey } from '../../core/place.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import { accountLabel } from '../../text/account.ts'
import { count } from '../../text/numbers.ts'
import type { ReportAccount } from '../view.ts'
import type { KnownAccount, LinkedReading, SignedIn } from './source.ts'

const HUBS_AT_ONCE = 8
const MOST_SHOWN = 5

type FindLinked = (hub: AwsPlace) => Promise<readonly string[]>

/** Places, and linked accounts' there; one that can be read by itself is. @throws where no account can be read */
export async function withLinked(
  { places, accounts = [], linked }: Pick<SignedIn<object>, 'places' | 'accounts' | 'linked'>,
  find: FindLinked | undefined,
  by?: string,
) {
  const failed = new Map(accounts.flatMap(({ id, error, regions }) => (error ? [[id, regions] as const] : [])))
  const isAsked = find !== undefined && linked !== undefined && (!linked.onlyNamed || failed.size > 0)
  const found = isAsked ? await foundBy(find, linked, places, failed) : { places, ids: [] }
  const [first] = accounts.flatMap(({ error }) => error ?? [])
  if (found.places.length === 0 && first) throw first
  const isRead = new Set(found.ids)
  const viaLinks = new Set(linked?.hubs.map(({ region }) => region))
  const others = found.ids.filter((id) => !accounts.some((account) => account.id === id))
  return {
    places: found.places as [AwsPlace, ...AwsPlace[]],
    accounts: [
      ...accounts.map(({ error, regions: own = [], ...account }): KnownAccount => {
        if (!error || !isRead.has(account.id)) return { ...account, ...(error && { error }) }
        const regions = own.filter((region) => !viaLinks.has(region))
        return { ...account, linked: true, ...(regions.length > 0 && { error, regions }) }
      }),
      ...others.map((id): KnownAccount => ({ id, linked: true })),
    ],
    warnings: linked && found.ids.length > 0 ? [areLinked(found.ids, linked, by)] : [],
  }
}

async function foundBy(
  find: FindLinked,
  { hubs, onlyNamed }: LinkedReading,
  places: readonly AwsPlace[],
  failed: ReadonlyMap<string, readonly string[] | undefined>,
): Promise<{ places: readonly AwsPlace[]; ids: string[] }> {
  const known = new Set(places.map(placeKey))
  const linked = await sideBySide(hubs.map(asHub), HUBS_AT_ONCE, async (hub) => {
    const owners = await orElse(find(hub), () => [])
    const added = owners
      .filter((owner) => !onlyNamed || (failed.has(owner) && failed.get(owner)?.includes(hub.region) !== false))
      .map((owner) => throughHub(hub, owner))
      .filter((place) => !known.has(placeKey(place)))
    return { hub, added }
  })
  // What was found serves the hub's own reading, too.
  const asHubs = new Map(linked.map(({ hub }) => [placeKey(hub), hub]))
  const added = linked.flatMap((one) => one.added)
  return { places: [...places.map((place) => asHubs.get(placeKey(place)) ?? place), ...added], ids: accountsOf(added) }
}

function areLinked(
  ids: readonly string[],
  { hubs: [hub], onlyNamed }: LinkedReading,
  by = 'CloudWatch cross-account observability',
): Warning {
  const more = ids.length > MOST_SHOWN ? ` and ${ids.length - MOST_SHOWN} more` : ''
  const accounts = `${count(ids.length, 'account')} linked to ${hub?.account} by ${by}`
  const which = `${ids.slice(0, MOST_SHOWN).join(', ')}${more}`
  const message = onlyNamed
    ? `read through a link, since no role could be assumed: ${accounts}: ${which}`
    : `included: ${accounts}: ${which}; --no-linked leaves out linked accounts`
  return { code: 'accounts-linked', message }
}

/** What a link does not tell is asked of the account itself, and so of the others alone. */
export function askedThemselves<Where extends AwsPlace>(places: readonly Where[]): Where[] {
  return places.filter((place) => !isLinked(place))
}

export function reportAccounts(read: readonly string[], known: readonly KnownAccount[]): ReportAccount[] {
  const ids = [...new Set([...known.map(({ id }) => id), ...read])]
  return ids.map((id) => {
    const own = known.filter((account) => account.id === id)
    const name = own.find((account) => account.name)?.name
    const linked = own.some((account) => account.linked)
    const error = own.find((account) => account.error)?.error
    return { id, ...(name && { name }), ...(linked && { linked }), ...(error && { error: errorJson(error) }) }
  })
}

export function unreadAccounts(known: readonly KnownAccount[]): Warning[] {
  return known.flatMap(({ id, name, error, linked, regions = [] }) => {
    if (!error) return []
    const where = linked ? `is read through its link, which does not reach ${regions.join(', ')}` : 'is left out'
    const message = `account ${accountLabel({ id, name })} ${where}: ${error.message}`
    return [{ code: 'account-unreadable', message }]
  })
}

export function hintOf(known: readonly KnownAccount[]): string | undefined {
  return known.find(({ error }) => error?.hint)?.error?.hint
}
