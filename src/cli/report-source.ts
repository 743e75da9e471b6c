import { priceLoader } from '../report/sources/prices.ts'
import type { Place } from '../report/sources/source.ts'
import { DAY_MS } from '../report/window.ts'
import { resolveWindow } from '../report/window-parse.ts'
import type { PriceLoader, SourceRequest } from '../steps/6-report.ts'
import { bucketNameOf } from '../steps/env.ts'
import type { App } from './app.ts'
import { sessionFor } from './open-session.ts'
import { priceSources } from './price-sources.ts'
import type { ReportOptions } from './report-options.ts'

/** What to read, and how to find its prices. Files need neither credentials nor a Region; for all others AWS is asked who calls. */
export async function sourceFor(
  app: App,
  options: ReportOptions,
): Promise<{ source: SourceRequest; prices: PriceLoader }> {
  const now = app.cx.clock.now()
  const window = options.window && resolveWindow(options.window, now)
  if (options.source === 'file') {
    const { stdin } = app.io
    const source = { name: 'file', path: options.path, stdin: bytesOf(stdin), ...(window && { window }) } as const
    return { source, prices: priceLoader(await priceSources(app, { places: [], offline: true })) }
  }
  const { cx, env } = await sessionFor(app, options.settings)
  const places: Place[] = env.regions.map((region) => ({ region, cx: cx.in(region) }))
  const { accountId, settings } = env
  const common = {
    accountId,
    places,
    window: window ?? resolveWindow({ length: DAY_MS, timeZone: options.timeZone }, now),
  }
  const prices = priceLoader(await priceSources(app, { places, offline: options.offline, accountId }))
  switch (options.source) {
    case 'metrics':
      return { source: { name: 'metrics', ...common }, prices }
    case 'logs':
      return { source: { name: 'logs', ...common, logGroup: settings.logGroupName }, prices }
    case 's3': {
      const { findHomeRegion } = await import('../steps/regions.ts')
      const homeRegion = await findHomeRegion(cx, env)
      const bucket = (region: string) => bucketNameOf({ ...env, region, homeRegion })
      return { source: { name: 's3', ...common, bucket, keyPrefix: settings.keyPrefix }, prices }
    }
  }
}

async function* bytesOf(stdin: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
