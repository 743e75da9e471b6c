import type { AwsPlace } from '../../../aws/context.ts'
import type { ReportSession } from '../../../report/sources/opening.ts'
import type { PriceSources } from '../../../report/sources/prices.ts'
import type { ReportOutcome } from '../../../report/sources/request.ts'
import type { Teams } from '../../../report/teams/rules.ts'
import { compareWindow, resolveBilled, resolveWindow } from '../../../report/window-parse.ts'
import type { App } from '../../session/app.ts'
import type { ReportOptions } from './options.ts'

/** Reads and prices what the flags of a report ask for. */
export async function runReport(
  app: App,
  options: ReportOptions & { teams: Teams | undefined },
): Promise<ReportOutcome> {
  const { fleetFor } = await import('../../session/open-session.ts')
  const { report } = await import('../../../steps/6-report.ts')
  const { compare, linked, offline, settings, timeZone, window } = options
  const now = app.cx.clock.now()
  return report(
    {
      cx: app.cx,
      stdin: bytesFrom(app.io),
      tallies: talliesOf(app, options),
      open: () => fleetFor(app, 'report', settings, { asCaller: options.isBill, linked }),
    },
    {
      ...options,
      window: window && (options.isBill ? resolveBilled : resolveWindow)(window, now),
      compare: compare === undefined ? undefined : compareWindow(compare, timeZone, now),
      prices: (places) => pricesFor(app, places, offline),
    },
  )
}

/** What was kept of the log, where it may be used. */
export function talliesOf(app: App, { cache }: { cache: boolean }): ReportSession['tallies'] {
  return cache ? async () => (await import('../../session/tallies.ts')).tallyStore(app) : undefined
}

/** What is at hand has no places: AWS is asked for its prices where that holds up nobody. */
export async function pricesFor(app: App, places: readonly AwsPlace[], offline: boolean): Promise<PriceSources> {
  const { priceSources } = await import('../../session/price-sources.ts')
  if (offline || places.length > 0) return priceSources(app, { places, offline })
  const { signInQuickly } = await import('../../session/quick-sign-in.ts')
  const signed = await signInQuickly(app)
  return priceSources(app, { ...signed, offline: signed.places.length === 0 })
}

/** Stdin is opened when the first of it is asked for, and not before. */
export async function* bytesFrom(io: App['io']): AsyncGenerator<Uint8Array> {
  for await (const chunk of io.stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
