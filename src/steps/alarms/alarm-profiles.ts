import { ALARM_PROFILES, type AlarmProfile, type Settings } from '../setting-definition.ts'
import { THRESHOLDS } from './threshold-alarms.ts'

/** What a profile sets otherwise than by default; what is given in any other way outweighs it. */
const PROFILE_SETTINGS: Readonly<Record<AlarmProfile, Partial<Settings>>> = {
  minimal: {},
  standard: {},
  strict: {
    anomaly: true,
    anomalyBand: 2,
    pageOnce: true,
    ...Object.fromEntries(THRESHOLDS.flatMap(({ key, strict }) => (strict === undefined ? [] : [[key, strict]]))),
  },
}

/** A profile's settings; none for what is no profile. */
export function profileSettings(profile: unknown): Partial<Settings> {
  const known = ALARM_PROFILES.find((name) => name === profile)
  return known === undefined ? {} : PROFILE_SETTINGS[known]
}
