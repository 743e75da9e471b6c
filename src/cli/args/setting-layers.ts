import type { SettingLayer } from '../../steps/resolve-settings.ts'
import { SETTINGS, type SettingKey } from '../../steps/settings.ts'
import type { Env } from '../../ui/output.ts'
import type { Args } from './args.ts'
import { choice, type Flag } from './flag.ts'

export const SETTING_FLAGS: readonly Flag[] = SETTINGS.map((setting) => ({
  name: setting.flag,
  ...(setting.type !== 'boolean' && { value: setting.shown ?? (setting.type === 'string' ? 'NAME' : 'N') }),
  ...(setting.list && { list: true }),
  ...(setting.mayBeEmpty && { mayBeEmpty: true }),
  // Numbers are left to where all layers are joined: `07` is a number, too.
  ...(setting.values && (setting.type === 'string' ? choice(...setting.values) : { values: setting.values })),
  describe:
    setting.default === '' || setting.type === 'boolean'
      ? setting.describe
      : `${setting.describe} (default ${setting.default})`,
  group: setting.group,
  setting: true,
}))

export function flagLayer(args: Args): SettingLayer {
  const given = SETTINGS.map(({ key, flag, type, list }) => {
    if (type === 'boolean') return [key, args.onOrOff(flag)?.toString()] as const
    return [key, list ? args.list(flag).join() || undefined : args.text(flag)] as const
  })
  const flagOf = new Map(SETTINGS.map(({ key, flag }) => [key, `--${flag}`]))
  return { source: 'flag', values: present(given), nameOf: (key) => flagOf.get(key) ?? key }
}

/** Our own variables before the shell scripts' own; one that is set to nothing counts as not set, where that is no value. */
export function environmentLayer(env: Env): SettingLayer {
  const isSet = (name: string, mayBeEmpty?: true) => (mayBeEmpty ? env[name] !== undefined : Boolean(env[name]))
  const chosen = new Map(
    SETTINGS.map(({ key, env: names, mayBeEmpty }) => [key, names.find((name) => isSet(name, mayBeEmpty))]),
  )
  const values = SETTINGS.map(({ key }) => [key, env[chosen.get(key) ?? '']] as const)
  return { source: 'environment', values: present(values), nameOf: (key) => chosen.get(key) ?? key }
}

function present(entries: readonly (readonly [SettingKey, string | undefined])[]): SettingLayer['values'] {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
