import { setFlagsFromString } from 'node:v8'
import { awsContext } from '../../aws/regions.ts'
import { toAppError } from '../../core/errors.ts'
import { withoutGivenSecrets } from '../../core/secrets.ts'
import type { SessionPurpose } from '../../steps/permissions/permissions-policy.ts'
import {
  type Effective,
  effectiveSettings,
  givenIn,
  resolveSettings,
  type SettingLayer,
} from '../../steps/resolve-settings.ts'
import { type Fleet, openSession, type Session, type SessionOptions } from '../../steps/session.ts'
import type { Settings } from '../../steps/settings.ts'
import type { Selection } from '../../steps/steps.ts'
import { environmentLayer } from '../args/setting-layers.ts'
import type { App } from './app.ts'
import { reachOf, regionChoice } from './connection.ts'
import { priceSources } from './price-sources.ts'
import { orUnknownRegion } from './region.ts'

interface Opening {
  selection?: Selection
  /** AWS is not asked for prices; `within`: it is, in the course of something else. */
  offline?: boolean
  within?: boolean
  /** Tries of each call, the first included. */
  maxAttempts?: number
  /** Other accounts are named, and no role is assumed in them. */
  asCaller?: boolean | undefined
  /** Accounts that are linked to the caller's own are read through it. */
  linked?: boolean
}

/**
 * Settles Region, settings and steps, and then asks AWS who is calling. Whatever is wrong with what the user gave is told
 * before the first call.
 */
export async function sessionFor(app: App, flags?: SettingLayer, opening?: Opening): Promise<Session> {
  const { reach, choice, settings, region, options } = await preparation(app, flags, opening)
  return openSession(awsContext(app.cx, reach), choice, settings, options).catch(told(region))
}

/**
 * The same in each of the accounts that `--accounts` or the configuration file names.
 * @param purpose what the sessions may do in other accounts, at most
 */
export async function fleetFor(
  app: App,
  purpose: SessionPurpose,
  flags?: SettingLayer,
  opening?: Opening,
): Promise<Fleet> {
  const { reach, choice, settings, region, options } = await preparation(app, flags, opening)
  const { openFleet } = await import('../../steps/fleet.ts')
  const fleet = await openFleet(awsContext(app.cx, reach), choice, settings, {
    ...options,
    purpose,
    asCaller: opening?.asCaller,
    accounts: { ...app.common.accounts, listed: app.config?.accounts ?? [], linked: opening?.linked },
    as: (credentials) => awsContext(app.cx, { ...reach, credentials }),
  }).catch(told(region))
  // V8 lets garbage grow to four times of what is in use: 416 MB instead of 250 for a week of 200 accounts in 4 Regions.
  if (fleet.sessions.length > 20) setFlagsFromString('--heap-growing-percent=60')
  return fleet
}

async function preparation(
  app: App,
  flags: SettingLayer | undefined,
  { selection, offline = false, within = false, maxAttempts }: Opening = {},
) {
  const choice = await regionChoice(app)
  const region = 'named' in choice ? choice.named[0] : choice.allFrom
  const settings = settingsFor(app, flags)
  if (selection) await checkSelection(selection, region, settings)
  const options: SessionOptions = {
    given: givenIn(layersOf(app, flags)),
    pricesFrom: (places) => priceSources(app, { places, offline, within }),
  }
  const reach = { ...(await reachOf(app, region)), ...(maxAttempts !== undefined && { maxAttempts }) }
  return { reach, choice, settings, region, options }
}

function told(region: string): (error: unknown) => never {
  return (error) => {
    throw orUnknownRegion(toAppError(error), region)
  }
}

/** The fleet of a command that plans steps: prices are read in the course of that. */
export function fleetForSteps(
  app: App,
  purpose: SessionPurpose,
  { settings, offline, ...selection }: Selection & { settings: SettingLayer; offline: boolean },
): Promise<Fleet> {
  return fleetFor(app, purpose, settings, { selection, offline, within: true })
}

/** Throws a usage error for steps that there are none of. They are loaded by the commands that are about steps only. */
async function checkSelection(selection: Selection, region: string, settings: Settings): Promise<void> {
  const { allSteps, selectSteps } = await import('../../steps/steps.ts')
  const anyEnv = { accountId: '000000000000', region, regions: [region], homeRegion: region, settings }
  selectSteps(allSteps(anyEnv), selection)
}

/** Where settings may be given, strongest first. */
export function layersOf(
  { env, config }: Pick<App, 'env' | 'config'>,
  flags: SettingLayer | undefined,
): SettingLayer[] {
  return [flags, environmentLayer(env), config].filter((layer) => layer !== undefined)
}

/** Throws a usage error for a value that is not valid. */
export function settingsFor(app: App, flags: SettingLayer | undefined): Settings {
  const layers = layersOf(app, flags)
  const { settings } = resolveSettings(layers)
  if (app.common.debug) {
    for (const one of effectiveSettings(layers)) {
      app.io.stderr.line(`debug: setting ${one.definition.key} = ${shownValue(one)} (${one.origin.name})`)
    }
  }
  return settings
}

/** A setting's value as JSON, for a person; one that may hold a key is not shown. */
export function shownValue({ definition, value }: Pick<Effective, 'definition' | 'value'>): string {
  return definition.secret && value !== '' ? 'not shown' : withoutGivenSecrets(JSON.stringify(value))
}
