import type { ReportSession } from '../../../report/sources/opening.ts'
import type { ReportOutcome } from '../../../report/sources/source.ts'
import type { Teams } from '../../../report/teams/rules.ts'
import { compareWindow, resolveBilled, resolveWindow } from '../../../report/window-parse.ts'
import type { App } from '../../command.ts'
import type { ReportOptions } from './options.ts'

export async function runReport(
  app: App,
  options: ReportOptions & { teams: Teams | undefined },
): Promise<ReportOutcome> {
  const { fleetFor } = await import('../../session/open-session.ts')
  const { pricesFor } = await import('../../session/price-sources.ts')
  const { report } = await import('../../../steps/6-report.ts')
  const { compare, isBill, settings, timeZone, window } = options
  const now = app.cx.clock.now()
  const { linked } = app.common
  return report(
    { ...readingOf(app, options), open: () => fleetFor(app, 'report', { settings, asCaller: isBill, linked }) },
    {
      ...options,
      window: window && (isBill ? resolveBilled : resolveWindow)(window, now),
      compare: compare === undefined ? undefined : compareWindow(compare, timeZone, now),
      prices: (places) => pricesFor(app, places),
    },
  )
}

/** What reading takes besides accounts: stdin, opened when the first of it is asked for, and what was kept of the log, where it may be used. */
export function readingOf(
  app: App,
  { cache }: { cache: boolean },
): Pick<ReportSession, 'stdin' | 'tallies'> & Pick<App, 'cx'> {
  const tallies = async () => (await import('../../session/cache-folder.ts')).tallyStore(app)
  return { cx: app.cx, stdin: bytesFrom(app.io), tallies: cache ? tallies : undefined }
}

async function* bytesFrom(io: App['io']): AsyncGenerator<Uint8Array> {
  for await (const chunk of io.stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
