import { createReadStream, readFileSync, statSync } from 'node:fs'
import type { ObjectBytes } from './gunzip.ts'

/** One file or object to read: by its path, as bytes (which are handed over and not the caller's any more), or as a stream. */
export type ScanTask = (
  | { name: string; path: string }
  | { name: string; bytes: Uint8Array }
  | { name: string; stream: AsyncIterable<Uint8Array> }
) & {
  /** Another one has other content; there where its calls are to be kept, and known once it was read. */
  version?: string | undefined
}

/** A task that another thread can be given. */
export type PortableTask = Exclude<ScanTask, { stream: unknown }>

/** A stream that fails in its turn, behind what came before. */
// biome-ignore lint/correctness/useYield: it fails before there is anything to yield
export async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  throw error
}

const READ_BYTES = 512 * 1024

/** Files up to this size are read at once: for most, a stream takes longer to set up than they take to read. */
const MOST_AT_ONCE = 4 * 2 ** 20

export function bytesOf(task: ScanTask): ObjectBytes {
  if ('bytes' in task) return task.bytes
  if ('stream' in task) return task.stream
  return smallFile(task.path) ?? createReadStream(task.path, { highWaterMark: READ_BYTES })
}

/** What fails here, fails as a stream in the same way, and is told of there. */
function smallFile(path: string): Buffer | undefined {
  try {
    const { size } = statSync(path)
    // What is no file, or is one of the system's, tells no size.
    return size > 0 && size <= MOST_AT_ONCE ? readFileSync(path) : undefined
  } catch {
    return undefined
  }
}
