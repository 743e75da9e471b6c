import type { AwsPlace } from '../../aws/context.ts'
import { type AppError, isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { placeName } from '../../core/place.ts'
import { sideBySide } from '../../core/side-by-side.ts'

const PLACES_AT_ONCE = 8

interface Failure<Where extends AwsPlace = AwsPlace> {
  place: Where
  error: AppError
}

export interface PlaceReading<Found, Where extends AwsPlace = AwsPlace> {
  place: Where
  reading: Found
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
): Promise<{ read: PlaceReading<Found, Where>[]; warnings: Warning[]; incomplete: boolean }> {
  const failed: Failure<Where>[] = []
  const outcomes = await sideBySide(places, PLACES_AT_ONCE, async (place) => {
    try {
      return [{ place, reading: await read(place) }]
    } catch (error) {
      if (!isOfPlace(error)) throw error
      failed.push({ place, error })
      return []
    }
  })
  const found = outcomes.flat()
  const [first] = failed
  if (found.length === 0 && first !== undefined) throw first.error
  const silent = failed.filter(({ error }) => NOT_LOGGED.includes(error.code))
  const unreadable = failed.filter((failure) => !silent.includes(failure))
  const nameOf = ({ place }: Failure<Where>) => placeName(place, places)
  return {
    read: found,
    warnings: [
      ...unreadable.map((failure) => isLeftOut(nameOf(failure), failure.error)),
      ...(silent.length > 0 ? [isNotLogged(silent.map(nameOf))] : []),
    ],
    incomplete: unreadable.length > 0,
  }
}

function isLeftOut(name: string, { message }: AppError): Warning {
  return { code: 'region-unreadable', message: `${name} is left out: ${message}` }
}

function isNotLogged(names: readonly string[]): Warning {
  const message = `nothing is logged in ${[...names].sort().join(', ')}: calls there are not in this report (bedrock-monitor setup turns logging on)`
  return { code: 'region-not-logged', message }
}

/** Credentials too: a Region that the account has not switched on knows none of them. */
function isOfPlace(error: unknown): error is AppError {
  return isAppError(error) && (error.kind === 'aws' || error.kind === 'credentials' || error.kind === 'failed')
}
