import { randomUUID } from 'node:crypto'
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { AwsFault, type Call } from '../../service.ts'
import { page } from '../../state.ts'
import type { QueriedEvent } from '../insights/fields.ts'
import { parseQuery } from '../insights/parse.ts'
import { type QueryResult, runQuery } from '../insights/run.ts'
import { type Command, QuerySyntaxError } from '../insights/syntax.ts'
import type { Operations } from '../typed.ts'
import {
  groupOf,
  invalidParameter,
  type LogGroup,
  type LogGroups,
  notFound,
  oldestKept,
  type SharedGroups,
} from './store.ts'

interface Query {
  readonly id: string
  readonly result: QueryResult
  readonly statistics: object
  status: 'Running' | 'Complete' | 'Cancelled'
}

const MOST_GROUPS = 50
const MOST_RUNNING = 100
const DEFAULT_ROWS = 10_000
const PAGE = 10_000

const LONGEST_QUERY = 10_000

export interface InsightsLimits {
  sortKeys: number
  rows: number
}

/** The operations of Logs Insights. A query is Running at its first GetQueryResults and Complete at the next. */
export function queryOperations(
  groupsOf: (region: string) => LogGroups,
  queriesOf: (region: string) => Map<string, Query>,
  most: InsightsLimits,
  shared: SharedGroups,
): Operations<CloudWatchLogs> {
  const at = (id: string | undefined, { region }: Call): Query => {
    const query = queriesOf(region).get(id ?? '')
    if (!query) throw notFound('The specified query does not exist.')
    return query
  }
  return {
    StartQuery: (input, call) => {
      const { queryString = '', startTime = 0, endTime = 0, limit = DEFAULT_ROWS } = input
      const given = [input.logGroupName, input.logGroupNames, input.logGroupIdentifiers]
      if (given.filter((each) => each !== undefined).length > 1)
        throw invalidParameter('Only one of them can be given.')
      const names = input.logGroupNames ?? input.logGroupIdentifiers ?? (input.logGroupName ? [input.logGroupName] : [])
      if (names.length === 0) throw invalidParameter('A log group is needed.')
      if (names.length > MOST_GROUPS) throw invalidParameter(`At most ${MOST_GROUPS} log groups can be queried.`)
      if (queryString.length > LONGEST_QUERY)
        throw invalidParameter(`queryString has more than ${LONGEST_QUERY} characters.`)
      if (limit < 1 || limit > most.rows) throw invalidParameter(`limit must be between 1 and ${most.rows}.`)
      if (endTime < startTime) throw invalidParameter('End time should not be before the start time.')
      const others = shared(call.account, call.region)
      const groups = names.map((name) => {
        if (name.endsWith('*')) throw invalidParameter(`Invalid log group identifier: '${name}'`)
        const owner = name.startsWith('arn:') ? (name.split(':')[4] ?? '') : call.account
        // Of an account that shares nothing, no group is there.
        return groupOf(owner === call.account ? groupsOf(call.region) : (others.get(owner) ?? new Map()), name)
      })
      const queries = queriesOf(call.region)
      if ([...queries.values()].filter(({ status }) => status === 'Running').length >= MOST_RUNNING) {
        throw new AwsFault('LimitExceededException', `More than ${MOST_RUNNING} queries are running.`)
      }
      const commands = compile(queryString)
      checkCommands(commands, most)
      const events = groups.flatMap((group) => eventsOf(group, startTime * 1_000, endTime * 1_000, call))
      const result = runQuery(commands, events, limit)
      const id = randomUUID()
      queries.set(id, {
        id,
        result,
        statistics: {
          recordsMatched: result.matched,
          recordsScanned: events.length,
          bytesScanned: events.reduce((total, { message }) => total + Buffer.byteLength(message), 0),
          logGroupsScanned: groups.length,
        },
        status: 'Running',
      })
      return { queryId: id }
    },
    GetQueryResults: ({ queryId, nextToken, maxItems = PAGE }, call) => {
      const query = at(queryId, call)
      const { status } = query
      if (status !== 'Complete') {
        if (status === 'Running') query.status = 'Complete'
        return {
          queryLanguage: 'CWLI',
          results: [],
          status,
          statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 },
        }
      }
      const { items, next } = page(query.result.rows, nextToken, Math.min(maxItems, PAGE))
      return {
        queryLanguage: 'CWLI',
        results: items,
        statistics: query.statistics,
        status,
        nextToken: next,
      }
    },
    StopQuery: ({ queryId }, call) => {
      const query = at(queryId, call)
      if (query.status !== 'Running') {
        throw invalidParameter(`Query with ID ${query.id} is already ended with ${query.status} status`)
      }
      query.status = 'Cancelled'
      return { success: true }
    },
  }
}

function compile(query: string): Command[] {
  try {
    return parseQuery(query)
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    const { message, start, end } = error
    throw new AwsFault('MalformedQueryException', message, 400, {
      queryCompileError: { message, location: { startCharOffset: start, endCharOffset: end } },
    })
  }
}

function checkCommands(commands: readonly Command[], most: InsightsLimits): void {
  for (const command of commands) {
    if (command.type === 'sort' && command.keys.length > most.sortKeys) {
      throw new AwsFault('MalformedQueryException', `sort takes ${most.sortKeys} field`, 400)
    }
    if (command.type === 'limit' && command.count > most.rows) {
      throw invalidParameter(`limit must be between 1 and ${most.rows}.`)
    }
  }
}

/** The events of a group in a window, both of whose ends belong to it: it is given in whole seconds. */
function eventsOf(group: LogGroup, start: number, end: number, { now }: Call): QueriedEvent[] {
  const from = Math.max(start, oldestKept(group, now))
  return [...group.streams.values()].flatMap((stream) =>
    stream.events
      .filter(({ timestamp }) => timestamp >= from && timestamp <= end)
      .map(({ id: ptr, timestamp, message }) => {
        const log = `${group.arn.split(':')[4]}:${group.name}`
        return { timestamp, message, logStream: stream.name, log, ptr }
      }),
  )
}

export type Queries = Map<string, Query>
