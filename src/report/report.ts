import type { AwsPlace } from '../aws/context.ts'
import { AppError, usageError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { placeName } from '../core/place.ts'
import type { Arrangement } from './arrange.ts'
import { callCost } from './calls.ts'
import type { ReportView, Window } from './model.ts'
import { NO_PRICE, type PriceBook } from './prices/book.ts'
import { hintOf, reportAccounts, unreadAccounts } from './sources/accounts.ts'
import { checkGroupings, findSource, SOURCES, type SourceSettings } from './sources/index.ts'
import { metered } from './sources/metered.ts'
import type { PriceSources } from './sources/prices.ts'
import type { KnownAccount, Source, SourceOptions, SourceReading, SourceSession } from './sources/source.ts'
import { summarize } from './summarize.ts'
import { type Where, whereFitter, whereText } from './where.ts'
import { billedUpTo, DAY_MS, HOUR_MS, lastHours, wholeDays } from './window.ts'
import { alignWindow } from './window-parse.ts'

/** What a report is asked for. */
export interface ReportRequest extends SourceOptions, Arrangement {
  /** The name of one of `SOURCES`; the first by default. */
  source?: string | undefined
  /** Without it a day; of what is at hand, all of it. */
  window?: Window | undefined
  /** See `GROUPINGS`; `model` by default. One that is named twice counts once. */
  by?: readonly string[] | undefined
  /** Only the use that fits; all of it by default. */
  where?: Where | undefined
  /** The window to compare with, by that of the report. */
  compare?: ((window: Window) => Window) | undefined
  /** Whose hours and days; UTC by default. */
  timeZone?: string | undefined
  /** Where prices come from, given where AWS is asked; those that come with the program by default. */
  prices?: ((places: readonly AwsPlace[]) => Promise<PriceSources>) | undefined
  /** Also tell all that was charged, line by line: formats that need it say so. */
  charges?: boolean | undefined
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
  const { timeZone = 'UTC', where, sort, top } = request
  const by = [...new Set(request.by ?? ['model'])]
  const source = findSource(request.source ?? SOURCES[0].name)
  checkGroupings(source, by)
  checkGroupings(source, Object.keys(where ?? {}), '--where')
  if (request.compare && source.isAtHand) checkReadTwice(request)
  const { clock } = session.cx
  checkBill(source, timeZone)
  const meter = meterOf(session, request.bucket || source.isBill ? undefined : where)
  const { places, read, readAll } = await source.open(meter.session, { ...request, readings: request.compare ? 2 : 1 })
  const unread = unreadAccounts(meter.accounts())
  const told = { by, timeZone, ...(where && { where }) }
  const align = source.isBill ? wholeDays : (window: Window) => alignWindow(window, by, timeZone)
  const window = align(request.window ?? usualWindow(source, clock.now()))
  const isWhole = readAll !== undefined && request.window === undefined
  const now = isWhole ? await readAll(told) : await read({ window, ...told })
  const { start, end } = isWhole ? now.window : window
  const other = request.compare && moved(request.compare({ start, end }), align)
  const before = other && (await read({ window: other, ...told }))
  const { book, warnings, profiles } = source.isBill
    ? { book: NO_BOOK, warnings: [] }
    : await pricesOf(request, places, before ? [now, before] : [now])
  const quotas = source.tellsQuotas && request.quotas ? await headroomOf(places, now) : undefined
  const facts = {
    generatedAt: clock.now(),
    accounts: reportAccounts(now.accounts, [...meter.accounts(), ...(now.known ?? [])]),
    regions: now.regions,
    source: source.name,
    hours: (end - start) / HOUR_MS,
    by,
    timeZone,
    where,
    sort,
    top,
    ...(before && { before: { reading: toldApart(before, where), hours: (other.end - other.start) / HOUR_MS } }),
    ...(request.charges && { charges: true }),
    ...(profiles && { profiles }),
    ...(quotas && { quotas: quotas.quotas }),
    ...(source.bills.length > 0 && { calls: callCost(meter.billed, source.bills) }),
  }
  const said = [...unread, ...saidOf(now, where), ...warnings, ...(quotas?.warnings ?? [])]
  // What is missing is all of an account, as it is all of a Region: groups of others are whole.
  const ofUnread = unread.length > 0 && now.unread === undefined ? ({ unread: 'regions' } as const) : {}
  const view = summarize({ ...now, ...ofUnread, warnings: said }, facts, book)
  const broken = [now, before].find((reading) => reading?.incomplete)
  const hint = hintOf(meter.accounts()) ?? (broken ?? now).ifIncomplete ?? source.ifIncomplete
  return broken || quotas?.incomplete || unread.length > 0 ? { ...view, error: incomplete(hint) } : view
}

/** Of files without a window all is read, before which there is nothing; what comes in on stdin is there once. */
function checkReadTwice({ path, window }: ReportRequest): void {
  if (path === '-') throw usageError('--compare: standard input can be read only once', 'write it to a file first')
  if (window) return
  throw usageError('--compare: without a window all is read, and nothing is before it', 'pass --last or --since, too')
}

/** As long as it was asked for, whatever hour it begins with. */
function moved(window: Window, align: (window: Window) => Window): Window {
  const { start } = align(window)
  return align({ start, end: start + window.end - window.start })
}

/** A day; of a bill thirty, up to where it is whole. */
function usualWindow({ isBill }: Pick<Source, 'isBill'>, now: number): Window {
  return isBill ? lastHours(billedUpTo(now), (30 * DAY_MS) / HOUR_MS) : lastHours(now, DAY_MS / HOUR_MS)
}

function checkBill({ name, isBill }: Pick<Source, 'name' | 'isBill'>, timeZone: string): void {
  if (!isBill || timeZone === 'UTC') return
  throw usageError(
    `--timezone ${timeZone} and --source ${name} contradict each other: a bill has days of UTC`,
    'leave it out',
  )
}

/** The rows of a bill have their own cost. */
const NO_BOOK: PriceBook = { lookup: () => ({ unpriced: NO_PRICE }), changes: [] }

/** Where only a part is asked for, that there is none of it is all that is to be said. */
function saidOf({ warnings, rows }: SourceReading, where: Where | undefined): readonly Warning[] {
  const [first] = where ? rows : [true]
  if (first) return warnings
  const message = `nothing in this window matches ${whereText(where ?? {})}: bedrock-monitor report --by ${Object.keys(where ?? {}).join()} lists what there is`
  return [{ code: 'no-usage', message }, ...warnings.filter(({ code }) => code !== 'no-usage')]
}

function toldApart(reading: SourceReading, where: Where | undefined): SourceReading {
  const warnings = saidOf(reading, where).map(({ code, message }) => {
    return { code, message: `of the window compared with: ${message}` }
  })
  return { ...reading, warnings }
}

/** The same session in the places that are asked for, with an ear for what AWS bills of the calls that are made through it. */
function meterOf(session: ReportSession, where: Where | undefined) {
  const billed: ReadonlyMap<string, number>[] = []
  let accounts: readonly KnownAccount[] = []
  const signIn: ReportSession['signIn'] = async () => {
    const signed = await session.signIn()
    const meters = placesWhere(signed.places, where).map((place) => ({ place, ...metered(place.cx) }))
    accounts = signed.accounts ?? []
    billed.push(...meters.map((meter) => meter.billed))
    return { ...signed, places: meters.map(({ place, cx }) => ({ ...place, cx })) }
  }
  return { session: { ...session, signIn }, billed, accounts: () => accounts }
}

/** Which models were used where is only known once the rows are read. */
async function pricesOf({ prices }: ReportRequest, places: readonly AwsPlace[], readings: readonly SourceReading[]) {
  const { priceLoader } = await import('./sources/prices.ts')
  const load = priceLoader(await prices?.(places))
  return load({
    *[Symbol.iterator]() {
      for (const { rows, used } of readings) yield* used?.map((dimensions) => ({ dimensions })) ?? rows
    },
  })
}

async function headroomOf(places: readonly AwsPlace[], { rows, window, unasked }: SourceReading) {
  const { readHeadroom } = await import('./sources/quotas.ts')
  return readHeadroom(places, rows, window, unasked)
}

/** @throws a usage error where none is left */
function placesWhere(places: readonly AwsPlace[], where: Where = {}): readonly AwsPlace[] {
  const { account, region } = where
  const fits = whereFitter({ ...(account && { account }), ...(region && { region }) })
  const left = places.filter((place) => fits({ account: place.account, region: place.region }))
  if (left.length > 0 || places.length === 0) return left
  const asked = places.map((place) => placeName(place, places)).join(', ')
  throw usageError(
    `--where ${whereText(where)}: none of what is asked fits, which is ${asked}`,
    'pass --region, or another pattern',
  )
}

function incomplete(hint: string): AppError {
  const message = 'the report is incomplete: see its warnings for what is left out'
  return new AppError('partial', 'ReportIncomplete', message, { hint })
}
