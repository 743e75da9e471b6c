import type {
  DescribeLogStreamsRequest,
  FilterLogEventsRequest,
  GetLogEventsRequest,
  PutLogEventsRequest,
} from '@aws-sdk/client-cloudwatch-logs'
import type { Call, Operation } from '../../service.ts'
import { page } from '../../state.ts'
import { typed } from '../typed.ts'
import { alreadyExists, invalidParameter } from './faults.ts'
import { parseFilterPattern } from './filter-pattern.ts'
import {
  addEvents,
  addStream,
  groupOf,
  type LogEvent,
  type LogGroup,
  type LogGroups,
  oldestKept,
  streamOf,
} from './store.ts'

const PAGE = 50
const MOST_EVENTS = 10_000
const OLDEST_MS = 14 * 86_400_000
const NEWEST_MS = 2 * 3_600_000

/** The operations on log streams and their events. */
export function eventOperations(groupsOf: (region: string) => LogGroups): Record<string, Operation> {
  const at = (
    input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
    { region }: Call,
  ) => groupOf(groupsOf(region), input.logGroupName ?? input.logGroupIdentifier)

  const create = (input: { logGroupName?: string; logStreamName?: string }, call: Call) => {
    const group = at(input, call)
    const { logStreamName: name = '' } = input
    if (!/^[^:*]{1,512}$/.test(name)) throw invalidParameter(`Invalid log stream name: '${name}'`)
    if (group.streams.has(name)) throw alreadyExists('stream')
    addStream(group, name, call.now)
    return {}
  }

  const describe = (input: DescribeLogStreamsRequest, call: Call) => {
    const group = at(input, call)
    const streams = [...group.streams.values()]
      .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
      .map(({ name, created, events, bytes }) => ({
        logStreamName: name,
        creationTime: created,
        ...(events.length > 0 && {
          firstEventTimestamp: events.reduce((first, { timestamp }) => Math.min(first, timestamp), Infinity),
          lastEventTimestamp: events.reduce((last, { timestamp }) => Math.max(last, timestamp), 0),
          lastIngestionTime: events.at(-1)?.ingestionTime,
        }),
        arn: `${group.arn}:log-stream:${name}`,
        storedBytes: bytes,
      }))
    const byTime = input.orderBy === 'LastEventTime'
    const key = (stream: (typeof streams)[number]) => (byTime ? (stream.lastEventTimestamp ?? 0) : stream.logStreamName)
    streams.sort((a, b) => (key(a) < key(b) ? -1 : 1))
    if (input.descending) streams.reverse()
    const { items, next } = page(streams, input.nextToken, Math.min(input.limit ?? PAGE, PAGE))
    return { logStreams: items, ...(next !== undefined && { nextToken: next }) }
  }

  const put = (input: PutLogEventsRequest, call: Call) => {
    const group = at(input, call)
    const stream = streamOf(group, input.logStreamName)
    const events = (input.logEvents ?? []).map(({ timestamp = 0, message = '' }) => ({ timestamp, message }))
    if (events.length > MOST_EVENTS)
      throw invalidParameter(`Upload too many events: ${events.length}, at most ${MOST_EVENTS}`)
    if (events.some(({ timestamp }, i) => timestamp < (events[i - 1]?.timestamp ?? 0))) {
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.')
    }
    const oldest = Math.max(call.now - OLDEST_MS, oldestKept(group, call.now))
    const tooOld = events.findIndex(({ timestamp }) => timestamp >= oldest)
    const first = tooOld === -1 ? events.length : tooOld
    const tooNew = events.findIndex(({ timestamp }) => timestamp > call.now + NEWEST_MS)
    addEvents(stream, events.slice(first, tooNew === -1 ? undefined : tooNew), call.now)
    const rejected = {
      ...(first > 0 && { tooOldLogEventEndIndex: first }),
      ...(tooNew !== -1 && { tooNewLogEventStartIndex: tooNew }),
    }
    return {
      nextSequenceToken: String(stream.events.length),
      ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
    }
  }

  /** Pages run in both directions; a token at either end answers no events and itself again. */
  const get = (input: GetLogEventsRequest, call: Call) => {
    const group = at(input, call)
    // Here, other than in FilterLogEvents, an event at endTime is not included.
    const window = { startTime: input.startTime, endTime: input.endTime === undefined ? undefined : input.endTime - 1 }
    const events = inWindow(group, streamOf(group, input.logStreamName).events, window, call.now)
    const limit = Math.min(input.limit ?? MOST_EVENTS, MOST_EVENTS)
    const [, direction, index] = /^([fb])\/(\d+)$/.exec(input.nextToken ?? '') ?? []
    if (input.nextToken !== undefined && index === undefined)
      throw invalidParameter('The specified nextToken is invalid.')
    const forward = direction === undefined ? input.startFromHead === true : direction === 'f'
    const edge = index === undefined ? (forward ? 0 : events.length) : Number(index)
    const from = forward ? edge : Math.max(0, edge - limit)
    const to = forward ? Math.min(events.length, edge + limit) : edge
    return {
      events: events
        .slice(from, to)
        .map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
      nextForwardToken: `f/${to}`,
      nextBackwardToken: `b/${from}`,
    }
  }

  const filter = (input: FilterLogEventsRequest, call: Call) => {
    const group = at(input, call)
    const { logStreamNames, logStreamNamePrefix = '' } = input
    const matches = parseFilterPattern(input.filterPattern ?? '')
    const found = [...group.streams.values()]
      .filter(({ name }) => (logStreamNames?.includes(name) ?? true) && name.startsWith(logStreamNamePrefix))
      .flatMap(({ name, events }) =>
        inWindow(group, events, input, call.now)
          .filter(({ message }) => matches(message))
          .map((event) => ({ logStreamName: name, ...event })),
      )
      .sort((a, b) => a.timestamp - b.timestamp)
    const { items, next } = page(found, input.nextToken, Math.min(input.limit ?? MOST_EVENTS, MOST_EVENTS))
    return {
      events: items.map(({ id, ...event }) => ({ ...event, eventId: id })),
      searchedLogStreams: [],
      ...(next !== undefined && { nextToken: next }),
    }
  }

  return {
    CreateLogStream: typed(create),
    DescribeLogStreams: typed(describe),
    PutLogEvents: typed(put),
    GetLogEvents: typed(get),
    FilterLogEvents: typed(filter),
  }
}

/** In order of time, both ends included; what has outlived its retention is gone. */
function inWindow(
  group: LogGroup,
  events: readonly LogEvent[],
  { startTime = 0, endTime }: { startTime?: number | undefined; endTime?: number | undefined },
  now: number,
): LogEvent[] {
  const from = Math.max(startTime, oldestKept(group, now))
  return events
    .filter(({ timestamp }) => timestamp >= from && (endTime === undefined || timestamp <= endTime))
    .sort((a, b) => a.timestamp - b.timestamp)
}
