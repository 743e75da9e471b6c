import type { AwsPlace } from '../../aws/context.ts'
import { isLinked } from '../../aws/link.ts'
import { type AppError, isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { placeName, regionFlag } from '../../core/place.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import type { Window } from '../model.ts'
import { DAY_MS } from '../window.ts'
import { listModels } from './metrics/list-models.ts'

const PLACES_AT_ONCE = 8
/** Of those that are read through one account, whose requests are put together. */
const LINKED_AT_ONCE = 16

export interface PlaceReading<Found, Where extends AwsPlace = AwsPlace> {
  place: Where
  reading: Found
}

interface Particular<Where extends AwsPlace> {
  halves?(place: Where): readonly Where[] | undefined
  nameOf?(place: Where, among: readonly Where[]): string
  isSilent?(place: Where): boolean
  window?: Window
}

/** Where nothing is logged there is nothing to read: that is no failure. */
const NOT_LOGGED = ['NoLogGroup', 'NoSuchBucket']

/** One that cannot be read, or logs nothing, is left out with a warning. @throws where none can be read */
export async function readPlaces<Found, Where extends AwsPlace>(
  places: readonly Where[],
  read: (place: Where) => Promise<Found>,
  { halves = () => undefined, nameOf = placeName, isSilent = () => false, window }: Particular<Where> = {},
): Promise<{ read: PlaceReading<Found, Where>[]; warnings: Warning[]; incomplete: boolean; unread?: 'regions' }> {
  const failed: { place: Where; error: AppError }[] = []
  const most = places.some(isLinked) ? LINKED_AT_ONCE : PLACES_AT_ONCE
  const outcomes = await sideBySide(places, most, async (place) => {
    const attempt = async (place: Where): Promise<PlaceReading<Found, Where>[]> => {
      try {
        return [{ place, reading: await read(place) }]
      } catch (error) {
        if (!isOfPlace(error)) throw error
        const parts = error.transient ? undefined : halves(place)
        if (parts) return (await Promise.all(parts.map(attempt))).flat()
        failed.push({ place, error })
        return []
      }
    }
    return attempt(place)
  })
  const found = outcomes.flat()
  const [first] = failed
  if (found.length === 0 && first !== undefined) throw first.error
  const isUnlogged = ({ error }: { error: AppError }) => NOT_LOGGED.includes(error.code)
  const unlogged = [...failed.filter(isUnlogged), ...found.filter(({ place }) => isSilent(place))]
  const ofUnlogged = unlogged.map(({ place }) => place)
  const silent = await maybeUsed(ofUnlogged, window)
  const unreadable = failed.filter((failure) => !isUnlogged(failure))
  const named = (place: Where) => nameOf(place, places)
  return {
    read: found,
    warnings: [
      ...unreadable.map(({ place, error: { message } }): Warning => {
        return { code: 'region-unreadable', message: `${named(place)} is left out: ${message}` }
      }),
      ...isNotLogged(silent.map(named), silent),
    ],
    incomplete: unreadable.length > 0,
    ...(silent.length + unreadable.length > 0 && { unread: 'regions' }),
  }
}

/** ListMetrics has what had data within that time (docs: ListMetrics). */
const LISTED_MS = 14 * DAY_MS

/** Those of some places where models may have been called in a window: all but where CloudWatch has metrics of none. */
export async function maybeUsed<Where extends AwsPlace>(
  places: readonly Where[],
  window: Window | undefined,
): Promise<Where[]> {
  const used = await sideBySide(places, PLACES_AT_ONCE, async (place) => {
    if (window === undefined || isLinked(place) || place.cx.clock.now() - window.start > LISTED_MS) return [place]
    const models = await listModels(place.cx).then(
      (listed) => listed.models.length,
      (error: unknown) => {
        if (!isOfPlace(error)) throw error
      },
    )
    return models === 0 ? [] : [place]
  })
  return used.flat()
}

export function isNotLogged(names: readonly string[], places: readonly AwsPlace[]): Warning[] {
  if (names.length === 0) return []
  const message = `nothing is logged in ${[...names].sort().join(', ')}: what is called there is not in this report (bedrock-monitor setup${regionFlag(places)} turns logging on)`
  return [{ code: 'region-not-logged', message }]
}

/** Credentials too: a Region that the account has not switched on knows none of them. */
function isOfPlace(error: unknown): error is AppError {
  return isAppError(error) && (error.kind === 'aws' || error.kind === 'credentials' || error.kind === 'failed')
}
