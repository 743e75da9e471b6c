import type { ChangeReport } from './core/change-report.ts'
import type { Context } from './core/context.ts'
import { usageError } from './core/errors.ts'
import type { Event } from './core/events.ts'
import type { CostMetric } from './report/bill/line.ts'
import type { FormatName as Format } from './report/formats/index.ts'
import type { Reconciliation } from './report/reconcile/model.ts'
import type { ReportRequest } from './report/sources/source.ts'
import type { TeamsGiven } from './report/teams/rules.ts'
import type { AskedOptions, ReportView } from './report/view.ts'
import type { Session } from './steps/session.ts'
import type { Settings } from './steps/settings.ts'

export type { ChangeReport, ChangeReportResource, MonthlyCost } from './core/change-report.ts'
export { AppError, type ErrorKind } from './core/errors.ts'
export type { Event, Warning } from './core/events.ts'
export type { FormatName as Format } from './report/formats/index.ts'
export type { Group, Slot, Timing, Usage } from './report/model.ts'
export type { Cause, Cell, Reconciliation } from './report/reconcile/model.ts'
export type { TeamsGiven } from './report/teams/rules.ts'
export type { Anomaly, Bill, PriceLine, Report, ReportView, TeamLine, UnpricedLine } from './report/view.ts'
export type { Settings } from './steps/settings.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** How to reach AWS, and who watches. What is left out comes from the ordinary AWS chain, as in the program. */
export interface AwsAccess {
  /** At least one Region, or `all`: every Region with Amazon Bedrock that the account can use. */
  regions: readonly [string, ...string[]] | 'all'
  profile?: string
  endpointUrl?: string
  credentials?: Credentials | (() => Promise<Credentials>)
  signal?: AbortSignal
  onEvent?: (event: Event) => void
}

export interface ReportQuery extends AskedOptions {
  /** The last so many hours, or a span (`start` included, `end` excluded). 24 hours by default. */
  window?: { hours: number } | { start: Date; end: Date }
  /** `model` by default; see the documentation of `report --by`. One that is named twice counts once. */
  by?: readonly string[]
  /** Whose hours and days: an IANA name, UTC by default. */
  timeZone?: string
  /** A forecast of the month by weekday, for which more is read where the window alone does not do. */
  forecast?: boolean
  /** Hours that cost far more than the same ones of the weeks before, which are read for that. */
  anomalies?: boolean
  /** `focus`, where it is to be rendered so: its charges are then told, too, by day or hour, account, Region and model. */
  format?: Format
  /** Who pays for what, to tell teams apart: as `teams` of the configuration file. */
  teams?: TeamsGiven
  /** Of `logs` and `s3`: names, where they are not the defaults. */
  settings?: Partial<Settings>
  /** Prices of AWS's price list, which takes a few calls; those that come with the program by default. */
  livePrices?: boolean
  /** Whether accounts that share metrics or logs with the caller's are read, too; true by default. */
  linked?: boolean
}

/** From AWS: its metrics, the log group, the bucket or the bill. */
export interface AwsReportOptions extends ReportQuery, AwsAccess {
  /** `metrics` by default, `logs`, `s3`, `athena`, `bill` or `cur`. */
  source?: string
  /** Of `cur`: `s3://BUCKET/PREFIX` of an export of the bill. */
  path?: string
  /** The account that this bucket belongs to; the caller's own by default. */
  owner?: string
  /** Of a bill: how it counts money, `unblended` by default. */
  cost?: CostMetric
  /** Of `bill` and `athena`: US dollars that AWS may charge for asking, at most; 0.10 by default. */
  maxAwsCost?: number
}

/** From files that were downloaded: needs no account. Without a window it is all that is in them. */
export interface FileReportOptions extends ReportQuery, Pick<AwsAccess, 'signal' | 'onEvent'> {
  /** `file`, or `cur` for an export of the bill. */
  source: string
  path: string
  /** Of `cur`: how money is counted, as the export has it by default. */
  cost?: CostMetric
}

/**
 * Usage and cost of Amazon Bedrock, in the shape of `report.schema.json` (`report`); the rest is for {@link render}. Reads only.
 * Throws an AppError, of kind `usage` for a query that makes no sense; what could not be read in part is a warning.
 */
export async function report(options: AwsReportOptions | FileReportOptions): Promise<ReportView> {
  const { askedOf, checkQuery, spanOf } = await import('./report/sources/check-query.ts')
  const source = checkQuery(options)
  const { report: reportFrom } = await import('./steps/6-report.ts')
  const { window, livePrices, teams, linked = true, format: _, ...asked } = options
  const { parseTeams } = await import('./report/teams/rules.ts')
  const cx = await contextOf(options)
  const { fleetOf } = await import('./steps/session.ts')
  const open = async () => {
    const session = await sessionOf(options as AwsReportOptions)
    // A bill is of all accounts that the caller sees.
    return source.isBill ? { ...fleetOf(session), accounts: [] } : fleetOf(session, { linked })
  }
  const span = window && spanOf(window, cx.clock.now(), source.isBill)
  const prices: ReportRequest['prices'] = async (places) => ({ places, ...(livePrices && { live: {} }) })
  return reportFrom(
    { cx, open },
    {
      ...asked,
      ...askedOf(options, cx.clock.now()),
      teams: teams && parseTeams(teams, 'the options'),
      window: span,
      prices,
    },
  )
}

