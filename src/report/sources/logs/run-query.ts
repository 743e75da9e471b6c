import {
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  type ResultField,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import type { AwsContext } from '../../../aws/context.ts'
import { hasCode } from '../../../aws/errors.ts'
import { itemsOf } from '../../../aws/pages.ts'
import { AppError, usageError } from '../../../core/errors.ts'
import { grouped } from '../../../text/numbers.ts'
import type { Window } from '../../model.ts'
import { MINUTE_MS } from '../../window.ts'
import type { Tell } from '../progress.ts'

/** One line of a query's result by column; a column without a value is left out. */
export type ResultRow = Record<string, string>

export interface QueryAnswer {
  rows: ResultRow[]
  /** What CloudWatch bills. */
  bytesScanned: number
  /** `cut` at the most rows that a query gives; `timeout` after 60 minutes: a shorter window may still be told. */
  outcome: 'complete' | 'cut' | 'timeout'
}

export interface QueryTarget {
  region: string
  logGroup: string
  /** How StartQuery is told which one, or which ones of several accounts. */
  groups?: Pick<StartQueryCommand['input'], 'logGroupName' | 'logGroupIdentifiers'>
  /** Rows at most: 100,000, in pages of 10,000. */
  limit: number
}

/** The most rows of a page, and of a whole result where the service gives one page only: that many may not be all. */
const PAGE_ROWS = 10_000
/** StartQuery's own limit, in characters. */
/** Characters of a query that AWS takes. */
export const LONGEST_QUERY = 10_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 2_000
const STOP_WITHIN_MS = 3_000
/** AWS ends a query after 60 minutes (CloudWatch Logs quotas); it may have waited for its turn before. */
const LONGEST_MS = 75 * MINUTE_MS

/** Runs a query and waits for its end. A query that nobody waits for any more is stopped, since it goes on to cost. */
export async function runQuery(
  cx: AwsContext,
  { region, logGroup, groups = { logGroupName: logGroup }, limit: asked }: QueryTarget,
  queryString: string,
  { start, end }: Window,
  tell: Tell,
): Promise<QueryAnswer> {
  if (queryString.length > LONGEST_QUERY) throw tooLong(queryString.length)
  const { queryId, limit } = await startQuery(cx, region, logGroup, {
    ...groups,
    startTime: Math.floor(start / 1000),
    endTime: Math.ceil(end / 1000),
    queryString,
    limit: asked,
  })
  const began = cx.clock.now()
  let running = true
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const first = await page(cx, queryId)
      const { status, statistics = {} } = first
      const { bytesScanned = 0, recordsScanned = 0 } = statistics
      tell({ note: `${status?.toLowerCase() ?? 'unknown'}${scannedSoFar(recordsScanned)}` })
      if (status === 'Scheduled' || status === 'Running' || status === 'Unknown') {
        if (cx.clock.now() - began > LONGEST_MS) throw stuck(logGroup, status)
        await cx.clock.sleep(pause, cx.signal)
        continue
      }
      running = false
      cx.emit({ type: 'billed', unit: 'bytes-scanned', count: bytesScanned })
      if (status === 'Timeout') return { rows: [], bytesScanned, outcome: 'timeout' }
      if (status !== 'Complete') throw ended(logGroup, status)
      const rows = (await resultsFrom(cx, queryId, first)).map(
        (fields): ResultRow =>
          Object.fromEntries(
            fields.flatMap(({ field, value }) => (field && value !== undefined ? [[field, value]] : [])),
          ),
      )
      return { rows, bytesScanned, outcome: rows.length >= limit || rows.length === PAGE_ROWS ? 'cut' : 'complete' }
    }
  } finally {
    if (running) await stop(cx, queryId)
  }
}

/** Rounded down to its first digit, so that it is news when it changes. */
function scannedSoFar(records: number): string {
  if (records < 1) return ''
  const magnitude = 10 ** Math.floor(Math.log10(records))
  return `, over ${grouped(Math.floor(records / magnitude) * magnitude)} records scanned`
}

interface Started {
  queryId: string
  /** The rows that AWS was asked for in the end. */
  limit: number
}

type Query = StartQueryCommand['input'] & { queryString: string; limit: number }

/** What AWS refuses is asked for again with less of it. */
async function startQuery(cx: AwsContext, region: string, logGroup: string, input: Query): Promise<Started> {
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

/**
 * The query again, for an AWS that takes one sort key only, or 10,000 rows at most (not every partition has been seen to take
 * more). Sorted by one key, the rows at the limit may be others than those that are asked for: then as many are fetched as
 * there may be, for the caller to sort and to cut. Undefined where there is nothing to leave out.
 */
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

function page(cx: AwsContext, queryId: string, nextToken?: string) {
  return cx.aws.logs.send(new GetQueryResultsCommand({ queryId, ...(nextToken !== undefined && { nextToken }) }))
}

/** The rows of all pages, the first of which is here. */
function resultsFrom(cx: AwsContext, queryId: string, first: GetQueryResultsCommandOutput): Promise<ResultField[][]> {
  return itemsOf(
    'logs:GetQueryResults',
    async (token) => (token === undefined ? first : page(cx, queryId, token)),
    ({ nextToken }) => nextToken,
    ({ results }) => results,
  )
}

/** Has a signal of its own, since the user's interruption is what it follows on. */
async function stop(cx: AwsContext, queryId: string): Promise<void> {
  try {
    await cx.aws.logs.send(new StopQueryCommand({ queryId }), { abortSignal: AbortSignal.timeout(STOP_WITHIN_MS) })
  } catch {
    // It may have ended meanwhile; what led here is what the user is told.
  }
}

function tooLong(length: number): AppError {
  const message = `the query has ${grouped(length)} characters, and Logs Insights takes ${grouped(LONGEST_QUERY)}`
  return usageError(message, 'group and filter by less, with rules of teams by fewer keys, or pass --source s3')
}

function ended(logGroup: string, status: string | undefined): AppError {
  return new AppError('aws', `Query${status ?? 'Failed'}`, `the query of ${logGroup} ended as ${status ?? 'failed'}`, {
    hint: 'run it again, with a shorter window, or use --source s3',
    transient: true,
  })
}

function stuck(logGroup: string, status: string): AppError {
  const message = `logs:GetQueryResults failed: after 75 minutes, the query of ${logGroup} is still ${status.toLowerCase()}`
  return new AppError('aws', 'QueryStuck', message, {
    hint: 'run it again, with a shorter window, or use --source s3',
  })
}
