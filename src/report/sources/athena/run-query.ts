import { randomUUID } from 'node:crypto'
import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  type Row,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { hasCode } from '../../../aws/errors.ts'
import { itemsOf } from '../../../aws/pages.ts'
import { AppError, usageError } from '../../../core/errors.ts'
import { bytes, grouped, usd } from '../../../text/numbers.ts'
import { RATES, usdOf } from '../../calls.ts'
import type { NamedStatement } from '../../lake/report-sql.ts'
import { MINUTE_MS } from '../../window.ts'
import type { ResultRow } from '../logs/run-query.ts'
import { type Tell, untilEnded } from '../progress.ts'
import { billedBytes, type ScanBudget } from './budget.ts'
import type { Lake } from './lakes.ts'

export type AthenaAnswer = Awaited<ReturnType<typeof runStatement>>

/** Characters of a statement that Athena takes. */
export const LONGEST = 262_144
/** Athena ends a query after 30 minutes, or as long as the account has asked for; it may have waited for its turn before. */
const LONGEST_MS = 260 * MINUTE_MS
/** An answer that Athena gave before is good for so long: records come late by minutes. */
const REUSED_MINUTES = 15

export async function runStatement(lake: Lake, { sql, columns }: NamedStatement, budget: ScanBudget, tell: Tell) {
  const { cx, table } = lake
  const { athena } = cx.aws
  const QueryExecutionId = await start(lake, sql)
  let [scanned, state]: [number, string?] = [0]
  const bill = (count: number) => {
    budget.spend(count)
    cx.emit({ type: 'billed', unit: RATES.athenaScanned.unit, count })
    return count
  }
  return untilEnded(cx, {
    longestMs: LONGEST_MS,
    stuck: () => {
      const message = `athena:GetQueryExecution failed: after hours, the query of ${table.table} is still ${state?.toLowerCase() ?? 'unknown'}`
      const hint = 'run it again, with a shorter window, or use --source s3'
      return new AppError('aws', 'QueryStuck', message, { hint })
    },
    stop: (abortSignal) =>
      athena
        .send(new StopQueryExecutionCommand({ QueryExecutionId }), { abortSignal })
        .finally(() => bill(billedBytes(scanned))),
    async look() {
      const { QueryExecution: execution = {} } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))
      state = execution.Status?.State
      scanned = execution.Statistics?.DataScannedInBytes ?? scanned
      tell({ note: `${state?.toLowerCase() ?? 'unknown'}${scanned > 0 ? `, ${bytes(scanned)} scanned` : ''}` })
      if (state === 'SUCCEEDED') {
        const isReused = execution.Statistics?.ResultReuseInformation?.ReusedPreviousResult === true
        const bytesBilled = bill(isReused ? 0 : Math.max(billedBytes(1), billedBytes(scanned)))
        const told = { bytesBilled, bytesScanned: isReused ? 0 : scanned }
        return async () => ({ rows: await rowsOf(lake, QueryExecutionId, columns), ...told })
      }
      if (state === 'FAILED' || state === 'CANCELLED') {
        // What is cancelled is billed, what failed is not.
        if (state === 'CANCELLED') bill(billedBytes(scanned))
        return () => {
          throw ended(lake, execution)
        }
      }
      if (!budget.allows(scanned)) throw tooMuch(scanned)
      return undefined
    },
  })
}

async function start({ cx, region, workGroup, table }: Lake, QueryString: string): Promise<string> {
  if (QueryString.length > LONGEST) {
    const message = `the query has ${grouped(QueryString.length)} characters, and Athena takes ${grouped(LONGEST)}`
    throw usageError(message, 'group and filter by less, or pass --source s3')
  }
  const input = {
    QueryString,
    WorkGroup: workGroup,
    QueryExecutionContext: { Database: table.database },
    // The same for each attempt, so that it is started once.
    ClientRequestToken: randomUUID(),
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: REUSED_MINUTES } },
  }
  try {
    const { QueryExecutionId } = await cx.aws.athena.send(new StartQueryExecutionCommand(input))
    if (QueryExecutionId) return QueryExecutionId
  } catch (error) {
    if (!hasCode(error, 'InvalidRequestException')) throw error
    if (/WorkGroup .*not found/i.test(error.message)) {
      throw new AppError('failed', 'NoWorkgroup', `there is no workgroup ${workGroup} of Athena`, {
        hint: `bedrock-monitor setup --lake --region ${region} makes it; name another with --lake-workgroup`,
        cause: error,
      })
    }
    if (!/output (?:location|bucket)/i.test(error.message)) throw error
    throw new AppError('failed', 'NoResultsBucket', error.message, {
      hint: `bedrock-monitor setup --lake --region ${region} makes the bucket for results and sets it in the workgroup`,
      cause: error,
    })
  }
  throw new AppError('aws', 'NoQuery', 'athena:StartQueryExecution returned no query ID', { transient: true })
}

