import { createReadStream } from 'node:fs'
import type { ObjectBytes } from './gunzip.ts'

/** One file or object to read: by its path, as bytes (which are handed over and not the caller's any more), or as a stream. */
export type ScanTask =
  | { name: string; path: string }
  | { name: string; bytes: Uint8Array }
  | { name: string; stream: AsyncIterable<Uint8Array> }

/** A task that another thread can be given. */
export type PortableTask = Exclude<ScanTask, { stream: unknown }>

const READ_BYTES = 512 * 1024

export function bytesOf(task: ScanTask): ObjectBytes {
  if ('bytes' in task) return task.bytes
  return 'stream' in task ? task.stream : createReadStream(task.path, { highWaterMark: READ_BYTES })
}
