import { Aggregate, type AggregateOptions, type AggregateSnapshot } from './aggregate.ts'
import { CallsSeen } from './calls-seen.ts'
import { RecordReader } from './record-reader.ts'
import { type ScanLimits, type ScannedObject, scanObject } from './scan-object.ts'
import { bytesOf, type ScanTask } from './task.ts'

/** What a lane is made with. Plain data: it goes to other threads as it is. */
export interface LaneOptions {
  aggregate: AggregateOptions
  limits: ScanLimits
  /** Shared by all lanes of a run, so that a call counts once. */
  seen: SharedArrayBuffer
}

/** Reads objects and gathers their sums, on this thread or on another. */
export interface Lane {
  /** A stream has to be scanned while no other lane scans anything. */
  scan(task: ScanTask): Promise<ScannedObject>
  /** The sums of all that was scanned. */
  finish(): Promise<AggregateSnapshot>
  close(): Promise<void>
}

export function localLane({ aggregate: options, limits, seen: memory }: LaneOptions, signal: AbortSignal): Lane {
  const seen = new CallsSeen(memory)
  const aggregate = new Aggregate(options, seen)
  const reader = new RecordReader(aggregate.metadataKeys)
  return {
    async scan(task) {
      if (!('stream' in task)) {
        return scanObject(task.name, bytesOf(task), reader, (record) => aggregate.add(record), signal, limits)
      }
      // A stream may break off: what is not read to its end is not counted in part.
      const own = new Aggregate(options, seen)
      seen.begin()
      const scanned = await scanObject(task.name, task.stream, reader, (record) => own.add(record), signal, limits)
      const isWhole = !scanned.faults.some(({ code }) => code === 'unreadable')
      seen.end(isWhole)
      if (!isWhole) return { ...scanned, records: 0 }
      aggregate.merge(own.snapshot())
      return scanned
    },
    finish: async () => aggregate.snapshot(),
    close: async () => {},
  }
}
