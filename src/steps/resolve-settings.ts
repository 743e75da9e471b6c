import { usageError } from '../core/errors.ts'
import { THRESHOLDS } from './alarms/threshold-alarms.ts'
import { SETTINGS, type SettingDefinition, type SettingKey, type Settings } from './settings.ts'

/** A source of values, e.g. the flags or the configuration file, with the name that errors call it by. */
export interface SettingLayer {
  source: string
  /** By setting key; strings are converted where the setting is a number. */
  values: Readonly<Partial<Record<SettingKey, unknown>>>
  /** How this source calls a setting ("--retention-days", "RETENTION_DAYS"); its key otherwise. */
  nameOf?(key: SettingKey): string
}

export interface ResolvedSettings {
  settings: Settings
  /** Where each value came from, for `--debug`. */
  sources: Record<SettingKey, string>
}

/** The settings that some layer has a value of. */
export function givenIn(layers: readonly SettingLayer[]): ReadonlySet<SettingKey> {
  return new Set(SETTINGS.map(({ key }) => key).filter((key) => layers.some(({ values }) => values[key] !== undefined)))
}

/**
 * The settings from layers, strongest first; what no layer sets is as the profile of alarms has it, or else its default.
 * Throws a usage error that names the value, where it came from and what would be valid.
 */
export function resolveSettings(layers: readonly SettingLayer[]): ResolvedSettings {
  const settings: Partial<Record<SettingKey, string | number | boolean>> = {}
  const sources: Partial<Record<SettingKey, string>> = {}
  const profile = layers.find(({ values }) => values.alarms !== undefined)?.values.alarms
  const all = [...layers, { source: `alarms ${profile}`, values: profileSettings(profile) }]
  for (const definition of SETTINGS) {
    const layer: SettingLayer | undefined = all.find(({ values }) => values[definition.key] !== undefined)
    const value = layer ? convert(definition, layer.values[definition.key], layer) : definition.default
    settings[definition.key] = value
    sources[definition.key] = layer?.source ?? 'default'
  }
  return { settings: settings as unknown as Settings, sources: sources as Record<SettingKey, string> }
}

function convert(definition: SettingDefinition, value: unknown, layer: SettingLayer): string | number | boolean {
  const name = layer.nameOf?.(definition.key) ?? definition.key
  const reject = (rule: string) => {
    const from = layer.source === name ? '' : ` (${layer.source})`
    const shown = definition.secret ? ': what it gives is' : ` is ${JSON.stringify(value)}:`
    return usageError(`${name}${from}${shown} not ${rule}`, `give ${rule}`)
  }
  if (definition.type === 'string') {
    if (typeof value !== 'string') throw reject('a text')
    const rule = definition.check(value)
    if (rule !== undefined) throw reject(rule)
    return definition.tidy?.(value) ?? value
  }
  if (definition.type === 'boolean') {
    const flag = { true: true, '1': true, false: false, '0': false }[String(value)]
    if (flag === undefined) throw reject('true or false')
    return flag
  }
  const text = typeof value === 'string' ? value.trim() : value
  const number = typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (typeof number !== 'number' || !Number.isFinite(number)) throw reject('a number')
  if (definition.type === 'integer' && !Number.isInteger(number)) throw reject('a whole number')
  const rule = definition.check(number)
  if (rule !== undefined) throw reject(rule)
  return number
}

/** What the strict profile sets otherwise than by default, as no other does; what is given in any other way outweighs it. */
const STRICT: Partial<Settings> = {
  anomaly: true,
  anomalyBand: 2,
  pageOnce: true,
  ...Object.fromEntries(THRESHOLDS.flatMap(({ key, strict }) => (strict === undefined ? [] : [[key, strict]]))),
}

/** A profile's settings; none for what is no profile. */
export function profileSettings(profile: unknown): Partial<Settings> {
  return profile === 'strict' ? STRICT : {}
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
