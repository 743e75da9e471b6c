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
import { countWarnings, latencyWarnings, tierWarnings } from '../log-warnings.ts'
import { joinPercentiles, placeOf, type TimedPart } from '../percentiles.ts'
import { readPlaces } from '../places.ts'
import { type Tell, watched } from '../progress.ts'
import type { Question, SourceReading } from '../source.ts'
import { notKept } from './kept.ts'
import { apart, askedGroups, halves, type LogTarget, logTargets, ownerIn, targetName } from './linked.ts'
import {
  type Column,
  columnsOf,
  isQueryDimension,
  percentilesQuery,
  type QueryDimension,
  type Slots,
  whereCommands,
} from './query.ts'
import { allSums, querySums } from './query-sums.ts'
import { startOf, toLogRow, toTimedPart } from './rows.ts'
import { type QueryAnswer, type QueryTarget, runQuery } from './run-query.ts'

const MOST_ROWS = 100_000

export interface LogPlace extends AwsPlace {
  logGroup: string
  /** What the Region's logging configuration says, where it was asked. */
  configured?: KnownDelivery
}

type Asked = Required<Omit<Question, 'withoutPercentiles' | 'features' | 'changes'>> & { withoutPercentiles: boolean }

interface RegionLogs {
  rows: LogRow[]
  parts: TimedPart[]
  /** Of all calls, by account. */
  wholes: TimedPart[]
  bytesScanned: number
  queries: number
  warnings: Warning[]
}

/**
 * Reads the invocation log in CloudWatch with Logs Insights, which does the sums. One query for the sums, and where there
 * are durations two more for their percentiles, since these do not add up.
 * @param mostRows that a query is asked for
 */
export async function readLogs(
  cx: Context,
  places: readonly LogPlace[],
  { window, by, timeZone = 'UTC', where = {}, withoutPercentiles }: Question,
  mostRows = MOST_ROWS,
): Promise<SourceReading> {
  const asked = by.filter(isQueryDimension).map(checkedMetadata)
  Object.keys(where).filter(isQueryDimension).forEach(checkedMetadata)
  const nameOf = (target: LogTarget<LogPlace>) => targetName(target, places)
  const readTarget = (target: LogTarget<LogPlace>) => {
    const [{ logGroup, configured }] = target.members
    return watched(cx, { verb: 'querying', label: `${logGroup} in ${nameOf(target)}` }, (tell) =>
      readRegion(
        target,
        { region: target.region, logGroup, groups: askedGroups(target, logGroup), limit: mostRows },
        asked,
        { window, by, timeZone, where, withoutPercentiles: withoutPercentiles === true },
        tell,
      ),
    ).catch((error: unknown) => {
      throw withDelivery(error, configured, target.region)
    })
  }
  const isSilent = ({ members }: LogTarget<LogPlace>) =>
    members.some(({ configured }) => isNotDelivered(configured, 'logGroup'))
  const aged = await notKept(places, window)
  const { read, warnings, incomplete, unread } = await readPlaces(logTargets(places), readTarget, {
    halves,
    nameOf,
    isSilent,
    window,
  })
  const rows = read.flatMap(({ reading }) => reading.rows)
  const parts = read.flatMap(({ reading }) => reading.parts)
  const wholes = new Map(
    read.flatMap(({ reading }) => reading.wholes.map((whole) => [placeOf(whole.dimensions), whole] as const)),
  )
  const { percentiles, warnings: unjoined } = joinPercentiles(parts, wholes, by)
  const trouble = read.flatMap(({ reading }) => reading.warnings)
  const regions = regionsOf(places)
  return {
    window,
    rows,
    percentiles,
    warnings: [
      ...(rows.length === 0 ? [noUse(places)] : []),
      ...warnings,
      ...aged,
      ...trouble,
      ...countWarnings(rows),
      ...tierWarnings(rows),
      ...latencyWarnings(rows),
      ...(parts.length === 0 ? [] : unjoined),
      scanned(
        read.reduce((sum, { reading }) => sum + reading.bytesScanned, 0),
        read.reduce((sum, { reading }) => sum + reading.queries, 0),
      ),
    ],
    attempts: attemptsInRecords,
    accounts: accountsOf(places),
    regions,
    incomplete: incomplete || trouble.length > 0,
    ...unreadOf(unread, [...aged, ...trouble]),
  }
}

