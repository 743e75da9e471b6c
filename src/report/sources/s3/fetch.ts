import type { AwsContext } from '../../../aws/context.ts'
import { isAppError, toAppError } from '../../../core/errors.ts'
import type { ScanTask } from '../../scan/task.ts'
import { readObject } from './body.ts'
import type { BucketOf, LogObject } from './list.ts'

/** Objects that are fetched ahead of the scan, and the bytes that they may take. */
const AHEAD = 16
const AHEAD_BYTES = 64 * 2 ** 20
/** Larger objects are read as they come in, one at a time, and never held as a whole. */
const STREAMED_FROM_BYTES = 16 * 2 ** 20

/**
 * Fetches the objects in their order, several ahead of the one that is asked for, within a bound of memory. An object that
 * cannot be fetched becomes a task that fails.
 * @throws an error of the credentials, and an interruption: no further object could be fetched
 */
export async function* fetchObjects(
  cx: AwsContext,
  target: BucketOf,
  objects: readonly LogObject[],
): AsyncGenerator<ScanTask> {
  const ahead: { size: number; task: Promise<ScanTask> }[] = []
  let bytes = 0
  let next = 0
  while (next < objects.length || ahead.length > 0) {
    for (let object = objects[next]; object && ahead.length < AHEAD; object = objects[next]) {
      const size = Math.min(object.size, STREAMED_FROM_BYTES)
      if (ahead.length > 0 && bytes + size > AHEAD_BYTES) break
      const task = fetchObject(cx, target, object)
      // Its failure is told when its turn comes.
      task.catch(() => {})
      ahead.push({ size, task })
      bytes += size
      next++
    }
    const first = ahead.shift()
    if (!first) return
    yield await first.task
    bytes -= first.size
  }
}

async function fetchObject(cx: AwsContext, target: BucketOf, object: LogObject): Promise<ScanTask> {
  const name = `s3://${target.bucket}/${object.key}`
  const body = readObject(cx, target, object)
  if (object.size > STREAMED_FROM_BYTES) return { name, stream: body }
  try {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for (let next = await body.next(); !next.done; next = await body.next()) {
      chunks.push(next.value)
      bytes += next.value.length
      // Longer than it was listed: it comes unpacked, and is held no further.
      if (bytes > STREAMED_FROM_BYTES) return { name, stream: joined(chunks, body) }
    }
    return { name, bytes: Buffer.concat(chunks) }
  } catch (error) {
    cx.signal.throwIfAborted()
    if (isAppError(error) && error.kind === 'credentials') throw error
    return { name, stream: failing(error) }
  }
}

async function* joined(held: Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let chunk = held.shift(); chunk; chunk = held.shift()) yield chunk
  yield* rest
}

// biome-ignore lint/correctness/useYield: it fails before there is anything to yield
async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  throw toAppError(error)
}
