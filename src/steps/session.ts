import { type AwsContext, type AwsPlace, telling } from '../aws/context.ts'
import { type Identity, whoAmI } from '../aws/identity.ts'
import { checkRegions, isRegionName } from '../aws/partitions.ts'
import type { ReportHead } from '../core/change-report.ts'
import { type AppError, usageError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { placesIn } from '../core/place.ts'
import type { PriceLoader, PriceSources } from '../report/sources/prices.ts'
import type { LinkedReading } from '../report/sources/source.ts'
import type { Env } from './env.ts'
import type { SettingKey, Settings } from './settings.ts'

/** A command's surroundings, once the prerequisites hold: credentials, the account, a Region with Bedrock. */
export interface Session {
  cx: AwsContext
  env: Env
  /** What the organization or the configuration file calls the account. */
  accountName?: string
  identity: string
  /** What to give `--region` for the same Regions again. */
  regionFlag: string
  warnings: Warning[]
  given?: ReadonlySet<SettingKey>
  /** What its models cost. Loaded at the first call: many commands price nothing. */
  prices: PriceLoader
}

export interface FleetAccount {
  id: string
  name?: string
  error?: AppError
  /** Of one with an error: its own Regions, where they were named. */
  regions?: readonly string[]
}

/** The accounts that a command works in, each with a session of its own, the caller's first where it is one of them. */
export interface Fleet {
  /** The caller's own, for what is told of all of them together. */
  cx: AwsContext
  sessions: readonly [Session, ...Session[]]
  accounts: readonly FleetAccount[]
  /** What was told while several accounts were looked for: it is about none of them alone. */
  warnings?: readonly Warning[]
  /** The caller's own account, where those that are linked to it are to be read, too; `onlyNamed` where accounts were named. */
  hub?: { session: Session; onlyNamed: boolean }
}

export function fleetOf(session: Session, { linked = false } = {}): Fleet {
  const accounts = [{ id: session.env.accountId }]
  return { cx: session.cx, sessions: [session], accounts, ...(linked && { hub: { session, onlyNamed: false } }) }
}

export function placesOf({ sessions }: Pick<Fleet, 'sessions'>): [AwsPlace, ...AwsPlace[]] {
  return sessions.flatMap(placesOfSession) as [AwsPlace, ...AwsPlace[]]
}

const placesOfSession = ({ cx, env }: Session) => placesIn(cx, env.accountId, env.regions)

export function linkedOf({ hub }: Fleet): LinkedReading | undefined {
  return hub && { hubs: placesOfSession(hub.session), onlyNamed: hub.onlyNamed }
}

export type PricesFrom = (places: readonly AwsPlace[]) => Promise<PriceSources>

/** The Regions a command is about: those named, or every one that the account can use, from `first` on. */
export type RegionChoice = { named: readonly [string, ...string[]] } | { allFrom: string }

export function headOf({ env, warnings }: Session, command: string): ReportHead {
  return { command, accountId: env.accountId, regions: [...env.regions], warnings }
}

export interface SessionOptions {
  given?: ReadonlySet<SettingKey>
  pricesFrom?: PricesFrom
}

/** Checks the prerequisites. Throws errors of kind `credentials` or `usage`. */
export async function openSession(
  cx: AwsContext,
  choice: RegionChoice,
  settings: Settings,
  options: SessionOptions = {},
): Promise<Session> {
  checkRegions('named' in choice ? choice.named : [choice.allFrom])
  cx.emit({ type: 'phase', title: 'checking credentials and account' })
  const session = await sessionAs(cx, await whoAmI(cx), choice, settings, options)
  cx.emit({ type: 'phase-done' })
  return session
}

/** The same where it is known who calls. */
export async function sessionAs(
  cx: AwsContext,
  { accountId, arn }: Identity,
  choice: RegionChoice,
  settings: Settings,
  { given = new Set(), pricesFrom = async (places) => ({ places }) }: SessionOptions = {},
): Promise<Session> {
  const named = checkRegions('named' in choice ? choice.named : [choice.allFrom])
  const warnings: Warning[] = []
  const listening = noting(cx, warnings)
  // Loaded where it is asked for: it needs the clients of services that many commands have no other use for.
  const every = async (first: string) => (await import('./regions.ts')).enabledRegions(listening, first)
  const regions = 'named' in choice ? choice.named : await every(choice.allFrom)
  const region = regions[0] ?? named[0] ?? ''
  const env: Env = { accountId, region, regions, homeRegion: region, settings }
  const regionFlag = 'named' in choice ? choice.named.join(',') : 'all'
  const prices = lazyPrices(() => pricesFrom(placesIn(listening, accountId, regions)))
  return { cx: listening, env, identity: arn, regionFlag, warnings, given, prices }
}

/** The same context, of which each warning is kept, too. */
export function noting(cx: AwsContext, warnings: Warning[]): AwsContext {
  return telling(cx, (event) => {
    if (event.type === 'warning') warnings.push(event.warning)
    cx.emit(event)
  })
}

function lazyPrices(sources: () => Promise<PriceSources>): PriceLoader {
  let made: Promise<PriceLoader> | undefined
  const loader = () => {
    made ??= Promise.all([import('../report/sources/prices.ts'), sources()]).then(([{ priceLoader }, from]) =>
      priceLoader(from),
    )
    return made
  }
  return Object.assign(async (rows: Parameters<PriceLoader>[0]) => (await loader())(rows), {
    // What is wrong shows when rows are to be priced.
    ahead: (region: string) =>
      void loader().then(
        (load) => load.ahead(region),
        () => {},
      ),
  })
}

/** The Regions that a program asks for, each once. Throws a usage error for one that cannot be worked in. */
export function regionsOf(regions: readonly [string, ...string[]] | 'all'): RegionChoice {
  if (regions === 'all') return { allFrom: 'us-east-1' }
  const [first, ...more] = [...new Set(regions)] as [string, ...string[]]
  const wrong = [first, ...more].find((region) => !isRegionName(region))
  if (wrong === undefined) return { named: checkRegions([first, ...more]) }
  throw usageError(`regions has '${wrong}': not a Region`, 'give Regions such as us-east-1')
}
