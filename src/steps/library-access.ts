import { checkRegions, isRegionName } from '../aws/partitions.ts'
import { usageError } from '../core/errors.ts'
import { resolveSettings } from './resolve-settings.ts'
import type { RegionChoice } from './session.ts'
import { SETTINGS, type Settings } from './settings.ts'

/**
 * The Regions that a program asks for, each once. Throws a usage error for one that cannot be worked in, or has not the form
 * of a Region.
 */
export function regionsOf(regions: readonly [string, ...string[]] | 'all'): RegionChoice {
  if (regions === 'all') return { allFrom: 'us-east-1' }
  const [first, ...more] = [...new Set(regions)] as [string, ...string[]]
  const wrong = [first, ...more].find((region) => !isRegionName(region))
  if (wrong === undefined) return { named: checkRegions([first, ...more]) }
  throw usageError(`regions has '${wrong}': not a Region`, 'give Regions such as us-east-1')
}

/** The settings that a program gives, with the defaults of all others. Throws a usage error for one that is not known or not valid. */
export function settingsOf(values: Partial<Settings> = {}): Settings {
  if (typeof values !== 'object' || values === null) throw usageError(`settings is ${values}`, 'it is an object')
  const keys: readonly string[] = SETTINGS.map(({ key }) => key)
  const unknown = Object.keys(values).find((key) => !keys.includes(key))
  if (unknown !== undefined)
    throw usageError(`settings has '${unknown}', which is unknown`, `known are ${keys.join(', ')}`)
  return resolveSettings([{ source: 'settings', values }]).settings
}
