import { accountsOf, regionsOf } from '../../../core/place.ts'
import { RATES, usdOf } from '../../../report/calls.ts'
import { type QueryReport, scannedText } from '../../../report/queries/answer.ts'
import { reportAccounts, unreadAccounts } from '../../../report/sources/accounts.ts'
import { withLinked } from '../../../report/sources/linked.ts'
import { linkedByLogs } from '../../../report/sources/logs/linked.ts'
import { runReadyQuery } from '../../../report/sources/ready-query.ts'
import { DAY_MS } from '../../../report/window.ts'
import { resolveWindow } from '../../../report/window-parse.ts'
import { linkedOf, placesOf } from '../../../steps/session.ts'
import type { TextOptions } from '../../../text/painter.ts'
import type { App } from '../../session/app.ts'
import { fleetFor } from '../../session/open-session.ts'
import { parametersOf, type QueryOptions } from './options.ts'

/** Asks a ready-made query and renders its answer. */
export async function answerQuery(
  app: App,
  options: Extract<QueryOptions, { action: 'run' }>,
  layout: TextOptions,
): Promise<{ text: string; incomplete: boolean }> {
  const { query, format, offline, order, sorted, columns = query.columns } = options
  const parameters = parametersOf(options, query)
  const window = resolveWindow(options.window ?? { length: DAY_MS, timeZone: 'UTC' }, app.cx.clock.now())
  const fleet = await fleetFor(app, 'query', options.settings, { offline, linked: options.linked })
  const [{ cx, env, prices }] = fleet.sessions
  const { settings } = env
  const { places, accounts, warnings } = await withLinked(
    { ...fleet, places: placesOf(fleet), linked: linkedOf(fleet) },
    (hub) => linkedByLogs(hub, settings.logGroupName),
  )
  const [accountId = '', ...others] = accountsOf(places)
  const unread = unreadAccounts(accounts)
  const answer = await runReadyQuery(cx, {
    query,
    places,
    logGroup: settings.logGroupName,
    window,
    prices,
    order,
    ...parameters,
  })
  const report: QueryReport = {
    schemaVersion: 1,
    command: 'query',
    query: query.name,
    accountId: others.length > 0 || unread.length > 0 ? null : accountId,
    accounts: reportAccounts([], accounts),
    regions: regionsOf(places),
    logGroup: settings.logGroupName,
    window: { start: new Date(window.start).toISOString(), end: new Date(window.end).toISOString() },
    ...parameters,
    limited: answer.limited,
    rows: answer.rows,
    scanned: {
      bytes: answer.bytesScanned,
      queries: answer.queries,
      costUsd: usdOf(RATES.bytesScanned, answer.bytesScanned),
    },
    warnings: [...warnings, ...unread, ...answer.warnings],
  }
  if (format.bare) tellBeside(app, report)
  const { renderAnswer } = await format.load()
  const [, what = query.summary] =
    sorted === undefined ? [] : (/^(.*), (?:[^,]+ first|in order of time)$/.exec(query.summary) ?? [])
  const summary = sorted === undefined ? what : `${what}, sorted by ${sorted}`
  const text = renderAnswer({ report, summary, columns }, layout)
  return { text, incomplete: answer.incomplete || unread.length > 0 }
}

/** What a table for a program has no place for goes to stderr. */
function tellBeside({ cx }: App, report: QueryReport): void {
  const all = [
    ...report.warnings,
    ...scannedText(report).map((message) => ({ code: 'logs-scanned' as const, message })),
  ]
  for (const warning of all) cx.emit({ type: 'warning', warning })
}
