import { createReadStream, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import type { ObjectBytes } from './gunzip.ts'
import type { FilePart } from './parts.ts'

/**
 * One file or object to read: by its path (a part of it, or of so many bytes as it was looked at), as bytes (which are handed over and not the caller's any more), or as
 * a stream.
 */
export type ScanTask = (
  | { name: string; path: string; size?: number | undefined; part?: FilePart }
  | { name: string; bytes: Uint8Array }
  | { name: string; stream: AsyncIterable<Uint8Array> }
) & {
  /** Another one has other content; there where its calls are to be kept, and known once it was read. */
  version?: string | undefined
}

/** A task that another thread can be given. */
export type PortableTask = Exclude<ScanTask, { stream: unknown }>

/** A stream that fails in its turn, behind what came before, as often as it is read. */
export const failing = (error: unknown): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
})

const READ_BYTES = 512 * 1024

/** Files up to this size are read at once: for most, a stream takes longer to set up than they take to read. */
const MOST_AT_ONCE = 4 * 2 ** 20

const TOLD_BYTES = 4 * 2 ** 20

export function bytesOf(task: ScanTask, told: (bytes: number) => void): ObjectBytes {
  if ('bytes' in task) return task.bytes
  if ('stream' in task) return counted(task.stream, told)
  if (task.part) return counted(piecesOf(task.path, task.part), told)
  const again = () => createReadStream(task.path, { highWaterMark: READ_BYTES })
  return smallFile(task) ?? Object.assign(counted(again(), told), { again })
}

/**
 * A piece is good until the one after the next is asked for: new memory for each takes longer than its text.
 * @throws AppError where the file was replaced or truncated since it was cut: its parts no longer belong together
 */
async function* piecesOf(
  path: string,
  { start, end = Number.POSITIVE_INFINITY, inode }: FilePart,
): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    if ((await file.stat()).ino !== inode) throw changed('replaced')
    const [one, other] = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)]
    const read = (into: Buffer, at: number) => file.read(into, 0, Math.min(READ_BYTES, end - at), at)
    let next = read(one, start)
    for (let at = start, into = other; ; into = into === one ? other : one) {
      const { bytesRead, buffer } = await next
      if (bytesRead === 0) {
        if (end !== Number.POSITIVE_INFINITY && at < end) throw changed('truncated')
        return
      }
      at += bytesRead
      next = read(into, at)
      // What it fails with is told when it is waited for.
      next.catch(() => {})
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

const changed = (how: string) =>
  new AppError('failed', 'FileChanged', `the file was ${how} while it was read`, { hint: 'run it again' })

async function* counted(source: AsyncIterable<Uint8Array>, told: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of source) {
    bytes += piece.length
    if (bytes >= TOLD_BYTES) {
      told(bytes)
      bytes = 0
    }
    yield piece
  }
}

/** What fails here, or has another size by now, is read as a stream, where it fails in the same way and is told of. */
function smallFile({ path, size = 0 }: { path: string; size?: number | undefined }): Buffer | undefined {
  if (size === 0 || size > MOST_AT_ONCE) return undefined
  try {
    const bytes = readFileSync(path)
    return bytes.length === size ? bytes : undefined
  } catch {
    return undefined
  }
}
