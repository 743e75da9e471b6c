import { awsContext } from '../aws/regions.ts'
import type { PriceSources } from '../report/sources/prices.ts'
import type { App } from './app.ts'
import { endpointOf } from './open-session.ts'
import { cacheFolder, textCache } from './text-cache.ts'

/**
 * Where prices come from, by what the user set: his own in the configuration file, AWS's price list unless offline. Another
 * endpoint's prices (a sandbox's) are not kept: they are not AWS's.
 */
export function priceSources(app: App, regions: readonly string[], offline: boolean): PriceSources {
  const { common, config, cx, env } = app
  const overrides = config?.prices && { prices: config.prices, source: config.source }
  const own = overrides ? { overrides } : {}
  const [region] = regions
  if (offline || region === undefined) return own
  const endpointUrl = endpointOf(app)
  const reach = awsContext(cx, {
    region,
    ...(common.profile !== undefined && { profile: common.profile }),
    ...(endpointUrl !== undefined && { endpointUrl }),
  })
  const folder = endpointUrl === undefined ? cacheFolder(env) : undefined
  return { ...own, places: [{ region, cx: reach }], live: folder === undefined ? {} : { cache: textCache(folder) } }
}
