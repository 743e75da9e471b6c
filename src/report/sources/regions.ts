import { type AppError, isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { sideBySide } from './side-by-side.ts'
import type { Place } from './source.ts'

const REGIONS_AT_ONCE = 8

interface Failure {
  region: string
  error: AppError
}

export interface RegionReading<Found> {
  region: string
  reading: Found
}

/** Where nothing is logged there is nothing to read: that is no failure. */
const NOT_LOGGED = ['NoLogGroup', 'NoSuchBucket']

/**
 * Reads several Regions side by side. Where at least one can be read, one that cannot (it may be switched off for the
 * account, or forbidden by a policy) is left out with a warning, and so are those in which nothing is logged.
 * @throws the first Region's error where none can be read, and what is no fault of a Region, such as an interruption
 */
export async function readRegions<Found>(
  places: readonly Place[],
  read: (place: Place) => Promise<Found>,
): Promise<{ read: RegionReading<Found>[]; warnings: Warning[]; incomplete: boolean }> {
  const failed: Failure[] = []
  const outcomes = await sideBySide(places, REGIONS_AT_ONCE, async (place) => {
    const { region } = place
    try {
      return [{ region, reading: await read(place) }]
    } catch (error) {
      if (!isOfRegion(error)) throw error
      failed.push({ region, error })
      return []
    }
  })
  const found = outcomes.flat()
  const [first] = failed
  if (found.length === 0 && first !== undefined) throw first.error
  const silent = failed.filter(({ error }) => NOT_LOGGED.includes(error.code))
  const unreadable = failed.filter((failure) => !silent.includes(failure))
  return {
    read: found,
    warnings: [...unreadable.map(isLeftOut), ...(silent.length > 0 ? [isNotLogged(silent)] : [])],
    incomplete: unreadable.length > 0,
  }
}

function isLeftOut({ region, error }: Failure): Warning {
  return { code: 'region-unreadable', message: `${region} is left out: ${error.message}` }
}

function isNotLogged(failures: readonly Failure[]): Warning {
  const regions = failures.map(({ region }) => region).sort()
  const message = `nothing is logged in ${regions.join(', ')}: what was called there is not in this report (bedrock-monitor setup switches logging on)`
  return { code: 'region-not-logged', message }
}

/** Credentials too: a Region that the account has not switched on knows none of them. */
function isOfRegion(error: unknown): error is AppError {
  return isAppError(error) && (error.kind === 'aws' || error.kind === 'credentials' || error.kind === 'failed')
}
