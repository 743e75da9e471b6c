import { faultOf } from '../../service.ts'
import type { Tags } from '../tags.ts'

export const invalidParameter = faultOf('InvalidParameterException')
export const notFound = faultOf('ResourceNotFoundException')
const noSuchGroup = () => notFound('The specified log group does not exist.')
export const groupExists = () => faultOf('ResourceAlreadyExistsException')('The specified log group already exists')

/** One event, its time in milliseconds since the epoch. Delivered as it happens: it was ingested then, too. */
export interface LogEvent {
  readonly id: string
  readonly timestamp: number
  readonly message: string
}

export interface LogStream {
  readonly name: string
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
  readonly tags: Tags
  readonly streams: Map<string, LogStream>
}

export type LogGroups = Map<string, LogGroup>
/** The groups that other accounts share with one in a Region, by account. */
export type SharedGroups = (account: string, region: string) => ReadonlyMap<string, LogGroups>

const DAY_MS = 86_400_000

export function groupOf(groups: LogGroups, identifier: string | undefined): LogGroup {
  const name = /^arn:.*:log-group:([^:]+)/.exec(identifier ?? '')?.[1] ?? identifier ?? ''
  const group = groups.get(name)
  if (!group) throw noSuchGroup()
  return group
}

/** Into a stream, which is made if missing. */
export function addEvent({ streams }: LogGroup, name: string, event: { timestamp: number; message: string }): void {
  const stream = streams.get(name) ?? { name, events: [], bytes: 0 }
  streams.set(name, stream)
  const { timestamp, message } = event
  const id = `${String(timestamp).padStart(20, '0')}${String(stream.events.length).padStart(36, '0')}`
  stream.events.push({ id, timestamp, message })
  // CloudWatch Logs bills the message and 26 bytes for every event.
  stream.bytes += Buffer.byteLength(message) + 26
}

/** Where `retentionDays` ends: events before this are no longer there to be read. */
export function oldestKept(group: LogGroup, now: number): number {
  return group.retentionDays === undefined ? 0 : now - group.retentionDays * DAY_MS
}
