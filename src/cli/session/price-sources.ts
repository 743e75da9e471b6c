import type { AwsPlace } from '../../aws/context.ts'
import { partitionOf } from '../../aws/partitions.ts'
import type { Warning } from '../../core/events.ts'
import type { PriceSources } from '../../report/sources/prices.ts'
import type { App } from './app.ts'
import { cacheFolder, textCache } from './cache-folder.ts'
import { reachOf } from './connection.ts'

interface Asked {
  places: readonly AwsPlace[]
  offline: boolean
  /** Prices are read in the course of something else. */
  within?: boolean
  /** What is to be told besides. */
  notes?: readonly Warning[]
  /** Whose prices they are where the places do not say, asked only where they can be kept. Without an account none are. */
  accountId?: string | (() => Promise<string | undefined>)
}

/**
 * Where prices come from, by what the user set: his own in the configuration file, AWS's price list unless offline. AWS is
 * asked through `places`: about application profiles in each, about prices through the first.
 */
export async function priceSources(
  app: App,
  { places, offline, within = false, notes = [], ...asked }: Asked,
): Promise<PriceSources> {
  const { config } = app
  const [first] = places
  const accountId = asked.accountId ?? first?.account
  return {
    places,
    ...(config?.prices && { overrides: { prices: config.prices, source: config.file } }),
    ...(config?.profiles && { profiles: config.profiles }),
    ...(!offline && {
      live: { ...(within && { within }), ...(first && accountId && (await keptFor(app, first.region, accountId))) },
    }),
    ...(notes.length > 0 && { notes }),
  }
}

/**
 * What one endpoint, partition or account was told is nothing for another. What came in the clear can be anybody's (a
 * sandbox's, mostly), and is not kept.
 */
async function keptFor(
  app: App,
  region: string,
  accountId: NonNullable<Asked['accountId']>,
): Promise<NonNullable<PriceSources['live']>> {
  const folder = cacheFolder(app.env)
  const { connection, endpointUrl } = await reachOf(app, region)
  const endpoint = endpointUrl ?? connection.endpoint('pricing') ?? ''
  if (folder === undefined || /^http:/i.test(endpoint)) return {}
  const account = typeof accountId === 'string' ? accountId : await accountId()
  return account ? { cache: textCache(folder, [partitionOf(region).id, endpoint, account].join(' ')) } : {}
}
