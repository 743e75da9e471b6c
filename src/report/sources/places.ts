import type { AwsPlace } from '../../aws/context.ts'
import { isLinked } from '../../aws/link.ts'
import { type AppError, isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { placeName, regionFlag } from '../../core/place.ts'
import { sideBySide } from '../../core/side-by-side.ts'

const PLACES_AT_ONCE = 8
/** Of those that are read through one account, whose requests are put together. */
const LINKED_AT_ONCE = 16

interface Failure<Where extends AwsPlace = AwsPlace> {
  place: Where
  error: AppError
}

export interface PlaceReading<Found, Where extends AwsPlace = AwsPlace> {
  place: Where
  reading: Found
}

/** Of places that each stand for several accounts: what to read instead where one of them is in the way, and their names. */
interface Several<Where extends AwsPlace> {
  halves?(place: Where): readonly Where[] | undefined
  nameOf?(place: Where, among: readonly Where[]): string
}

/** Where nothing is logged there is nothing to read: that is no failure. */
const NOT_LOGGED = ['NoLogGroup', 'NoSuchBucket']

/**
 * Reads several places side by side. Where at least one can be read, one that cannot (the Region may be switched off for the
 * account, or forbidden by a policy) is left out with a warning, and so are those in which nothing is logged.
 * @throws the first place's error where none can be read, and what is no fault of a place, such as an interruption
 */
export async function readPlaces<Found, Where extends AwsPlace>(
  places: readonly Where[],
  read: (place: Where) => Promise<Found>,
  { halves = () => undefined, nameOf = placeName }: Several<Where> = {},
): Promise<{ read: PlaceReading<Found, Where>[]; warnings: Warning[]; incomplete: boolean }> {
  const failed: Failure<Where>[] = []
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
  const silent = failed.filter(({ error }) => NOT_LOGGED.includes(error.code))
  const unreadable = failed.filter((failure) => !silent.includes(failure))
  const named = ({ place }: Failure<Where>) => nameOf(place, places)
  return {
    read: found,
    warnings: [
      ...unreadable.map((failure) => isLeftOut(named(failure), failure.error)),
      ...(silent.length > 0 ? [isNotLogged(silent.map(named), regionFlag(silent.map(({ place }) => place)))] : []),
    ],
    incomplete: unreadable.length > 0,
  }
}

function isLeftOut(name: string, { message }: AppError): Warning {
  return { code: 'region-unreadable', message: `${name} is left out: ${message}` }
}

function isNotLogged(names: readonly string[], flag: string): Warning {
  const message = `nothing is logged in ${[...names].sort().join(', ')}: calls there are not in this report (bedrock-monitor setup${flag} turns logging on)`
  return { code: 'region-not-logged', message }
}

/** Credentials too: a Region that the account has not switched on knows none of them. */
function isOfPlace(error: unknown): error is AppError {
  return isAppError(error) && (error.kind === 'aws' || error.kind === 'credentials' || error.kind === 'failed')
}
