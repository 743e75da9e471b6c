import { AppError, usageError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { callCost } from './calls.ts'
import type { ReportFacts } from './group-sums.ts'
import { dimensionsOf } from './grouping.ts'
import type { Window } from './model.ts'
import { NO_PRICE, type PriceBook } from './prices/book.ts'
import { profileIdOf } from './prices/model-id.ts'
import { type AnySource, checkGroupings, findSource, SOURCES } from './sources/index.ts'
import { hintOf, reportAccounts, unreadAccounts } from './sources/linked.ts'
import { meterOf, pricesOf, type ReportSession } from './sources/opening.ts'
import type { ReportOutcome, ReportPart, ReportRequest, Source, SourceReading } from './sources/source.ts'
import { summarize } from './summarize.ts'
import { type Attribution, attribution, type Fits } from './teams/attribution.ts'
import { anomalyWindow } from './trends/anomalies.ts'
import { forecastWindow } from './trends/projection.ts'
import { type Where, whereNamed, whereText } from './where.ts'
import { billedUpTo, DAY_MS, HOUR_MS, lastHours, unitOf, wholeDays } from './window.ts'
import { alignWindow } from './window-parse.ts'

/**
 * Usage and cost in a window: a source is opened and read, its rows are priced and added up. Reads only.
 * @throws AppError, a usage error where the source cannot group by what is asked
 */
export async function report(session: ReportSession, request: ReportRequest): Promise<ReportOutcome> {
  const { timeZone = 'UTC', where, sort, top, charges } = request
  const partsBy = [...new Set(request.by ?? ['model'])]
  const { splitBy } = request
  const by = splitBy === undefined ? partsBy : [splitBy]
  const apart = [...new Set([...(charges ?? []), ...partsBy, ...by])]
  const source = findSource(request.source ?? SOURCES[0].name)
  checkGroupings(source, apart)
  checkGroupings(source, Object.keys(where ?? {}), '--where')
  const who = attribution(source, { by: apart, where, teams: request.teams })
  const { clock } = session.cx
  const use = await readUse(session, request, { source, apart, told: who })
  const { places, reached, found, foundBefore, history, hourly, window } = use
  const unread = unreadAccounts(reached.accounts)
  const readings = [found, foundBefore?.reading, history, hourly].filter((reading) => reading !== undefined)
  const { book, warnings, profiles } = source.isBill
    ? { book: NO_BOOK, warnings: [] }
    : await pricesOf(request, places, readings, who.readsTags)
  const accounts = reportAccounts(found.accounts, [...reached.accounts, ...(found.known ?? [])])
  // What is missing is all of an account, as it is all of a Region: groups of others are whole.
  const ofUnread = unread.length > 0 && found.unread === undefined ? ({ unread: 'regions' } as const) : {}
  const named = who.named({ ...found, ...ofUnread }, { profiles, accounts })
  const namedBefore = foundBefore && who.named(foundBefore.reading, { profiles, accounts })
  const namedPast = [history, hourly].map((past) => past && who.named({ ...past, ...ofUnread }, { profiles, accounts }))
  const now = who.part(named, by, who.fits)
  const quotas =
    source.tellsQuotas && request.quotas
      ? await (await import('./sources/quotas.ts')).readHeadroom(places, now.rows, now.window, now.unasked)
      : undefined
  const facts = {
    ...{ generatedAt: clock.now(), accounts, regions: found.regions, source: source.name },
    ...{ hours: hoursOf(window), timeZone, sort, charges },
    ...(request.forecast && { forecast: true }),
    ...(source.bills.length > 0 && { calls: callCost(use.billed, source.bills) }),
  }
  const statement = who.statement(named, { zone: timeZone, now: facts.generatedAt, accounts }, book)
  const further = [
    ...warnings,
    ...saidOfPast(history, true),
    ...saidOfPast(hourly, false),
    ...(quotas?.warnings ?? []),
    ...statement.warnings,
  ]
  const tell = (
    now: SourceReading,
    told: Pick<ReportFacts, 'by' | 'where' | 'top' | 'profiles' | 'teams' | 'quotas' | 'besides'>,
    fits: Fits,
  ) => {
    const before = namedBefore && toldApart(who.part(namedBefore, told.by, fits), told.where)
    const compared = before && foundBefore && { before: { reading: before, hours: hoursOf(foundBefore.window) } }
    const [history, hourly] = namedPast.map((past) => past && who.part(past, told.by, fits))
    return summarize(
      { ...now, warnings: [...reached.warnings, ...unread, ...saidOf(now, told.where), ...further] },
      { ...facts, ...told, ...compared, history, hourly },
      book,
    )
  }
  const ofAll = {
    ...{ by, where, teams: statement.lines, besides: found.besides },
    ...(profiles && { profiles }),
    ...(quotas && { quotas: quotas.quotas }),
  }
  const partOf = (name: string, splitBy: string) => {
    const fits: Fits = (told) => told[splitBy] === name && (who.fits?.(told) ?? true)
    const now = who.part(named, partsBy, fits)
    const own = new Set(Array.from(now.rows, ({ dimensions }) => profileIdOf(dimensions.model)))
    const ofPart = {
      by: partsBy,
      where: { ...where, [splitBy]: [name] },
      top,
      profiles: profiles?.filter(({ id }) => own.has(id)) ?? [],
      teams: statement.lines?.filter(({ team }) => splitBy === 'team' && team === name),
    }
    return tell(now, ofPart, fits)
  }
  const view = tell(now, { ...ofAll, top: splitBy === undefined ? top : undefined }, who.fits)
  const partsOf = (splitBy: string) =>
    view.report.groups.map(
      ({ key: { [splitBy]: name = '' } }): ReportPart => ({ name, view: () => partOf(name, splitBy) }),
    )
  const broken = readings.find((reading) => reading.incomplete)
  const lacksTags = warnings.some(({ code }) => code === 'tags-unreadable')
  const hint =
    hintOf(reached.accounts) ??
    (lacksTags ? TAG_HINT : undefined) ??
    (broken ?? found).ifIncomplete ??
    source.ifIncomplete
  const isPartial = broken || quotas?.incomplete || unread.length > 0 || lacksTags
  const message = 'the report is incomplete: see its warnings for what is left out'
  const parts = splitBy !== undefined && { parts: () => partsOf(splitBy) }
  const error = new AppError('partial', 'ReportIncomplete', message, { hint })
  return { ...view, ...parts, ...(isPartial && { error }) }
}

const hoursOf = ({ start, end }: Window) => (end - start) / HOUR_MS

/** Opens the source and reads what is asked for, and the window to compare with. */
async function readUse(
  session: ReportSession,
  request: ReportRequest,
  { source, apart, told }: { source: AnySource; apart: readonly string[]; told: Pick<Attribution, 'by' | 'where'> },
) {
  const { timeZone = 'UTC', where } = request
  // Only what is of places is told of them.
  const features = Object.keys(where ?? {}).every((name) => name === 'account' || name === 'region')
  checkAsked(request, source)
  const meter = meterOf(session, source, request.bucket || source.isBill ? undefined : where)
  const { places, read, readAll } = await source.open(meter.session, {
    ...request,
    readings: 1 + Number(request.compare !== undefined) + Number(request.forecast ?? false),
  })
  const fits = whereNamed(told.where, meter.reached().accounts)
  const more = { ...(fits && { where: fits }), ...(request.charges && { withoutPercentiles: true as const }) }
  // Those of AWS's list are not among them: it was seen to have changed within a day, and not at which hour.
  const changes =
    source.isBill || places.length === 0 ? undefined : (await pricesOf(request, places, [], false)).book.changes
  const question = { by: told.by, timeZone, changes, ...more }
  const align = source.isBill ? wholeDays : (window: Window) => alignWindow(window, apart, timeZone)
  const asked = align(request.window ?? usualWindow(source, session.cx.clock.now()))
  const isWhole = readAll !== undefined && request.window === undefined
  const found = isWhole ? await readAll(question) : await read({ window: asked, ...question, features })
  const { start, end } = isWhole ? found.window : asked
  const other = request.compare && moved(request.compare({ start, end }), align)
  const foundBefore = other && { window: other, reading: await read({ window: other, ...question }) }
  const past = request.forecast ? forecastWindow({ start, end }, timeZone) : undefined
  // A window that goes back as far, or all there is, has what is needed.
  const isRead = isWhole || (past && start <= past.start && unitOf(end - start) === 'day')
  const history =
    past && !isRead
      ? await read({ window: past, ...question, by: dimensionsOf(question.by), withoutPercentiles: true })
      : undefined
  const hours = [...dimensionsOf(question.by), 'hour']
  const ofHours = alignWindow(anomalyWindow({ start, end }), hours, timeZone)
  const hourly = request.anomalies
    ? await read({ window: ofHours, ...question, by: hours, withoutPercentiles: true })
    : undefined
  const window = { start, end }
  return { places, reached: meter.reached(), billed: meter.billed, window, found, foundBefore, history, hourly }
}

/** Of files without a window all is read, before which there is nothing; what comes in on stdin is there once. A bill has days of UTC. */
function checkAsked(request: ReportRequest, { isBill, isAtHand, name }: Pick<Source, 'isBill' | 'isAtHand' | 'name'>) {
  const { forecast, anomalies, compare, path, window, timeZone = 'UTC' } = request
  const comparing = compare && isAtHand ? '--compare' : undefined
  const flag = comparing ?? (anomalies ? '--anomalies' : forecast ? '--forecast' : undefined)
  if (flag && path === '-')
    throw usageError(`${flag}: standard input can be read only once`, 'write it to a file first')
  if (comparing && !window)
    throw usageError(
      `${comparing}: without a window everything is read, so nothing comes before it`,
      'pass --last or --since, too',
    )
  const contradicting = (what: string, why: string, cure: string) =>
    usageError(`${what} and --source ${name} contradict each other: ${why}`, cure)
  if (anomalies && isBill) throw contradicting('--anomalies', 'a bill has days', 'pass --source metrics')
  if (isBill && timeZone !== 'UTC')
    throw contradicting(`--timezone ${timeZone}`, 'a bill has days of UTC', 'leave it out')
}

/** What keeps the weeks before from being whole; that CloudWatch no longer lists a model concerns what was spent of a month alone. */
function saidOfPast(past: SourceReading | undefined, isForecast: boolean): readonly Warning[] {
  if (!past) return []
  const { warnings } = toldApart(past, undefined, 'of the weeks before')
  return past.incomplete ? warnings : warnings.filter(({ code }) => isForecast && code === 'idle-models')
}

const TAG_HINT = 'allow bedrock:ListTagsForResource, or give their tags in "profiles" of the configuration file'

/** As long as it was asked for, whatever hour it begins with. */
function moved(window: Window, align: (window: Window) => Window): Window {
  const { start } = align(window)
  return align({ start, end: start + window.end - window.start })
}

/** A day; of a bill thirty, up to where it is whole. */
function usualWindow({ isBill }: Pick<Source, 'isBill'>, now: number): Window {
  return isBill ? lastHours(billedUpTo(now), (30 * DAY_MS) / HOUR_MS) : lastHours(now, DAY_MS / HOUR_MS)
}

const NO_BOOK: PriceBook = { lookup: () => ({ unpriced: NO_PRICE }), changes: [] }

/** Where only a part is asked for, that there is none of it is all that is to be said. */
function saidOf({ warnings, rows }: SourceReading, where: Where | undefined): readonly Warning[] {
  const [first] = where ? rows : [true]
  if (first) return warnings
  const message = `nothing in this window matches ${whereText(where ?? {})}: bedrock-monitor report --by ${Object.keys(where ?? {}).join()} lists what there is`
  return [{ code: 'no-usage', message }, ...warnings.filter(({ code }) => code !== 'no-usage')]
}

function toldApart(
  reading: SourceReading,
  where: Where | undefined,
  what = 'of the window compared with',
): SourceReading {
  const warnings = saidOf(reading, where).map(({ code, message }) => {
    return { code, message: `${what}: ${message}` }
  })
  return { ...reading, warnings }
}
