import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../../aws/context.ts'
import { faultOf, isPassing } from '../../../aws/fault.ts'
import { AppError, isAppError } from '../../../core/errors.ts'
import { GUNZIP_LIMITS } from '../../scan/gunzip.ts'
import type { BucketOf, LogObject } from './list.ts'

/** Times that a body may break off without having brought much since. */
const MOST_BREAKS = 5
/** So much brought since the last break, and the next one counts as the first: of a gigabyte there may be several. */
const PROGRESS_BYTES = 2 ** 20
const FIRST_PAUSE_MS = 200

/**
 * The bytes of an object, as its listing has it. Where the connection breaks, or stops, it is asked for what is missing.
 * @throws AppError for a body that is not as long as it should be, or cannot be had in several tries
 */
export async function* readObject(
  cx: AwsContext,
  { bucket, owner }: BucketOf,
  { key, size }: LogObject,
): AsyncGenerator<Uint8Array> {
  const input = { Bucket: bucket, Key: key, ExpectedBucketOwner: owner }
  /** Of the object: what is handed on, and which version it is of. */
  let read = 0
  let version: string | undefined
  let breaks = 0
  let brokeAt = 0
  for (;;) {
    const rest = read === 0 ? {} : { Range: `bytes=${read}-`, ...(version !== undefined && { IfMatch: version }) }
    const answer = await cx.aws.s3.send(new GetObjectCommand({ ...input, ...rest }))
    cx.emit({ type: 'billed', unit: 's3-gets', count: 1 })
    version ??= answer.ETag
    // A server that knows no ranges answers with the whole once more.
    const start = answer.ContentRange === undefined ? 0 : read
    const length = answer.ContentLength === undefined ? undefined : start + answer.ContentLength
    if (length !== undefined && length !== size) throw wrongLength(length, size)
    try {
      let at = start
      for await (const chunk of answer.Body as AsyncIterable<Uint8Array>) {
        const fresh = chunk.subarray(Math.max(0, read - at))
        at += chunk.length
        if (at > mostBytes(length, size)) throw wrongLength(at, size)
        if (fresh.length === 0) continue
        read += fresh.length
        yield fresh
      }
      if (read >= size) return
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

/** Without a length it may come unpacked, from a server in between: then it is longer, but not without a bound. */
function mostBytes(length: number | undefined, size: number): number {
  return length ?? Math.max(GUNZIP_LIMITS.ratioFromBytes, size * GUNZIP_LIMITS.maxRatio)
}

function wrongLength(bytes: number, size: number): AppError {
  return new AppError('failed', 'WrongLength', `its listing says ${size} bytes, and it has ${bytes}`)
}

function broken(error: unknown, read: number, size: number): AppError {
  const why = faultOf(error).code === 'TimeoutError' ? 'it came too slowly' : 'its connection broke'
  return new AppError('failed', 'ObjectBroken', `${why} at byte ${read} of ${size}, ${MOST_BREAKS} times on end`, {
    cause: error,
  })
}
