import { randomUUID } from 'node:crypto'
import type { Athena, QueryExecution, QueryExecutionState, StartQueryExecutionInput } from '@aws-sdk/client-athena'
import type { Table } from '@aws-sdk/client-glue'
import type { Call } from '../../service.ts'
import { page } from '../../state.ts'
import type { Glue } from '../glue.ts'
import type { S3 } from '../s3.ts'
import type { Operations } from '../typed.ts'
import { type Answer, type EngineTable, QueryFailure, runSql } from './engine.ts'
import { findWorkGroup, invalidRequest, type WorkGroups } from './work-groups.ts'

export interface Execution {
  readonly id: string
  readonly input: StartQueryExecutionInput
  readonly startedAt: number
  state: QueryExecutionState
  reason?: string
  answer?: Answer
  isReused: boolean
  readonly ended: Promise<void>
}

export type Executions = Map<string, Execution>

export interface Catalog {
  glue: Pick<Glue, 'databasesIn'>
  s3: Pick<S3, 'buckets' | 'putObject'>
}

const LONGEST_QUERY = 262_144
const MOST_ROWS = 1_000
const MINUTE_MS = 60_000

/** QUEUED at the first look, RUNNING at the next, ended at the one after, or by StopQueryExecution or the limit. */
export function executionOperations(
  executionsIn: (region: string) => Executions,
  groupsIn: (region: string) => WorkGroups,
  { glue, s3 }: Catalog,
): Operations<Athena> {
  const at = (id: string | undefined, { region }: Call): Execution => {
    const found = executionsIn(region).get(id ?? '')
    if (!found) throw invalidRequest(`QueryExecution ${id} was not found`)
    return found
  }

  const tableIn = (database: string, name: string, { region }: Call): EngineTable | undefined => {
    const table: Table | undefined = glue.databasesIn(region).get(database)?.tables.get(name)
    if (!table) return undefined
    const { StorageDescriptor: { Columns = [], SerdeInfo } = {}, PartitionKeys = [], Parameters = {} } = table
    return {
      columns: Columns.map(({ Name = '', Type = '' }) => ({ name: Name, type: Type })),
      partitionKeys: PartitionKeys.map(({ Name = '' }) => Name),
      parameters: new Map(Object.entries(Parameters)),
      serde: new Map(Object.entries(SerdeInfo?.Parameters ?? {})),
      *objects(bucket, prefix) {
        const objects = s3.buckets.find(bucket)?.objects
        for (const key of objects?.keys() ?? []) {
          const version = key.startsWith(prefix) ? objects?.get(key) : undefined
          if (version && !version.deleted) yield { key, body: version.body }
        }
      },
    }
  }

  const look = async (execution: Execution) => {
    const { state } = execution
    if (state === 'RUNNING') {
      await execution.ended
      // It may have been stopped meanwhile.
      if (execution.state === 'RUNNING') execution.state = execution.reason === undefined ? 'SUCCEEDED' : 'FAILED'
    }
    const shown = described(execution)
    if (state === 'QUEUED') execution.state = 'RUNNING'
    return { QueryExecution: shown }
  }
  return {
    StartQueryExecution: (input, call) => {
      const { QueryString: sql = '', QueryExecutionContext: { Database = 'default' } = {}, ClientRequestToken } = input
      const executions = executionsIn(call.region)
      const again = [...executions.values()].find(
        (one) => ClientRequestToken !== undefined && one.input.ClientRequestToken === ClientRequestToken,
      )
      if (again) return { QueryExecutionId: again.id }
      if (sql === '' || sql.length > LONGEST_QUERY) throw invalidRequest('queryString has 1 to 262144 characters')
      const group = findWorkGroup(groupsIn(call.region), input.WorkGroup)
      const { Configuration: { ResultConfiguration, BytesScannedCutoffPerQuery } = {} } = group.workGroup
      const output = ResultConfiguration?.OutputLocation ?? input.ResultConfiguration?.OutputLocation
      const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(output ?? '') ?? []
      if (!s3.buckets.find(bucket)) {
        throw invalidRequest(
          `Unable to verify/create output bucket${bucket === '' ? ': no output location provided' : ` ${bucket}`}`,
        )
      }
      const { Enabled = false, MaxAgeInMinutes = 60 } =
        input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration ?? {}
      const before = [...executions.values()].findLast(
        (one) =>
          Enabled &&
          one.state === 'SUCCEEDED' &&
          one.input.QueryString === sql &&
          one.input.WorkGroup === input.WorkGroup &&
          call.now - one.startedAt <= MaxAgeInMinutes * MINUTE_MS,
      )
      const id = randomUUID()
      const run = async () => {
        try {
          const tableOf = (database: string, table: string) => tableIn(database, table, call)
          execution.answer = before?.answer ?? (await runSql(sql, Database, tableOf, BytesScannedCutoffPerQuery))
          s3.putObject(bucket, `${prefix}${id}.csv`, new TextEncoder().encode(csvOf(execution.answer)))
        } catch (error) {
          if (!(error instanceof QueryFailure)) throw error
          execution.reason = error.message
        }
      }
      const execution: Execution = {
        id,
        input,
        startedAt: call.now,
        state: 'QUEUED',
        isReused: before !== undefined,
        ended: Promise.resolve().then(run),
      }
      executions.set(id, execution)
      group.executions.push(id)
      return { QueryExecutionId: id }
    },
    GetQueryExecution: ({ QueryExecutionId }, call) => look(at(QueryExecutionId, call)),
    StopQueryExecution: ({ QueryExecutionId }, call) => {
      const execution = at(QueryExecutionId, call)
      if (execution.state === 'QUEUED' || execution.state === 'RUNNING') execution.state = 'CANCELLED'
    },
    GetQueryResults: ({ QueryExecutionId, NextToken, MaxResults = MOST_ROWS }, call) => {
      const { state, answer } = at(QueryExecutionId, call)
      if (state !== 'SUCCEEDED' || !answer) throw invalidRequest(`Query has not yet finished. Current state: ${state}`)
      if (MaxResults > MOST_ROWS) throw invalidRequest('maxResults is at most 1000')
      const { items, next } = page([answer.columns, ...answer.rows], NextToken, MaxResults)
      const Rows = items.map((row) => ({
        Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
      }))
      const ColumnInfo = answer.columns.map((name) => ({ Name: name, Type: 'varchar' }))
      return { ResultSet: { Rows, ResultSetMetadata: { ColumnInfo } }, NextToken: next }
    },
  }
}

function described({ id, input, state, reason, answer, isReused, startedAt }: Execution): QueryExecution {
  const scanned = state === 'SUCCEEDED' && answer && !isReused ? answer.bytes : 0
  return {
    QueryExecutionId: id,
    Query: input.QueryString,
    WorkGroup: input.WorkGroup,
    Status: {
      State: state,
      ...(state === 'FAILED' && { StateChangeReason: reason }),
      SubmissionDateTime: new Date(startedAt),
    },
    Statistics: {
      DataScannedInBytes: scanned,
      ResultReuseInformation: { ReusedPreviousResult: isReused },
    },
  }
}

/** Athena writes every value between quotation marks. */
function csvOf({ columns, rows }: Answer): string {
  const line = (values: readonly (string | null)[]) =>
    values.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',')
  return [columns, ...rows].map((row) => `${line(row)}\n`).join('')
}
