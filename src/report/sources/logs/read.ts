import type { AwsPlace } from '../../../aws/context.ts'
import type { Context } from '../../../core/context.ts'
import { AppError, usageError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { accountsOf, regionsOf } from '../../../core/place.ts'
import { count, grouped, usd } from '../../../text/numbers.ts'
import { rowRuns, slotRuns, timeKeys, timeUnit } from '../../calendar.ts'
import { RATES, usdOf } from '../../calls.ts'
import type { Window } from '../../model.ts'
import type { LogRow } from '../../scan/aggregate.ts'
import { metadataKey } from '../../scan/dimensions.ts'
import { attemptsInRecords, tally } from '../../tally.ts'
import { fitter } from '../../where.ts'
import { isNotDelivered, type KnownDelivery, nothingFound, withDelivery } from '../delivery.ts'
import { recordWarnings } from '../log-warnings.ts'
import { joinPercentiles, placeOf, type TimedPart } from '../percentiles.ts'
import { readPlaces } from '../places.ts'
import { type Tell, watched } from '../progress.ts'
import type { Question, SourceReading } from '../source.ts'
import { apart, askedGroups, halves, type LogTarget, logTargets, notKept, ownerIn, targetName } from './linked.ts'
import {
  type Column,
  columnsOf,
  isQueryDimension,
  percentilesQuery,
  type QueryDimension,
  type Slots,
  whereCommands,
} from './query.ts'
import { startOf, toLogRow, toTimedPart } from './rows.ts'
import { allSums, type QueryAnswer, type QueryTarget, querySums, runQuery, type SumsAnswer } from './run-query.ts'

const MOST_ROWS = 100_000

export interface LogPlace extends AwsPlace {
  logGroup: string
  configured?: KnownDelivery
}

type Asked = Required<Omit<Question, 'features' | 'changes' | 'withoutPercentiles'>> & {
  dimensions: readonly QueryDimension[]
  withoutPercentiles: boolean
}

/** One query for sums, and two for percentiles, which do not add up. @param mostRows that a query is asked for */
export async function readLogs(
  cx: Context,
  places: readonly LogPlace[],
  { window, by, timeZone = 'UTC', where = {}, withoutPercentiles }: Question,
  mostRows = MOST_ROWS,
): Promise<SourceReading> {
  const dimensions = by.filter(isQueryDimension)
  // A key goes into the query between backticks, which no character can get it out of but these.
  const odd = [...dimensions, ...Object.keys(where)].find((name) => /[`\\\p{Cc}]/u.test(metadataKey(name) ?? ''))
  if (odd !== undefined)
    throw usageError(`${odd}: Logs Insights cannot query this key`, 'pass --source s3 or --source file:PATH')
  const asked = { window, by, timeZone, where, withoutPercentiles: withoutPercentiles === true, dimensions }
  const nameOf = (target: LogTarget<LogPlace>) => targetName(target, places)
  const readTarget = (target: LogTarget<LogPlace>) => {
    const [{ logGroup, configured }] = target.members
    const of = { region: target.region, logGroup, groups: askedGroups(target, logGroup), limit: mostRows }
    const label = `${logGroup} in ${nameOf(target)}`
    return watched(cx, { verb: 'querying', label }, (tell) => readRegion(target, of, asked, tell)).catch(
      (error: unknown) => {
        throw withDelivery(error, configured, target.region)
      },
    )
  }
  const isSilent = ({ members }: LogTarget<LogPlace>) =>
    members.some(({ configured }) => isNotDelivered(configured, 'logGroup'))
  const aged = await notKept(places, window)
  const particular = { halves, nameOf, isSilent, window }
  const { read, warnings, incomplete, unread } = await readPlaces(logTargets(places), readTarget, particular)
  const readings = read.map(({ reading }) => reading)
  const { rows, bytesScanned, queries, warnings: trouble } = allSums(readings)
  const parts = readings.flatMap((reading) => reading.parts)
  const wholes = new Map(readings.flatMap((reading) => reading.wholes.map((one) => [placeOf(one.dimensions), one])))
  const { percentiles, warnings: unjoined } = joinPercentiles(parts, wholes, by)
  // Percentiles that are missing take nothing from the cost.
  const lacksCost = [...aged, ...trouble].some(({ code }) => code !== 'percentiles-incomplete')
  return {
    window,
    rows,
    percentiles,
    warnings: [
      ...(rows.length === 0 ? [noUse(places)] : []),
      ...warnings,
      ...aged,
      ...trouble,
      ...recordWarnings(rows),
      ...(parts.length === 0 ? [] : unjoined),
      scanned(bytesScanned, queries),
    ],
    attempts: attemptsInRecords,
    accounts: accountsOf(places),
    regions: regionsOf(places),
    incomplete: incomplete || trouble.length > 0,
    ...((unread || lacksCost) && { unread: lacksCost ? 'anything' : unread }),
  }
}

async function readRegion(
  place: LogTarget<LogPlace>,
  target: QueryTarget,
  { window, by, timeZone, where, withoutPercentiles, dimensions }: Asked,
  tell: Tell,
): Promise<SumsAnswer<LogRow> & Record<'parts' | 'wholes', TimedPart[]>> {
  const { cx, region } = place
  const [owner, of] = [ownerIn(place), apart(place)]
  const columns = columnsOf([...new Set<QueryDimension>(['model', ...dimensions])])
  const fits = { profile: fitter(where.profile), tier: fitter(where.tier) }
  const fitsTier = ({ dimensions: { tier = '' } }: Pick<LogRow, 'dimensions'>) => fits.tier(tier)
  const fitting = (row: LogRow) => fits.profile(row.dimensions.profile ?? '') && fitsTier(row)
  const sums = allSums(
    await Promise.all(
      rowRuns(window, by, timeZone).map(async (run) => {
        const asked = { columns, where: whereCommands(where), apart: of }
        const { rows, ...about } = await querySums(cx, target, asked, run.window, run, tell)
        return { ...about, rows: rows.map((row) => toLogRow(row, columns, owner(row), run)).filter(fitting) }
      }),
    ),
  )
  const { rows } = sums
  // Fewer accounts at once may each be told whole.
  if (of.length > 0 && sums.warnings.length > 0) {
    const message = `Logs Insights did not return all of ${target.logGroup} of several accounts in ${region}`
    throw new AppError('aws', 'TooManyRows', message)
  }
  const timed = tally(rows)
  if (withoutPercentiles || timed.latency.samples + timed.timeToFirstToken.samples === 0)
    return { ...sums, parts: [], wholes: [] }
  // A profile is read off the model, of which there are rows for each hour and price.
  const models = [...new Set(rows.map((row) => row.dimensions.model))]
  const which = whereCommands(where.profile ? { ...where, model: models } : where)
  const keyColumns = columnsOf([...new Set([...dimensions, ...(by.includes('profile') ? (['model'] as const) : [])])])
  const ask = (columns: readonly Column[], span: Window, byTier: boolean, bySlot?: Slots) =>
    runQuery(cx, target, percentilesQuery(columns, span, bySlot, which, of, byTier), span, tell)
  const ofTier = where.tier !== undefined
  const byTier = ofTier || by.includes('tier')
  const unit = timeUnit(by)
  const runs = unit ? slotRuns(window, unit, timeZone) : []
  const [whole, groups, ...bySlot] = await Promise.all([
    ask([], window, ofTier),
    unit || keyColumns.length + Number(byTier) === 0 ? undefined : ask(keyColumns, window, byTier),
    ...runs.map((run) => ask(keyColumns, run.window, byTier, run)),
  ])
  const answers = [whole, groups, ...bySlot].filter((answer) => answer !== undefined)
  const partsOf = (answer: QueryAnswer | undefined, columns: readonly Column[], run?: Slots): TimedPart[] =>
    (answer?.rows ?? [])
      .map((row) => toTimedPart(row, columns, owner(row), run && timeKeys(by, startOf(row, run), timeZone)))
      .filter((part) => !ofTier || fitsTier(part))
  const total = partsOf(whole, [])
  const places = total.map((one) => placeOf(one.dimensions))
  const isWhole = answers.every(({ outcome }) => outcome === 'complete')
  const message = `some groups in ${region} have no percentiles: there are too many`
  return {
    rows,
    // Those of one place that several words of a tier tell apart do not add up.
    wholes: total.filter((_, index) => places.filter((place) => place === places[index]).length === 1),
    parts: unit
      ? runs.flatMap((run, index) => partsOf(bySlot[index], keyColumns, run))
      : groups
        ? partsOf(groups, keyColumns)
        : total,
    bytesScanned: answers.reduce((sum, answer) => sum + answer.bytesScanned, sums.bytesScanned),
    queries: sums.queries + answers.length,
    warnings: isWhole ? sums.warnings : [...sums.warnings, { code: 'percentiles-incomplete', message }],
  }
}

function noUse(places: readonly LogPlace[]): Warning {
  const looked = places.map(({ logGroup, region }) => `log group ${logGroup} in ${region}`)
  const otherwise = 'there were no calls, or logging to CloudWatch is off (check with bedrock-monitor status)'
  return { code: 'no-usage', message: nothingFound(looked, places, otherwise) }
}

/** Said every time, since it is the one source that bills by what it reads. */
function scanned(bytes: number, queries: number): Warning {
  const cost = usd(usdOf(RATES.bytesScanned, bytes))
  const message = `Logs Insights scanned ${grouped(bytes)} bytes in ${count(queries, 'query', 'queries')}, which costs about ${cost}`
  return { code: 'logs-scanned', message }
}
