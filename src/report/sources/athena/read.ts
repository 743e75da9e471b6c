import type { Context } from '../../../core/context.ts'
import { isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { accountsOf, placeName, regionsOf } from '../../../core/place.ts'
import { bytes, count, grouped, usd } from '../../../text/numbers.ts'
import { timeKeys } from '../../calendar.ts'
import { RATES, usdOf } from '../../calls.ts'
import { isTimeGrouping } from '../../grouping.ts'
import { columnsAsked, KINDS, keysAsked, sumsStatement } from '../../lake/report-sql.ts'
import type { LogRow } from '../../scan/aggregate.ts'
import { attemptsInRecords } from '../../tally.ts'
import { nothingFound } from '../delivery.ts'
import { countWarnings, latencyWarnings, tierWarnings } from '../log-warnings.ts'
import { toLogRow, toTimedPart } from '../logs/rows.ts'
import type { ResultRow } from '../logs/run-query.ts'
import { joinPercentiles, placeOf, type TimedPart } from '../percentiles.ts'
import { readPlaces } from '../places.ts'
import { watched } from '../progress.ts'
import { doubleWarnings } from '../scanned.ts'
import type { Question, SourceReading } from '../source.ts'
import type { ScanBudget } from './budget.ts'
import { estimate } from './estimate.ts'
import { type Lake, type Lakes, notCovered } from './lakes.ts'
import { type AthenaAnswer, BAD_DATA, runStatement } from './run-query.ts'

/** Slots are told by when they begin. */
const BY_START = { origin: 0, slotMs: 1 }

/** Reads the invocation log with Athena, which does the sums: a query for each table, which looks at each record once. */
export async function readLakes(
  cx: Context,
  found: Lakes,
  budget: ScanBudget,
  { window, by, timeZone = 'UTC', where = {} }: Question,
): Promise<SourceReading> {
  const { lakes } = found
  const label = lakes.map((lake) => `${lake.table.table} in ${placeName(lake, lakes)}`).join(', ')
  const { estimates, planned } = await watched(cx, { verb: 'estimating', label }, async () => {
    const all = await Promise.all(lakes.map((lake) => estimate(lake, window)))
    return { estimates: all, planned: budget.plan(all) }
  })
  const expected = estimates.reduce((sum, one) => sum + (one.bytes ?? 0), 0)
  const { read, warnings, incomplete, unread } = await readPlaces(lakes, (lake) =>
    watched(cx, { verb: 'querying', label: `${lake.table.table} in ${placeName(lake, lakes)}` }, async (tell) => {
      tell({ note: `${bytes(expected)} to scan, about ${usd(planned)}` })
      const ask = (hasBodies: boolean) => {
        const asked = { table: { ...lake.table, hasBodies }, window, places: lake.places, where, by, timeZone }
        return runStatement(lake, sumsStatement(asked), budget, tell)
      }
      const { hasBodies } = lake.table
      return ask(hasBodies).then(
        (answer) => ({ answer, isBlind: !hasBodies }),
        async (error: unknown) => {
          if (!hasBodies || !isAppError(error) || error.code !== BAD_DATA) throw error
          return { answer: await ask(false), isBlind: true }
        },
      )
    }),
  )
  const without = await notCovered(found, window)
  const all = read.flatMap(({ reading }) => reading.answer.rows)
  const timed = all.filter((row) => isTimed(row, by))
  const timeless = all.reduce(
    (sum, row) => sum + (row.kind !== KINDS.sums || isTimed(row, by) ? 0 : Number(row.calls ?? 0)),
    0,
  )
  const { rows, parts, wholes } = toldBy(timed, by, timeZone)
  const { percentiles, warnings: unjoined } = joinPercentiles(parts, wholes, by)
  const doubles = timed.reduce((sum, row) => sum + (row.kind === KINDS.sums ? Number(row.doubles ?? 0) : 0), 0)
  const blind = read.filter(({ reading }) => reading.isBlind).map(({ place }) => placeName(place, lakes))
  const places = lakes.flatMap((lake) => lake.places)
  return {
    window,
    rows,
    percentiles,
    warnings: [
      ...(rows.length === 0 ? [noUse(lakes)] : []),
      ...without,
      ...warnings,
      ...(timeless > 0 ? [isTimeless(timeless)] : []),
      ...doubleWarnings({ doubles, unchecked: 0 }),
      ...countWarnings(rows),
      ...tierWarnings(rows),
      ...(blind.length > 0 ? [isBlind(blind)] : latencyWarnings(rows)),
      ...(parts.length === 0 ? [] : unjoined),
      ...(parts.some(({ latency, timeToFirstToken }) => latency.samples + timeToFirstToken.samples > 0)
        ? [APPROXIMATE]
        : []),
      scanned(
        read.map(({ reading }) => reading.answer),
        expected,
      ),
    ],
    attempts: attemptsInRecords,
    accounts: accountsOf(places),
    regions: regionsOf(places),
    incomplete: incomplete || timeless > 0,
    ...((unread || without.length > 0) && {
      unread: without.some(({ code }) => code === 'retention') ? 'anything' : 'regions',
    }),
  }
}

/** Whether a row is of calls whose time is known. Only sums have a slot, and groups a span where hours or days are told apart. */
function isTimed({ kind, slot, span }: ResultRow, by: readonly string[]): boolean {
  if (kind === KINDS.sums) return slot !== undefined
  return kind === KINDS.whole || !by.some(isTimeGrouping) || span !== undefined
}

function isTimeless(records: number): Warning {
  const message = `${count(records, 'record')} in the log of these days ${records === 1 ? 'has' : 'have'} a time that does not exist, or is not ISO 8601: left out`
  return { code: 'not-a-record', message }
}

/** The rows of an answer by what they are of. */
function toldBy(found: readonly ResultRow[], by: readonly string[], timeZone: string) {
  const [columns, keys] = [columnsAsked(by), keysAsked(by)]
  const place = ({ account = '', region = '' }: ResultRow) => ({ account, region })
  const of = (kind: string) => found.filter((row) => row.kind === kind)
  const rows: LogRow[] = of(KINDS.sums).map((row) => toLogRow(row, columns, place(row), BY_START))
  const whole = of(KINDS.whole).map((row) => toTimedPart(row, [], place(row)))
  const groups = of(KINDS.groups).map((row): TimedPart => {
    return toTimedPart(row, keys, place(row), timeKeys(by, Number(row.span), timeZone))
  })
  const wholes = new Map(whole.map((part) => [placeOf(part.dimensions), part]))
  return { rows, parts: groups.length > 0 ? groups : whole, wholes }
}

function noUse(lakes: readonly Lake[]): Warning {
  const looked = lakes.map(({ template, places }) => `${template} of ${accountsOf(places).join(', ')}`)
  return { code: 'no-usage', message: nothingFound(looked, lakes, 'nothing was called, or the logs lie elsewhere') }
}

const APPROXIMATE: Warning = {
  code: 'percentiles-approximate',
  message: 'percentiles are those of approx_percentile of Athena, which is off by about 1 % of the calls at most',
}

export function isBlind(names: readonly string[]): Warning {
  return {
    code: 'lake-without-bodies',
    message: `the table in ${names.join(', ')} could be read only without bodies, since it lacks the columns, or a body has a form that Athena cannot read: latency, tiers, images and counts that stand in bodies alone are not known (--source s3 reads them)`,
  }
}

/** Said every time, since it bills by what it reads. */
function scanned(answers: readonly AthenaAnswer[], expected: number): Warning {
  const total = answers.reduce((sum, { bytesScanned }) => sum + bytesScanned, 0)
  const cost = usd(
    usdOf(
      RATES.athenaScanned,
      answers.reduce((sum, { bytesBilled }) => sum + bytesBilled, 0),
    ),
  )
  const message = `Athena scanned ${grouped(total)} bytes in ${count(answers.length, 'query', 'queries')}, which costs about ${cost}; ${grouped(expected)} were expected`
  return { code: 'athena-scanned', message }
}