async function rowsOf({ cx }: Lake, QueryExecutionId: string, columns: readonly string[]): Promise<ResultRow[]> {
  const lines = await itemsOf<unknown, Row>(
    'athena:GetQueryResults',
    (NextToken) => cx.aws.athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken, MaxResults: 1_000 })),
    (page) => (page as { NextToken?: string }).NextToken,
    (page) => (page as { ResultSet?: { Rows?: Row[] } }).ResultSet?.Rows,
  )
  return lines.slice(1).map(({ Data = [] }): ResultRow => {
    const told = columns.map((name, place) => [name, Data[place]?.VarCharValue])
    return Object.fromEntries(told.filter(([, value]) => value !== undefined))
  })
}

const SHORTER = 'ask for a shorter window'
const SETUP = 'bedrock-monitor setup --lake'
const MISSING = /TABLE_NOT_FOUND|SCHEMA_NOT_FOUND|(?:table|database|schema) .*(?:not exist|not found)/i
const RIGHTS =
  'bedrock-monitor permissions report --lake prints what is needed; an encrypted bucket needs kms:Decrypt, too'
const CAUSES: readonly (readonly [pattern: RegExp, code: string, hint: string])[] = [
  [MISSING, 'NoLake', `${SETUP} makes the table`],
  [/COLUMN_NOT_FOUND|cannot be resolved/i, 'LakeDiffers', `${SETUP} brings the table up to date`],
  [/bytes scanned limit/i, 'ScanLimit', `${SHORTER}, or raise the limit with ${SETUP} --lake-max-gb`],
  [/access denied|not authorized|permission|\b403\b/i, 'AccessDenied', RIGHTS],
  [/time(?:d )?-?out|EXCEEDED_TIME_LIMIT/i, 'QueryTimeout', SHORTER],
  [/exhausted resources|EXCEEDED_(?:LOCAL_|GLOBAL_)?MEMORY/i, 'QueryTooLarge', `${SHORTER}, or group by less`],
]
/** Of what a record holds: Athena may repeat it, and it may be somebody's prompt. */
const OF_DATA = /HIVE_(?:BAD_DATA|CURSOR_ERROR)/

/** The code of an error that is of the data, not of the query: without the bodies there may be none. */
export const BAD_DATA = 'BadData'

function ended(lake: Lake, { Status = {} }: QueryExecution): AppError {
  const { State: state = 'FAILED', StateChangeReason: reason = '' } = Status
  const what = `the query of ${lake.table.database}.${lake.table.table} in ${lake.region}`
  const [named] = OF_DATA.exec(reason) ?? []
  if (named !== undefined) {
    return new AppError('aws', BAD_DATA, `${what} failed: ${named}: a record does not have the form of the table`, {
      hint: 'use --source s3, which reads records of any form',
    })
  }
  const cause = CAUSES.find(([pattern]) => pattern.test(reason))
  if (cause) {
    const [, code, cure] = cause
    const hint = cure.replace('setup --lake', `setup --lake --region ${lake.region}`)
    return new AppError('aws', code, `${what} failed: ${reason}`, { hint })
  }
  if (state === 'CANCELLED') {
    const why = reason === '' ? 'somebody stopped it' : reason
    return new AppError('aws', 'QueryCancelled', `${what} was cancelled: ${why}`, { hint: 'run it again' })
  }
  return new AppError('aws', 'QueryFailed', `${what} failed: ${reason || 'Athena does not say why'}`, {
    hint: 'run it again; if that does not help, use --source s3',
    transient: true,
  })
}

function tooMuch(scanned: number): AppError {
  const cost = usd(usdOf(RATES.athenaScanned, scanned))
  return usageError(
    `Athena has scanned ${bytes(scanned)}, which costs ${cost} and is more than was expected: the query was stopped`,
    'pass a higher --max-aws-cost, or ask for a shorter window',
  )
}
