import type { AwsPlace } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import { accountsOf, regionsOf } from '../../../core/place.ts'
import { RATES, usdOf } from '../../../report/calls.ts'
import type { Window } from '../../../report/model.ts'
import { type QueryReport, scannedText } from '../../../report/queries/answer.ts'
import type { ScanBudget } from '../../../report/sources/athena/budget.ts'
import { athena } from '../../../report/sources/athena/index.ts'
import { readDeliveries } from '../../../report/sources/delivery.ts'
import { askedThemselves, reportAccounts, unreadAccounts, withLinked } from '../../../report/sources/linked.ts'
import { linkedByLogs, notKept } from '../../../report/sources/logs/linked.ts'
import type { QueryEngine } from '../../../report/sources/query-engine.ts'
import { runReadyQuery } from '../../../report/sources/ready-query.ts'
import { whereText } from '../../../report/where.ts'
import { DAY_MS } from '../../../report/window.ts'
import { resolveWindow } from '../../../report/window-parse.ts'
import { linkedOf, placesOf } from '../../../steps/session.ts'
import type { Settings } from '../../../steps/settings.ts'
import type { TextOptions } from '../../../text/painter.ts'
import type { App } from '../../command.ts'
import { fleetFor } from '../../session/open-session.ts'
import { parametersOf, type QueryOptions } from './options.ts'

export async function answerQuery(
  app: App,
  options: QueryOptions,
  layout: TextOptions,
): Promise<{ text: string; incomplete: boolean }> {
  const { query, format, order, sorted, inLake, columns, settings: layer } = options
  const parameters = parametersOf(options, query)
  const window = resolveWindow(options.window ?? { length: DAY_MS, timeZone: 'UTC' }, app.cx.clock.now())
  const fleet = await fleetFor(app, 'query', { settings: layer, linked: app.common.linked })
  const [{ cx, env, prices }] = fleet.sessions
  const { settings } = env
  const { places, accounts, warnings } = await withLinked(
    { ...fleet, places: placesOf(fleet), linked: linkedOf(fleet) },
    async (hub) => (inLake ? ((await athena.linked?.(hub, settings)) ?? []) : linkedByLogs(hub, settings.logGroupName)),
    inLake ? athena.linkedBy : undefined,
  )
  const lake = inLake ? await lakeFor(places, settings, window, options) : undefined
  const logGroup = inLake ? `${settings.lakeDatabase}.${settings.lakeTable}` : settings.logGroupName
  const deliveries = inLake ? undefined : await readDeliveries(askedThemselves(places))
  const aged = inLake
    ? []
    : await notKept(
        places.map((place) => ({ ...place, logGroup })),
        window,
      )
  const gone = [...aged, ...(lake?.warnings ?? [])]
  const [accountId = '', ...others] = accountsOf(places)
  const unread = unreadAccounts(accounts)
  const answer = await runReadyQuery(cx, {
    query,
    places,
    engine: lake?.engine,
    logGroup,
    deliveries,
    isPart: gone.some(({ code }) => code === 'retention'),
    window,
    prices,
    order,
    ...parameters,
  }).catch((error) => {
    // Nothing else would say it.
    for (const warning of unread) cx.emit({ type: 'warning', warning })
    throw error
  })
  const report: QueryReport = {
    schemaVersion: 1,
    command: 'query',
    query: query.name,
    accountId: others.length > 0 || unread.length > 0 ? null : accountId,
    accounts: reportAccounts([], accounts),
    regions: regionsOf(places),
    logGroup,
    ...(inLake && { engine: 'athena' }),
    window: { start: new Date(window.start).toISOString(), end: new Date(window.end).toISOString() },
    ...parameters,
    limited: answer.limited,
    rows: answer.rows,
    scanned: {
      bytes: answer.bytesScanned,
      queries: answer.queries,
      costUsd: lake ? lake.budget.spentUsd() : usdOf(RATES.bytesScanned, answer.bytesScanned),
    },
    warnings: [...warnings, ...unread, ...gone, ...answer.warnings],
  }
  // What a table for a program has no place for goes to stderr.
  const scanned = scannedText(report).map((message) => ({ code: 'logs-scanned', message }) as const)
  if (format.bare) for (const warning of [...report.warnings, ...scanned]) cx.emit({ type: 'warning', warning })
  const { renderAnswer } = await format.load()
  const [, what = query.summary] =
    sorted === '' ? [] : (/^(.*), (?:[^,]+ first|in order of time)$/.exec(query.summary) ?? [])
  const only = parameters.where ? `, only ${whereText(parameters.where)}` : ''
  const summary = `${what}${sorted === '' ? '' : `, sorted by ${sorted}`}${only}`
  const text = renderAnswer({ report, summary, columns }, layout)
  return { text, incomplete: answer.incomplete || unread.length > 0 }
}

async function lakeFor(
  places: readonly AwsPlace[],
  settings: Settings,
  window: Window,
  { maxAwsCost, query }: Pick<QueryOptions, 'maxAwsCost' | 'query'>,
): Promise<{ engine: QueryEngine; warnings: readonly Warning[]; budget: ScanBudget }> {
  const { budgetOf } = await import('../../../report/sources/athena/budget.ts')
  const { lakesOf, notCovered } = await import('../../../report/sources/athena/lakes.ts')
  const { lakeEngine } = await import('../../../report/sources/athena/read.ts')
  const budget = budgetOf({ maxAwsCost })
  const found = await lakesOf(places, settings)
  const warnings = await notCovered(found, window)
  const engine = await lakeEngine(found, { window, budget, looks: query.ranksByCost ? 2 : 1 })
  return { engine, warnings, budget }
}
