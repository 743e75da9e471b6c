import { noSuchGroup } from './faults.ts'

/** One event; times are milliseconds since the epoch. */
export interface LogEvent {
  id: string
  timestamp: number
  ingestionTime: number
  message: string
}

export interface LogStream {
  readonly name: string
  readonly created: number
  readonly events: LogEvent[]
  bytes: number
}

export interface LogGroup {
  readonly name: string
  readonly created: number
  readonly arn: string
  readonly logGroupClass: string
  kmsKeyId?: string
  retentionDays: number | undefined
  readonly tags: Map<string, string>
  readonly streams: Map<string, LogStream>
}

export type LogGroups = Map<string, LogGroup>
/** The groups that other accounts share with one in a Region, by account. */
export type SharedGroups = (account: string, region: string) => ReadonlyMap<string, LogGroups>

const DAY_MS = 86_400_000

/** A group by its name or its ARN. @throws AwsFault */
export function groupOf(groups: LogGroups, identifier: string | undefined): LogGroup {
  const name = /^arn:.*:log-group:([^:]+)/.exec(identifier ?? '')?.[1] ?? identifier ?? ''
  const group = groups.get(name)
  if (!group) throw noSuchGroup()
  return group
}

export function addStream(group: LogGroup, name: string, now: number): LogStream {
  const stream: LogStream = { name, created: now, events: [], bytes: 0 }
  group.streams.set(name, stream)
  return stream
}

export function addEvents(
  stream: LogStream,
  added: readonly { timestamp: number; message: string }[],
  now: number,
): void {
  for (const { timestamp, message } of added) {
    const id = `${String(timestamp).padStart(20, '0')}${String(stream.events.length).padStart(36, '0')}`
    stream.events.push({ id, timestamp, ingestionTime: now, message })
    // CloudWatch Logs bills the message and 26 bytes for every event.
    stream.bytes += Buffer.byteLength(message) + 26
  }
}

/** Where `retentionDays` ends: events before this are no longer there to be read. */
export function oldestKept(group: LogGroup, now: number): number {
  return group.retentionDays === undefined ? 0 : now - group.retentionDays * DAY_MS
}
