import type { Service } from '../service.ts'
import { perRegion } from '../state.ts'
import { groupOperations } from './logs/groups.ts'
import { type InsightsLimits, type Queries, queryOperations } from './logs/queries.ts'
import { type QueryDefinitions, queryDefinitionOperations } from './logs/query-definitions.ts'
import { addEvent, type LogGroups, type SharedGroups } from './logs/store.ts'

/** An event to write: its time in milliseconds since the epoch, and its text. */
export interface LogRecord {
  timestamp: number
  message: string
}

export interface Logs extends Service {
  groupsOf(region: string): LogGroups
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
      for (const event of events) addEvent(found, stream, event)
      return true
    },
    operations: {
      ...groupOperations(groupsOf, shared),
      ...queryOperations(groupsOf, queriesOf, insights, shared),
      ...queryDefinitionOperations(definitionsOf),
    },
  }
}
