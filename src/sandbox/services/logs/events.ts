import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { AwsFault } from '../../service.ts'
import { page } from '../../state.ts'
import type { Operations } from '../typed.ts'
import { groupOf, type LogGroups, oldestKept } from './store.ts'

const MOST_EVENTS = 10_000

/** Reading the events of a group: of all its streams or of some, in order of time. */
export function eventOperations(groupsOf: (region: string) => LogGroups): Operations<CloudWatchLogs> {
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
