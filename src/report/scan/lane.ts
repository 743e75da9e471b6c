import { Aggregate, type AggregateOptions, type AggregateSnapshot } from './aggregate.ts'
import type { Field } from './fields.ts'
import { RecordReader } from './record-reader.ts'
import { type ScanLimits, type ScannedObject, scanObject } from './scan-object.ts'
import { bytesOf, type ScanTask } from './task.ts'

/** Each request has an id of its own, which takes time to decode and is not summed up by. */
const UNUSED: readonly Field[] = ['requestId']

/** What a lane is made with. Plain data: it goes to other threads as it is. */
export interface LaneOptions {
  aggregate: AggregateOptions
  limits: ScanLimits
}

/** Reads objects and gathers their sums, on this thread or on another. */
export interface Lane {
  scan(task: ScanTask): Promise<ScannedObject>
  /** The sums of all that was scanned. */
  finish(): Promise<AggregateSnapshot>
  close(): Promise<void>
}

export function localLane({ aggregate: options, limits }: LaneOptions, signal: AbortSignal): Lane {
  const aggregate = new Aggregate(options)
  const reader = new RecordReader(aggregate.metadataKeys, UNUSED)
  return {
    async scan(task) {
      if (!('stream' in task)) {
        return scanObject(task.name, bytesOf(task), reader, (record) => aggregate.add(record), signal, limits)
      }
      // A stream may break off: what is not read to its end is not counted in part.
      const own = new Aggregate(options)
      const scanned = await scanObject(task.name, task.stream, reader, (record) => own.add(record), signal, limits)
      if (scanned.faults.some(({ code }) => code === 'unreadable')) return { ...scanned, records: 0 }
      aggregate.merge(own.snapshot())
      return scanned
    },
    finish: async () => aggregate.snapshot(),
    close: async () => {},
  }
}
