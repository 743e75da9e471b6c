import { GetQueryResultsCommand, StartQueryCommand, StopQueryCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { AwsContext } from '../../../aws/context.ts'
import { hasCode } from '../../../aws/errors.ts'
import { itemsOf } from '../../../aws/pages.ts'
import { AppError, usageError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { grouped } from '../../../text/numbers.ts'
import type { Window } from '../../model.ts'
import { MINUTE_MS } from '../../window.ts'
import { type Tell, untilEnded } from '../progress.ts'
import { type Slots, type SumsAsked, sumsQuery } from './query.ts'

/** One line of a query's result by column; a column without a value is left out. */
export type ResultRow = Record<string, string>

export interface QueryAnswer {
  rows: ResultRow[]
  bytesScanned: number
  /** `cut` at the most rows that a query gives; `timeout` after 60 minutes: a shorter window may still be told. */
  outcome: 'complete' | 'cut' | 'timeout'
}

export interface QueryTarget {
  region: string
  logGroup: string
  groups?: Pick<StartQueryCommand['input'], 'logGroupName' | 'logGroupIdentifiers'>
  /** Rows at most: 100,000, in pages of 10,000. */
  limit: number
}

/** The most rows of a page, and of a whole result where the service gives one page only: that many may not be all. */
const PAGE_ROWS = 10_000
/** StartQuery's own limit, in characters. */
export const LONGEST_QUERY = 10_000
/** AWS ends a query after 60 minutes (CloudWatch Logs quotas); it may have waited for its turn before. */
const LONGEST_MS = 75 * MINUTE_MS

export async function runQuery(
  cx: AwsContext,
  { region, logGroup, groups = { logGroupName: logGroup }, limit: asked }: QueryTarget,
  queryString: string,
  { start, end }: Window,
  tell: Tell,
): Promise<QueryAnswer> {
  if (queryString.length > LONGEST_QUERY) {
    const message = `the query has ${grouped(queryString.length)} characters, and Logs Insights takes ${grouped(LONGEST_QUERY)}`
    throw usageError(message, 'group and filter by less, with rules of teams by fewer keys, or pass --source s3')
  }
  const span = { startTime: Math.floor(start / 1000), endTime: Math.ceil(end / 1000) }
  const query = { ...groups, ...span, queryString, limit: asked }
  const { queryId, limit } = await startQuery(cx, region, logGroup, query)
  const page = (nextToken?: string) =>
    cx.aws.logs.send(new GetQueryResultsCommand({ queryId, ...(nextToken !== undefined && { nextToken }) }))
  let status: string | undefined
  return untilEnded<QueryAnswer>(cx, {
    longestMs: LONGEST_MS,
    stuck: () => {
      const message = `logs:GetQueryResults failed: after 75 minutes, the query of ${logGroup} is still ${status?.toLowerCase()}`
      return new AppError('aws', 'QueryStuck', message, { hint: AGAIN })
    },
    stop: (abortSignal) => cx.aws.logs.send(new StopQueryCommand({ queryId }), { abortSignal }),
    async look() {
      const first = await page()
      status = first.status
      const { bytesScanned = 0, recordsScanned = 0 } = first.statistics ?? {}
      tell({ note: `${status?.toLowerCase() ?? 'unknown'}${scannedSoFar(recordsScanned)}` })
      if (status === 'Scheduled' || status === 'Running' || status === 'Unknown') return undefined
      cx.emit({ type: 'billed', unit: 'bytes-scanned', count: bytesScanned })
      return async () => {
        if (status === 'Timeout') return { rows: [], bytesScanned, outcome: 'timeout' }
        if (status !== 'Complete') throw ended(logGroup, status)
        const lines = await itemsOf(
          'logs:GetQueryResults',
          async (token) => (token === undefined ? first : page(token)),
          ({ nextToken }) => nextToken,
          ({ results }) => results,
        )
        const rows = lines.map((fields): ResultRow => {
          const told = fields.flatMap(({ field, value }) => (field && value !== undefined ? [[field, value]] : []))
          return Object.fromEntries(told)
        })
        return { rows, bytesScanned, outcome: rows.length >= limit || rows.length === PAGE_ROWS ? 'cut' : 'complete' }
      }
    },
  })
}

/** Rounded down to its first digit, so that it is news when it changes. */
function scannedSoFar(records: number): string {
  if (records < 1) return ''
  const magnitude = 10 ** Math.floor(Math.log10(records))
  return `, over ${grouped(Math.floor(records / magnitude) * magnitude)} records scanned`
}

type Query = StartQueryCommand['input'] & { queryString: string; limit: number }

/** What AWS refuses is asked for again with less of it. @returns also the rows that it was asked for in the end */
async function startQuery(
  cx: AwsContext,
  region: string,
  logGroup: string,
  input: Query,
): Promise<{ queryId: string; limit: number }> {
  try {
    const { queryId } = await cx.aws.logs.send(new StartQueryCommand(input))
    if (queryId) return { queryId, limit: input.limit }
  } catch (error) {
    const plainer = plainerQuery(error, input)
    if (plainer) return startQuery(cx, region, logGroup, plainer)
    if (!hasCode(error, 'ResourceNotFoundException')) throw error
    throw new AppError('failed', 'NoLogGroup', `there is no log group ${logGroup} in ${region}`, {
      hint: `turn logging on with bedrock-monitor setup --region ${region}, name another group with --log-group-name, or use --source metrics, which needs no setup`,
      cause: error,
    })
  }
  throw new AppError('aws', 'NoQuery', 'logs:StartQuery returned no query ID', { transient: true })
}

/** The last ones of a query: a text in it may hold lines that look the same. */
const SORT = /^(\| sort [^,\n]+),.*$(?![\s\S]*^\| sort )/m
const LIMIT = /^\| limit (\d+)$(?![\s\S]*^\| limit )/m

/** For an AWS that takes one sort key, or 10,000 rows: as many are fetched for the caller to sort. Else undefined. */
export function plainerQuery(error: unknown, query: Query): Query | undefined {
  const { queryString, limit } = query
  const atMost = (rows: number) => ({ queryString: queryString.replace(LIMIT, `| limit ${rows}`), limit: rows })
  if (hasCode(error, 'MalformedQueryException') && SORT.test(queryString)) {
    const fetched = atMost(PAGE_ROWS)
    return { ...query, ...fetched, queryString: fetched.queryString.replace(SORT, '$1') }
  }
  const rows = Math.max(limit, Number(LIMIT.exec(queryString)?.[1] ?? 0))
  if (hasCode(error, 'InvalidParameterException') && rows > PAGE_ROWS) return { ...query, ...atMost(PAGE_ROWS) }
  return undefined
}

const AGAIN = 'run it again, with a shorter window, or use --source s3'

function ended(logGroup: string, status = 'failed'): AppError {
  const code = status === 'failed' ? 'QueryFailed' : `Query${status}`
  return new AppError('aws', code, `the query of ${logGroup} ended as ${status}`, { hint: AGAIN, transient: true })
}

export interface SumsAnswer<Row = ResultRow> {
  rows: Row[]
  bytesScanned: number
  queries: number
  warnings: Warning[]
}

export async function querySums(
  cx: AwsContext,
  target: QueryTarget,
  asked: SumsAsked,
  window: Window,
  slots: Slots,
  tell: Tell,
): Promise<SumsAnswer> {
  const { rows, bytesScanned, outcome } = await runQuery(cx, target, sumsQuery(asked, window, slots), window, tell)
  const whole = { rows, bytesScanned, queries: 1, warnings: [] }
  if (outcome === 'complete') return whole
  const middle = middleSlot(window, slots)
  if (middle === undefined) {
    const many = `has more than ${target.limit} groups; the others are left out`
    const why = outcome === 'cut' ? many : 'took too long and is left out'
    const message = `the log of ${target.region} from ${new Date(window.start).toISOString()} on ${why}`
    return { ...whole, warnings: [{ code: 'logs-cut', message }] }
  }
  const ask = (half: Window) => querySums(cx, target, asked, half, slots, tell)
  const halves = [await ask({ start: window.start, end: middle }), await ask({ start: middle, end: window.end })]
  return allSums([{ ...whole, rows: [] }, ...halves])
}

export function allSums<Row>(answers: readonly SumsAnswer<Row>[]): SumsAnswer<Row> {
  return {
    rows: answers.flatMap((answer) => answer.rows),
    bytesScanned: answers.reduce((sum, answer) => sum + answer.bytesScanned, 0),
    queries: answers.reduce((sum, answer) => sum + answer.queries, 0),
    warnings: answers.flatMap((answer) => answer.warnings),
  }
}

/** The beginning of a slot near the middle of a window; undefined for a window of one slot. */
export function middleSlot({ start, end }: Window, { origin, slotMs }: Slots): number | undefined {
  const first = Math.floor((start - origin) / slotMs)
  const beyond = Math.ceil((end - origin) / slotMs)
  return beyond - first < 2 ? undefined : origin + Math.floor((first + beyond) / 2) * slotMs
}