async function readRegion(
  place: LogTarget<LogPlace>,
  target: QueryTarget,
  asked: readonly QueryDimension[],
  { window, by, timeZone, where, withoutPercentiles }: Asked,
  tell: Tell,
): Promise<RegionLogs> {
  const { cx, region } = place
  const [owner, of] = [ownerIn(place), apart(place)]
  const columns = columnsOf([...new Set<QueryDimension>(['model', ...asked])])
  const unit = timeUnit(by)
  const fits = { profile: fitter(where.profile), tier: fitter(where.tier) }
  const fitsTier = ({ dimensions: { tier = '' } }: Pick<LogRow, 'dimensions'>) => fits.tier(tier)
  const fitting = (row: LogRow) => fits.profile(row.dimensions.profile ?? '') && fitsTier(row)
  const read = await Promise.all(
    rowRuns(window, by, timeZone).map(async (run) => {
      const sums = await querySums(cx, target, columns, run.window, run, tell, whereCommands(where), of)
      return { sums, rows: sums.rows.map((row) => toLogRow(row, columns, owner(row), run)).filter(fitting) }
    }),
  )
  const sums = allSums(read.map((one) => one.sums))
  const rows = read.flatMap((one) => one.rows)
  if (of.length > 0 && sums.warnings.length > 0) throw tooMuchAtOnce(target)
  const timed = tally(rows)
  if (withoutPercentiles || timed.latency.samples + timed.timeToFirstToken.samples === 0) {
    return { ...sums, rows, parts: [], wholes: [] }
  }
  // A profile is read off the model, of which there are rows for each hour and price.
  const models = [...new Set(rows.map(({ dimensions }) => dimensions.model))]
  const which = whereCommands(where.profile ? { ...where, model: models } : where)
  const keyColumns = columnsOf([...new Set([...asked, ...(by.includes('profile') ? (['model'] as const) : [])])])
  const ask = (columns: readonly Column[], span: Window, byTier: boolean, bySlot?: Slots) =>
    runQuery(cx, target, percentilesQuery(columns, span, bySlot, which, of, byTier), span, tell)
  const ofTier = where.tier !== undefined
  const byTier = ofTier || by.includes('tier')
  const runs = unit ? slotRuns(window, unit, timeZone) : []
  const [whole, groups, ...bySlot] = await Promise.all([
    ask([], window, ofTier),
    unit || keyColumns.length + Number(byTier) === 0 ? undefined : ask(keyColumns, window, byTier),
    ...runs.map((run) => ask(keyColumns, run.window, byTier, run)),
  ])
  const answers = [whole, groups, ...bySlot].filter((answer) => answer !== undefined)
  const partsOf = (answer: QueryAnswer | undefined, columns: readonly Column[], run?: Slots): TimedPart[] =>
    (answer?.rows ?? [])
      .map((row) => {
        const times = run && timeKeys(by, startOf(row, run), timeZone)
        return toTimedPart(row, columns, owner(row), times)
      })
      .filter((part) => !ofTier || fitsTier(part))
  const total = partsOf(whole, [])
  const ofSlots = runs.flatMap((run, index) => partsOf(bySlot[index], keyColumns, run))
  const isOnly = (one: TimedPart) =>
    total.filter((other) => placeOf(other.dimensions) === placeOf(one.dimensions)).length === 1
  return {
    rows,
    // Those of one place that several words of a tier tell apart do not add up.
    wholes: total.filter(isOnly),
    parts: unit ? ofSlots : groups ? partsOf(groups, keyColumns) : total,
    bytesScanned: answers.reduce((sum, answer) => sum + answer.bytesScanned, sums.bytesScanned),
    queries: sums.queries + answers.length,
    warnings: answers.every(({ outcome }) => outcome === 'complete')
      ? sums.warnings
      : [
          ...sums.warnings,
          {
            code: 'percentiles-incomplete',
            message: `some groups in ${region} have no percentiles: there are too many`,
          },
        ],
  }
}

/** Fewer accounts at once may each be told whole. */
function tooMuchAtOnce({ logGroup, region }: QueryTarget): AppError {
  const message = `Logs Insights gave not all of ${logGroup} of several accounts in ${region}`
  return new AppError('aws', 'TooManyRows', message)
}

/** Percentiles that are missing take nothing from the cost. */
function unreadOf(unread: SourceReading['unread'], trouble: readonly Warning[]): Pick<SourceReading, 'unread'> {
  if (trouble.some(({ code }) => code !== 'percentiles-incomplete')) return { unread: 'anything' }
  return unread ? { unread } : {}
}

/** A key goes into the query between backticks, which no character can get it out of but these. */
function checkedMetadata(dimension: QueryDimension): QueryDimension {
  const key = metadataKey(dimension) ?? ''
  if (!/[`\\\p{Cc}]/u.test(key)) return dimension
  throw usageError(`${dimension}: Logs Insights cannot query this key`, 'pass --source s3 or --source file:PATH')
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