export interface RenderOptions {
  width?: number
  /** Exact ids and every note in full, in a table and in Markdown. */
  verbose?: boolean
  /** These alone, as `report --columns`. */
  columns?: readonly string[]
  /** Of `focus`: `1.2` by default, or `1.4`. */
  version?: string
}

type Shared = 'window' | 'by' | 'where' | 'cost' | 'maxAwsCost' | 'settings' | 'livePrices'

/**
 * What to reconcile, in whole days of UTC: thirty of them by default, up to where the bill is whole. `source` is what the estimate is
 * made of (`metrics` by default, `logs`, `s3`, `file:PATH`), `bill` the bill (`bill` by default: Cost Explorer).
 */
export interface ReconcileQuery extends AwsAccess, Pick<AwsReportOptions, Shared> {
  source?: string
  bill?: string
}

/** An estimate beside the bill, and why they differ, in the shape of `reconcile.schema.json`. Throws as {@link report} does. */
export async function reconcile(options: ReconcileQuery): Promise<Reconciliation> {
  const { checkReconcile, spanOf, whereOf } = await import('./report/sources/check-query.ts')
  checkReconcile(options)
  const { reconcile: reconciled } = await import('./steps/6-report.ts')
  const { parseSource } = await import('./report/sources/index.ts')
  const { wholeDays } = await import('./report/window.ts')
  const { fleetOf } = await import('./steps/session.ts')
  const { source = 'metrics', bill = 'bill', window = { hours: 720 }, by, livePrices, cost, maxAwsCost } = options
  const cx = await contextOf(options)
  const opened = sessionOf(options).then(fleetOf)
  const { reconciliation } = await reconciled(
    { cx, open: () => opened, openBill: async () => ({ ...(await opened), accounts: [] }) },
    {
      source: parseSource(source),
      bill: parseSource(bill),
      window: wholeDays(spanOf(window, cx.clock.now(), true)),
      by,
      where: whereOf(options.where),
      cost,
      maxAwsCost,
      prices: async (places) => ({ places, ...(livePrices && { live: {} }) }),
    },
  )
  return reconciliation
}

/** The report as text of at most `width` columns (`table`) or in another format. `focus` takes a view made with that format. */
export async function render(view: ReportView, format: Format, options: RenderOptions = {}): Promise<string> {
  const { renderReport, shown, layout } = await loaded(view, format, options)
  return renderReport(shown, layout)
}

/** The report as bytes: of `focus`, as Parquet. Throws an AppError for a format that is text. */
export async function renderBytes(
  view: ReportView,
  format: Format,
  options: Pick<RenderOptions, 'version'> = {},
): Promise<Uint8Array> {
  const { renderBytes: bytesOf, shown, layout } = await loaded(view, format, options)
  if (bytesOf) return bytesOf(shown, layout)
  throw usageError(`format is '${format}', which is text`, 'use render, or the format focus')
}

async function loaded(view: ReportView, format: Format, options: RenderOptions) {
  const { formatNamed } = await import('./report/sources/check-query.ts')
  const { checkRenderOptions, checkView } = await import('./report/sources/check-query.ts')
  checkView(view)
  const known = formatNamed(format)
  const { columns, ...layout } = checkRenderOptions(options, view, known)
  const { NO_PAINT } = await import('./text/painter.ts')
  return {
    ...(await known.load()),
    shown: { ...view, ...(columns && { columns }) },
    layout: { ...layout, paint: NO_PAINT },
  }
}

/** What `setup` would do: each resource with its differences. Throws an AppError where AWS cannot be reached. */
export async function plan(options: AwsAccess & { settings?: Partial<Settings> }): Promise<ChangeReport> {
  const { checkPlan } = await import('./report/sources/check-query.ts')
  checkPlan(options)
  const { status } = await import('./steps/0-orchestrator.ts')
  const { report: found } = await status(await sessionOf(options), { only: [], skip: [] })
  return { ...found, command: 'plan' }
}

async function sessionOf(options: AwsAccess & { settings?: Partial<Settings> }): Promise<Session> {
  const { awsContext } = await import('./aws/regions.ts')
  const { readConnection } = await import('./cli/session/connection.ts')
  const { processEnv } = await import('./ui/io.ts')
  const { openSession, regionsOf } = await import('./steps/session.ts')
  const { givenIn, settingsOf } = await import('./steps/resolve-settings.ts')
  const { regions, profile, endpointUrl, credentials } = options
  const settings = settingsOf(options.settings)
  const choice = regionsOf(regions)
  const region = 'named' in choice ? choice.named[0] : choice.allFrom
  const reach = awsContext(await contextOf(options), {
    region,
    connection: await readConnection(profile, processEnv()),
    ...(endpointUrl !== undefined && { endpointUrl }),
    ...(credentials && { credentials }),
  })
  return openSession(reach, choice, settings, {
    given: givenIn([{ source: 'settings', values: options.settings ?? {} }]),
  })
}

async function contextOf({ signal, onEvent }: Pick<AwsAccess, 'signal' | 'onEvent'>): Promise<Context> {
  const { systemClock } = await import('./ui/io.ts')
  return { clock: systemClock, signal: signal ?? new AbortController().signal, emit: (event) => onEvent?.(event) }
}
