import { alarmSources } from '../../src/steps/5-alarms.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'
import type { AlarmProfile } from '../../src/steps/settings.ts'

/** The names of the alarms that a profile asks for in a Region, whatever is in use there. */
function alarmsOf(alarms: AlarmProfile): string[] {
  const { settings } = resolveSettings([{ source: 'test', values: { alarms } }])
  return alarmSources({ settings, region: '' }).flatMap(({ define }) => define()?.name ?? [])
}

/** How many alarms each profile asks for. */
export const MINIMAL = alarmsOf('minimal').length
export const STANDARD = alarmsOf('standard').length
/** Role, bucket, log group, logging, dashboard and topic, with the alarms of the standard profile. */
export const ALL = 6 + STANDARD
