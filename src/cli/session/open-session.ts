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
import { environmentLayer } from '../args/shared-flags.ts'
import type { App } from '../command.ts'
import { orUnknownRegion, reachOf, regionChoice } from './connection.ts'
import { priceSources } from './price-sources.ts'

interface Opening {
  settings?: SettingLayer
  /** Steps are planned: which of them is checked before the first call. */
  ofSteps?: boolean
  within?: boolean
  maxAttempts?: number
  /** Other accounts are named, and no role is assumed in them. */
  asCaller?: boolean | undefined
  /** Accounts that are linked to the caller's own are read through it. */
  linked?: boolean
}

/** Asks AWS who is calling. Whatever is wrong with what the user gave is told before the first call. */
export async function sessionFor(app: App, opening?: Opening): Promise<Session> {
  const { reach, choice, settings, options, told } = await preparation(app, opening)
  return openSession(awsContext(app.cx, reach), choice, settings, options).catch(told)
}

/** The same in each account that is named. `purpose` is what the sessions may do in other accounts, at most. */
export async function fleetFor(app: App, purpose: SessionPurpose, opening: Opening = {}): Promise<Fleet> {
  const { reach, choice, settings, options, told } = await preparation(app, opening)
  const { openFleet } = await import('../../steps/fleet.ts')
  const fleet = await openFleet(awsContext(app.cx, reach), choice, settings, {
    ...options,
    purpose,
    asCaller: opening.asCaller,
    accounts: { ...app.common.accounts, listed: app.config?.accounts ?? [], linked: opening.linked },
    as: (credentials) => awsContext(app.cx, { ...reach, credentials }),
  }).catch(told)
  // V8 lets garbage grow to four times of what is in use: 416 MB instead of 250 for a week of 200 accounts in 4 Regions.
  if (fleet.sessions.length > 20) setFlagsFromString('--heap-growing-percent=60')
  return fleet
}

async function preparation(app: App, { settings: flags, ofSteps, within = false, maxAttempts }: Opening = {}) {
  const choice = await regionChoice(app)
  const region = 'named' in choice ? choice.named[0] : choice.allFrom
  const settings = settingsFor(app, flags)
  if (ofSteps) await checkSelection(app.common, region, settings)
  const options: SessionOptions = {
    given: givenIn(layersOf(app, flags)),
    pricesFrom: (places) => priceSources(app, { places, within: within || ofSteps === true }),
  }
  const reach = { ...(await reachOf(app, region)), ...(maxAttempts !== undefined && { maxAttempts }) }
  const told = (error: unknown): never => {
    throw orUnknownRegion(toAppError(error), region)
  }
  return { reach, choice, settings, options, told }
}

/** Throws a usage error for steps that there are none of. They are loaded by the commands that are about steps only. */
async function checkSelection(selection: Selection, region: string, settings: Settings): Promise<void> {
  const { allSteps, selectSteps } = await import('../../steps/steps.ts')
  const anyEnv = { accountId: '000000000000', region, regions: [region], homeRegion: region, settings }
  selectSteps(allSteps(anyEnv), selection)
}

/** Where settings may be given, strongest first. */
export function layersOf(
  { env, config, common }: Pick<App, 'env' | 'config' | 'common'>,
  flags: SettingLayer = common.settings,
): SettingLayer[] {
  return [flags, environmentLayer(env), config].filter((layer) => layer !== undefined)
}

export function settingsFor(app: App, flags?: SettingLayer): Settings {
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
