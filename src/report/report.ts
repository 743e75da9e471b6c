import type { AwsPlace } from '../aws/context.ts'
import { AppError } from '../core/errors.ts'
import { callCost } from './calls.ts'
import type { ReportView, Window } from './model.ts'
import { hintOf, reportAccounts, unreadAccounts } from './sources/accounts.ts'
import { checkGroupings, findSource, SOURCES, type SourceSettings } from './sources/index.ts'
import { metered } from './sources/metered.ts'
import type { PriceSources } from './sources/prices.ts'
import type { KnownAccount, SourceOptions, SourceReading, SourceSession } from './sources/source.ts'
import { summarize } from './summarize.ts'
import { DAY_MS, HOUR_MS, lastHours } from './window.ts'
import { alignWindow } from './window-parse.ts'

/** What a report is asked for. */
export interface ReportRequest extends SourceOptions {
  /** The name of one of `SOURCES`; the first by default. */
  source?: string | undefined
  /** Without it a day; of what is at hand, all of it. */
  window?: Window | undefined
  /** See `GROUPINGS`; `model` by default. One that is named twice counts once. */
  by?: readonly string[] | undefined
  /** Whose hours and days; UTC by default. */
  timeZone?: string | undefined
  /** Where prices come from, given where AWS is asked; those that come with the program by default. */
  prices?: ((places: readonly AwsPlace[]) => Promise<PriceSources>) | undefined
  /** Also tell how near the models came to the account's quotas, where the source can. */
  quotas?: boolean | undefined
}

/** A report, and what keeps it from being whole. */
export interface ReportOutcome extends ReportView {
  /** Of kind `partial`: something could not be read and is not in the report. To be thrown once the report is out. */
  error?: AppError
}

export type ReportSession = SourceSession<SourceSettings>

/**
 * Usage and cost in a window: a source is opened and read, its rows are priced and added up. Reads only.
 * @throws AppError, a usage error where the source cannot group by what is asked
 */
export async function report(session: ReportSession, request: ReportRequest): Promise<ReportOutcome> {
  const { timeZone = 'UTC' } = request
  const by = [...new Set(request.by ?? ['model'])]
  const source = findSource(request.source ?? SOURCES[0].name)
  checkGroupings(source, by)
  const { clock } = session.cx
  const meter = meterOf(session)
  const { places, read, readAll } = await source.open(meter.session, request)
  const unread = unreadAccounts(meter.accounts())
  const told = { by, timeZone }
  const window = alignWindow(request.window ?? lastHours(clock.now(), DAY_MS / HOUR_MS), by, timeZone)
  const isWhole = readAll !== undefined && request.window === undefined
  const reading = isWhole ? await readAll(told) : await read({ window, ...told })
  const { book, warnings, profiles } = await pricesOf(request, places, reading)
  const quotas = source.tellsQuotas && request.quotas ? await headroomOf(places, reading) : undefined
  const { start, end } = isWhole ? reading.window : window
  const facts = {
    generatedAt: clock.now(),
    accounts: reportAccounts(reading.accounts, meter.accounts()),
    regions: reading.regions,
    source: source.name,
    hours: (end - start) / HOUR_MS,
    by,
    timeZone,
    ...(profiles && { profiles }),
    ...(quotas && { quotas: quotas.quotas }),
    ...(source.bills.length > 0 && { calls: callCost(meter.billed, source.bills) }),
  }
  const said = [...unread, ...reading.warnings, ...warnings, ...(quotas?.warnings ?? [])]
  // What is missing is all of an account, as it is all of a Region: groups of others are whole.
  const ofUnread = unread.length > 0 && reading.unread === undefined ? ({ unread: 'regions' } as const) : {}
  const view = summarize({ ...reading, ...ofUnread, warnings: said }, facts, book)
  const hint = hintOf(meter.accounts()) ?? reading.ifIncomplete ?? source.ifIncomplete
  return reading.incomplete || quotas?.incomplete || unread.length > 0 ? { ...view, error: incomplete(hint) } : view
}

/** The same session, with an ear for what AWS bills of the calls that are made through it. */
function meterOf(session: ReportSession) {
  const billed: ReadonlyMap<string, number>[] = []
  let accounts: readonly KnownAccount[] = []
  const signIn: ReportSession['signIn'] = async () => {
    const signed = await session.signIn()
    const meters = signed.places.map((place) => ({ place, ...metered(place.cx) }))
    accounts = signed.accounts ?? []
    billed.push(...meters.map((meter) => meter.billed))
    return { ...signed, places: meters.map(({ place, cx }) => ({ ...place, cx })) }
  }
  return { session: { ...session, signIn }, billed, accounts: () => accounts }
}

/** Which models were used where is only known once the rows are read. */
async function pricesOf({ prices }: ReportRequest, places: readonly AwsPlace[], { rows, used }: SourceReading) {
  const { priceLoader } = await import('./sources/prices.ts')
  const load = priceLoader(await prices?.(places))
  return load(used?.map((dimensions) => ({ dimensions })) ?? rows)
}

async function headroomOf(places: readonly AwsPlace[], { rows, window }: SourceReading) {
  const { readHeadroom } = await import('./sources/quotas.ts')
  return readHeadroom(places, rows, window)
}

function incomplete(hint: string): AppError {
  const message = 'the report is incomplete: see its warnings for what is left out'
  return new AppError('partial', 'ReportIncomplete', message, { hint })
}
