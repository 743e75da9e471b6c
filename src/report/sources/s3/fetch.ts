import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../../aws/context.ts'
import { faultOf, isPassing } from '../../../aws/fault.ts'
import { AppError, isAppError, toAppError } from '../../../core/errors.ts'
import { GUNZIP_LIMITS } from '../../scan/gunzip.ts'
import { failing, type ScanTask } from '../../scan/task.ts'
import type { BucketOf, LogObject } from './list.ts'

/** Objects that are fetched ahead of the scan, and the bytes that they may take. */
const AHEAD = 16
const AHEAD_BYTES = 64 * 2 ** 20
/** Larger objects are read as they come in, a few side by side, and never held as a whole. */
const STREAMED_FROM_BYTES = 16 * 2 ** 20

/** In their order, several ahead, within a bound of memory. @throws an error of the credentials, an interruption */
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

export function nameOf({ bucket }: BucketOf, { key }: LogObject): string {
  return `s3://${bucket}/${key}`
}

/** A mark of the content that an object is listed with. */
export function versionOf({ etag, size }: LogObject): string | undefined {
  return etag === undefined ? undefined : `${etag} ${size}`
}

async function fetchObject(cx: AwsContext, target: BucketOf, object: LogObject): Promise<ScanTask> {
  const name = nameOf(target, object)
  let etag: string | undefined
  async function* read() {
    etag = yield* readObject(cx, target, object)
  }
  const body = read()
  const streamed = (stream: AsyncIterable<Uint8Array>) => ({
    name,
    stream,
    // It may have been replaced since it was listed.
    get version() {
      return etag === object.etag ? versionOf(object) : undefined
    },
  })
  if (object.size > STREAMED_FROM_BYTES) return streamed(body)
  try {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for (let next = await body.next(); !next.done; next = await body.next()) {
      chunks.push(next.value)
      bytes += next.value.length
      // Longer than it was listed: it comes unpacked, and is held no further.
      if (bytes > STREAMED_FROM_BYTES) return streamed(joined(chunks, body))
    }
    return { name, bytes: Buffer.concat(chunks), version: streamed(body).version }
  } catch (error) {
    cx.signal.throwIfAborted()
    if (isAppError(error) && error.kind === 'credentials') throw error
    return { name, stream: failing(toAppError(error)) }
  }
}

async function* joined(held: Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let chunk = held.shift(); chunk; chunk = held.shift()) yield chunk
  yield* rest
}

/** Times that a body may break off without having brought much since. */
const MOST_BREAKS = 5
/** So much brought since the last break, and the next one counts as the first: of a gigabyte there may be several. */
const PROGRESS_BYTES = 2 ** 20
const FIRST_PAUSE_MS = 200

/** Of an object or a part, resumed where the connection breaks. @returns the mark of what was read @throws AppError */
export async function* readObject(
  cx: AwsContext,
  { bucket, owner }: BucketOf,
  { key, size, etag }: LogObject,
  { start, end } = { start: 0, end: size },
): AsyncGenerator<Uint8Array, string | undefined> {
  const input = { Bucket: bucket, Key: key, ExpectedBucketOwner: owner }
  const isPart = start > 0 || end < size
  /** Of the object: what is handed on, and which version it is of. */
  let read = start
  let version = isPart ? etag : undefined
  let breaks = 0
  let brokeAt = start
  for (;;) {
    const range = `bytes=${read}-${end < size ? end - 1 : ''}`
    const rest = read === 0 && !isPart ? {} : { Range: range, ...(version !== undefined && { IfMatch: version }) }
    const answer = await cx.aws.s3.send(new GetObjectCommand({ ...input, ...rest }))
    cx.emit({ type: 'billed', unit: 's3-gets', count: 1 })
    version ??= answer.ETag
    // A server that knows no ranges answers with the whole once more.
    const isWhole = answer.ContentRange === undefined
    const from = isWhole ? 0 : read
    const expected = isWhole ? size : end
    const length = answer.ContentLength === undefined ? undefined : from + answer.ContentLength
    // Without a length it may come unpacked, from a server in between: then it is longer, but not without a bound.
    const most = length ?? Math.max(GUNZIP_LIMITS.ratioFromBytes, expected * GUNZIP_LIMITS.maxRatio)
    if (length !== undefined && length !== expected) throw wrongLength(length, expected)
    try {
      let at = from
      for await (const chunk of answer.Body as AsyncIterable<Uint8Array>) {
        const fresh = chunk.subarray(Math.max(0, read - at), isPart ? Math.max(0, end - at) : chunk.length)
        at += chunk.length
        if (at > most) throw wrongLength(at, expected)
        if (fresh.length === 0) continue
        read += fresh.length
        yield fresh
      }
      if (read >= end) return version
      throw Object.assign(new Error('it ended too early'), { code: 'ECONNRESET' })
    } catch (error) {
      cx.signal.throwIfAborted()
      if (isAppError(error) || !isPassing(faultOf(error))) throw error
      breaks = read - brokeAt >= PROGRESS_BYTES ? 1 : breaks + 1
      brokeAt = read
      if (breaks >= MOST_BREAKS) throw broken(error, read, size)
      await cx.clock.sleep(FIRST_PAUSE_MS * 2 ** (breaks - 1), cx.signal)
    }
  }
}

function wrongLength(bytes: number, size: number): AppError {
  return new AppError('failed', 'WrongLength', `its listing says ${size} bytes, and it has ${bytes}`)
}

function broken(error: unknown, read: number, size: number): AppError {
  const why = faultOf(error).code === 'TimeoutError' ? 'it came too slowly' : 'its connection broke'
  const message = `${why} at byte ${read} of ${size}, ${MOST_BREAKS} times on end`
  return new AppError('failed', 'ObjectBroken', message, { cause: error })
}
