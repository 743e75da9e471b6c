import { hasCode } from '../../../aws/errors.ts'
import type { Context } from '../../../core/context.ts'
import type { Warning } from '../../../core/events.ts'
import { accountsOf, placeName, regionsOf } from '../../../core/place.ts'
import { bytes, count, grouped, usd } from '../../../text/numbers.ts'
import { RATES, usdOf } from '../../calls.ts'
import { questionStatement, termsStatement } from '../../lake/questions.ts'
import { columnsAsked, MOST_TOLD, sumsStatement } from '../../lake/report-sql.ts'
import type { Window } from '../../model.ts'
import { groupPercentiles, Samples } from '../../scan/samples.ts'
import { attemptsInRecords } from '../../tally.ts'
import { nothingFound } from '../delivery.ts'
import { percentileWarnings, recordWarnings } from '../log-warnings.ts'
import { toLogRow } from '../logs/rows.ts'
import type { ResultRow } from '../logs/run-query.ts'
import { readPlaces } from '../places.ts'
import { watched } from '../progress.ts'
import { isAmong, type QueryEngine } from '../query-engine.ts'
import { doubleWarnings } from '../scanned.ts'
import type { Question, SourceReading } from '../source.ts'
import { estimate, type ScanBudget } from './budget.ts'
import { type Lake, type Lakes, notCovered } from './lakes.ts'
import { type AthenaAnswer, BAD_DATA, LONGEST, runStatement } from './run-query.ts'

/** Slots are told by when they begin. */
const BY_START = { origin: 0, slotMs: 1 }

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
      return ask(hasBodies)
        .then((answer) => ({ answer, isBlind: !hasBodies }))
        .catch(async (error: unknown) => {
          if (!hasBodies || !hasCode(error, BAD_DATA)) throw error
          return { answer: await ask(false), isBlind: true }
        })
    }),
  )
  const without = await notCovered(found, window)
  const answers = read.map(({ reading }) => reading.answer)
  const all = answers.flatMap((answer) => answer.rows)
  const sumOf = (rows: readonly ResultRow[], column: string) =>
    rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0)
  const timed = all.filter(({ slot }) => slot !== undefined)
  const timeless = sumOf(all, 'calls') - sumOf(timed, 'calls')
  const columns = columnsAsked(by)
  const rows = timed.map((row) => {
    return toLogRow(row, columns, { account: row.account ?? '', region: row.region ?? '' }, BY_START)
  })
  const sampled = rows.map(({ dimensions, start }, index) => {
    const { latencySpread, firstTokenSpread } = timed[index] ?? {}
    return { dimensions, start, latency: samplesOf(latencySpread), timeToFirstToken: samplesOf(firstTokenSpread) }
  })
  const blind = read.filter(({ reading }) => reading.isBlind).map(({ place }) => placeName(place, lakes))
  const places = lakes.flatMap((lake) => lake.places)
  return {
    window,
    rows,
    percentiles: groupPercentiles(sampled, by, timeZone),
    percentilesBy: (others, told) => groupPercentiles(sampled, others, timeZone, told),
    warnings: [
      ...(rows.length === 0 ? [noUse(lakes)] : []),
      ...without,
      ...warnings,
      ...(timeless > 0 ? [isTimeless(timeless)] : []),
      ...doubleWarnings({ doubles: sumOf(timed, 'doubles'), unchecked: 0 }),
      ...recordWarnings(rows, { withLatency: blind.length === 0 }),
      ...(blind.length > 0 ? [isBlind(blind)] : []),
      ...percentileWarnings(rows, MOST_TOLD),
      scanned(answers, expected),
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

function isTimeless(records: number): Warning {
  const message = `${count(records, 'record')} in the log of these days ${records === 1 ? 'has' : 'have'} a time that does not exist, or is not ISO 8601: left out`
  return { code: 'not-a-record', message }
}

function noUse(lakes: readonly Lake[]): Warning {
  const looked = lakes.map(({ template, places }) => `${template} of ${accountsOf(places).join(', ')}`)
  return { code: 'no-usage', message: nothingFound(looked, lakes, 'there were no calls, or the logs are elsewhere') }
}

function samplesOf(spread = ''): Samples {
  const samples = new Samples()
  const found: Record<string, number> = spread === '' ? {} : JSON.parse(spread)
  for (const [value, times] of Object.entries(found ?? {})) samples.push(Number(value), Number(times))
  return samples
}

function isBlind(names: readonly string[]): Warning {
  const message = `the table in ${names.join(', ')} could be read only without bodies, since it lacks the columns, or a body has a form that Athena cannot read: latency, tiers, images and counts that stand in bodies alone are not known (--source s3 reads them)`
  return { code: 'lake-without-bodies', message }
}

/** Said every time, since it bills by what it reads. */
function scanned(answers: readonly AthenaAnswer[], expected: number): Warning {
  const sumOf = (of: 'bytesScanned' | 'bytesBilled') => answers.reduce((sum, answer) => sum + answer[of], 0)
  const cost = usd(usdOf(RATES.athenaScanned, sumOf('bytesBilled')))
  const message = `Athena scanned ${grouped(sumOf('bytesScanned'))} bytes in ${count(answers.length, 'query', 'queries')}, which costs about ${cost}; ${grouped(expected)} were expected`
  return { code: 'athena-scanned', message }
}

/** Athena, for ready-made queries: each table is asked once for all of its places. */
export async function lakeEngine(
  { lakes, silent }: Pick<Lakes, 'lakes' | 'silent'>,
  { window, budget, looks }: { window: Window; budget: ScanBudget; looks: number },
): Promise<QueryEngine> {
  const estimates = await Promise.all(lakes.map((lake) => estimate(lake, window)))
  // A query that ranks by cost looks twice.
  budget.plan(Array.from({ length: looks }, () => estimates).flat())
  const blind = new Set<string>()
  const engine: QueryEngine<Lake> = {
    warnings: () => (blind.size > 0 ? [isBlind([...blind])] : []),
    label: lakes[0]?.table.table ?? '',
    longest: LONGEST,
    targets: lakes,
    nameOf: (target) => placeName(target, lakes),
    // A price is the same in all accounts of a Region.
    covers: ({ places }, { account, region }) =>
      places.some((place) => place.account === account && place.region === region),
    isPart: isAmong(silent),
    ownerIn:
      () =>
      ({ account = '', region = '' }) => ({ account, region }),
    textOf({ table, places }, query, parameters) {
      const told = (hasBodies: boolean) => {
        const asked = { table: { ...table, hasBodies }, places, window }
        return query === 'terms' ? termsStatement(parameters, asked) : questionStatement(query, parameters, asked)
      }
      const isOfBodies = query !== 'terms' && query.lake.isOfBodies
      return { ...told(table.hasBodies), ...(table.hasBodies && !isOfBodies && { without: told(false) }) }
    },
    async run(target, { sql, columns = [], without }, limit, tell) {
      const ask = (text: { sql: string }) => runStatement(target, { sql: text.sql, columns }, budget, tell)
      const { rows, bytesScanned } = await ask({ sql }).catch((error: unknown) => {
        if (!without || !hasCode(error, BAD_DATA)) throw error
        blind.add(placeName(target, lakes))
        return ask(without)
      })
      return { rows, bytesScanned, outcome: rows.length >= limit ? 'cut' : 'complete' }
    },
  }
  return engine as unknown as QueryEngine
}
