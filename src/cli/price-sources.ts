import type { PriceSources } from '../report/sources/prices.ts'
import type { Place } from '../report/sources/source.ts'
import type { App } from './app.ts'
import { endpointOf } from './open-session.ts'
import { cacheFolder, textCache } from './text-cache.ts'

/**
 * Where prices come from, by what the user set: his own in the configuration file, AWS's price list unless offline. AWS is
 * asked through `places`: about application profiles in each, about prices through the first. Another endpoint's prices (a sandbox's) are not kept: they are not AWS's.
 */
export function priceSources(app: App, places: readonly Place[], offline: boolean): PriceSources {
  const { config, env } = app
  const folder = endpointOf(app) === undefined ? cacheFolder(env) : undefined
  return {
    places,
    ...(config?.prices && { overrides: { prices: config.prices, source: config.source } }),
    ...(!offline && { live: folder === undefined ? {} : { cache: textCache(folder) } }),
  }
}
