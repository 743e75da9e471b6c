import { type AppError, usageError } from '../core/errors.ts'
import { THRESHOLDS } from './alarms/threshold-alarms.ts'

import { SETTINGS, type SettingDefinition, type SettingKey, type Settings } from './settings.ts'

export interface SettingLayer {
  /** Its kind: flag, environment, file … */
  source: string
  /** By setting key; strings are converted where the setting is a number. */
  values: Readonly<Partial<Record<SettingKey, unknown>>>
  /** Where in this source the value stands: "--retention-days", "RETENTION_DAYS", "bedrock-monitor.json:3". */
  nameOf?(key: SettingKey): string
}

export function givenIn(layers: readonly SettingLayer[]): ReadonlySet<SettingKey> {
  return new Set(SETTINGS.map(({ key }) => key).filter((key) => layers.some(({ values }) => values[key] !== undefined)))
}

/** From layers, strongest first, then the profile of alarms, then the defaults. Throws a usage error that names value and source. */
export function resolveSettings(layers: readonly SettingLayer[]): { settings: Settings } {
  const effective = effectiveSettings(layers)
  for (const { definition, fault, layer } of effective) {
    if (fault !== undefined && layer) throw refused(definition, layer)
  }
  const settings = Object.fromEntries(effective.map(({ definition, value }) => [definition.key, value]))
  return { settings: settings as unknown as Settings }
}

export interface Effective {
  definition: SettingDefinition
  /** As it is used; as it was given where it is not valid. */
  value: unknown
  origin: { source: string; name: string }
  fault?: string
  layer?: SettingLayer
}

/** Every setting as it applies, and where its value came from, valid or not. */
export function effectiveSettings(layers: readonly SettingLayer[]): Effective[] {
  const profile = layers.find(({ values }) => values.alarms !== undefined)?.values.alarms
  const all = [...layers, { source: 'alarms', values: profileSettings(profile), nameOf: () => `alarms ${profile}` }]
  return SETTINGS.map((definition) => {
    const { key } = definition
    const layer: SettingLayer | undefined = all.find(({ values }) => values[key] !== undefined)
    if (!layer) return { definition, value: definition.default, origin: { source: 'default', name: 'default' } }
    const origin = { source: layer.source, name: layer.nameOf?.(key) ?? layer.source }
    return { definition, origin, layer, ...convert(definition, layer.values[key]) }
  })
}

/** The error about a value that is not valid; undefined for one that is, or that the layer does not have. */
export function faultIn(layer: SettingLayer, definition: SettingDefinition): AppError | undefined {
  const given = layer.values[definition.key]
  return given === undefined || convert(definition, given).fault === undefined ? undefined : refused(definition, layer)
}

function refused(definition: SettingDefinition, layer: SettingLayer): AppError {
  const { key, secret } = definition
  const value = layer.values[key]
  const { fault: rule } = convert(definition, value)
  const name = layer.nameOf?.(key)
  const where = name === undefined ? `${key} (${layer.source})` : layer.source === 'file' ? `${name}: ${key}` : name
  const shown = secret ? ': its value (not shown) is' : ` is ${JSON.stringify(value)}:`
  return usageError(`${where}${shown} not ${rule}`, `give ${rule}`)
}

function convert(definition: SettingDefinition, given: unknown): { value: unknown; fault?: string } {
  const { type, check, tidy } = definition
  const wrong = (fault: string) => ({ value: given, fault })
  const checked = (value: string | number) => {
    const rule = check(value)
    return rule === undefined ? { value } : wrong(rule)
  }
  if (type === 'string') {
    if (typeof given !== 'string') return wrong('a text')
    const found = checked(given)
    return 'fault' in found ? found : { value: tidy?.(given) ?? given }
  }
  if (type === 'boolean') {
    const value = { true: true, '1': true, false: false, '0': false }[String(given)]
    return value === undefined ? wrong('true or false') : { value }
  }
  const text = typeof given === 'string' ? given.trim() : given
  const number = typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (typeof number !== 'number' || !Number.isFinite(number)) return wrong('a number')
  return type === 'integer' && !Number.isInteger(number) ? wrong('a whole number') : checked(number)
}

/** What the strict profile sets otherwise than by default, as no other does; what is given in any other way outweighs it. */
const STRICT: Partial<Settings> = {
  anomaly: true,
  anomalyBand: 2,
  pageOnce: true,
  ...Object.fromEntries(THRESHOLDS.flatMap(({ key, strict }) => (strict === undefined ? [] : [[key, strict]]))),
}

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
