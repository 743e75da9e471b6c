import type { AwsContext } from '../aws/context.ts'
import { whoAmI } from '../aws/identity.ts'
import { checkRegions } from '../aws/partitions.ts'
import type { ReportHead } from '../core/change-report.ts'
import type { Warning } from '../core/events.ts'
import type { PriceSources } from '../report/sources/prices.ts'
import type { Env } from './env.ts'
import type { SettingKey, Settings } from './settings.ts'

/** A command's surroundings, once the prerequisites hold: credentials, the account, a Region with Bedrock. */
export interface Session {
  cx: AwsContext
  env: Env
  /** The caller's ARN. */
  identity: string
  /** What to give `--region` for the same Regions again. */
  regionFlag: string
  /** What has been warned of so far. */
  warnings: Warning[]
  /** The settings that the user gave; the others are defaults. */
  given?: ReadonlySet<SettingKey>
  /** The user's own prices. */
  overrides?: NonNullable<PriceSources['overrides']>
}

/** The Regions a command is about: those named, or every one that the account can use, from `first` on. */
export type RegionChoice = { named: readonly [string, ...string[]] } | { allFrom: string }

/** What the report of a command on these surroundings begins with. */
export function headOf({ env, warnings }: Session, command: string): ReportHead {
  return { command, accountId: env.accountId, regions: [...env.regions], warnings }
}

/** Checks the prerequisites. Throws errors of kind `credentials` or `usage`. */
export async function openSession(
  cx: AwsContext,
  choice: RegionChoice,
  settings: Settings,
  given: ReadonlySet<SettingKey> = new Set(),
): Promise<Session> {
  const named = checkRegions('named' in choice ? choice.named : [choice.allFrom])
  const warnings: Warning[] = []
  const listening = tellingOf(cx, (warning) => warnings.push(warning))
  cx.emit({ type: 'phase', title: 'checking credentials and account' })
  const { accountId, arn } = await whoAmI(listening)
  const regions = 'named' in choice ? choice.named : await everyRegion(listening, choice.allFrom)
  cx.emit({ type: 'phase-done' })
  const region = regions[0] ?? named[0] ?? ''
  const env: Env = { accountId, region, regions, homeRegion: region, settings }
  const regionFlag = 'named' in choice ? choice.named.join(',') : 'all'
  return { cx: listening, env, identity: arn, regionFlag, warnings, given }
}

/** The same context, in every Region, with an ear for its warnings. */
function tellingOf(cx: AwsContext, hear: (warning: Warning) => void): AwsContext {
  return {
    ...cx,
    in: (region) => tellingOf(cx.in(region), hear),
    emit(event) {
      if (event.type === 'warning') hear(event.warning)
      cx.emit(event)
    },
  }
}

/** Loaded where it is asked for: it needs the clients of services that many commands have no other use for. */
async function everyRegion(cx: AwsContext, first: string): Promise<string[]> {
  const { enabledRegions } = await import('./regions.ts')
  return enabledRegions(cx, first)
}
