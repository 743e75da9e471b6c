import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { AwsFault, type Service } from '../service.ts'
import { page, perRegion } from '../state.ts'
import { groupOperations } from './logs/groups.ts'
import { type InsightsLimits, type Queries, queryOperations } from './logs/queries.ts'
import { type QueryDefinitions, queryDefinitionOperations } from './logs/query-definitions.ts'
import { addEvents, addStream, groupOf, type LogGroups, oldestKept, type SharedGroups } from './logs/store.ts'
import type { Operations } from './typed.ts'

/** An event to write: its time in milliseconds since the epoch, and its text. */
export interface LogRecord {
  timestamp: number
  message: string
}

export interface Logs extends Service {
  groupsOf(region: string): LogGroups
  /** Tells whether a log group exists. */
  hasGroup(region: string, group: string): boolean
  /** As a service delivers: of any age, the stream made if missing. False, and nothing written, without the group. */
  putRecord(region: string, group: string, stream: string, events: readonly LogRecord[]): boolean
  /** How much a query may ask for, as AWS is documented; what each partition takes is not known. May be changed. */
  readonly insights: InsightsLimits
}

/** Logs and Logs Insights, by Region. @param shared others' log groups in a Region, by account */
export function createLogs(shared: SharedGroups = () => new Map()): Logs {
  const groupsOf = perRegion((): LogGroups => new Map())
  const queriesOf = perRegion((): Queries => new Map())
  const definitionsOf = perRegion((): QueryDefinitions => new Map())
  const insights: InsightsLimits = { sortKeys: Number.POSITIVE_INFINITY, rows: 100_000 }
  return {
    id: 'logs',
    insights,
    groupsOf,
    hasGroup: (region, group) => groupsOf(region).has(group),
    putRecord: (region, group, stream, events) => {
      const found = groupsOf(region).get(group)
      if (!found) return false
      // Delivered as it happens: ingested at the event's own time.
      for (const event of events) {
        addEvents(found.streams.get(stream) ?? addStream(found, stream, event.timestamp), [event], event.timestamp)
      }
      return true
    },
    operations: {
      ...groupOperations(groupsOf, shared),
      ...eventOperations(groupsOf),
      ...queryOperations(groupsOf, queriesOf, insights, shared),
      ...queryDefinitionOperations(definitionsOf),
    },
  }
}

const MOST_EVENTS = 10_000

/** Reading the events of a group: of all its streams or of some, in order of time. */
function eventOperations(groupsOf: (region: string) => LogGroups): Operations<CloudWatchLogs> {
  return {
    FilterLogEvents: (input, call) => {
      const group = groupOf(groupsOf(call.region), input.logGroupName ?? input.logGroupIdentifier)
      const { logStreamNames, logStreamNamePrefix = '', startTime = 0, endTime = Number.POSITIVE_INFINITY } = input
      if (input.filterPattern) throw new AwsFault('NotImplemented', 'filter patterns are not part of the sandbox', 501)
      const from = Math.max(startTime, oldestKept(group, call.now))
      const found = [...group.streams.values()]
        .filter(({ name }) => (logStreamNames?.includes(name) ?? true) && name.startsWith(logStreamNamePrefix))
        .flatMap(({ name, events }) => events.map((event) => ({ logStreamName: name, ...event })))
        .filter(({ timestamp }) => timestamp >= from && timestamp <= endTime)
        .sort((a, b) => a.timestamp - b.timestamp)
      const { items, next } = page(found, input.nextToken, Math.min(input.limit ?? MOST_EVENTS, MOST_EVENTS))
      return {
        events: items.map(({ id, ...event }) => ({ ...event, eventId: id })),
        searchedLogStreams: [],
        nextToken: next,
      }
    },
  }
}
