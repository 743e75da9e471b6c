import { write, writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import { promisify } from 'node:util'
import type { Context } from '../../core/context.ts'
import type { Output, OutputStream } from '../../ui/output.ts'

const FULL_PAUSE_MS = 20

const writeSome = promisify(write) as (descriptor: number, bytes: Buffer, from: number) => Promise<unknown>

/** Writes all of a text, or of bytes, to a descriptor: the system may take a part of it at a time. Throws what the system says. */
export async function writeAll(cx: Context, descriptor: number, text: string | Uint8Array): Promise<void> {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) {
    try {
      const { bytesWritten } = (await writeSome(descriptor, bytes, done)) as { bytesWritten: number }
      done += bytesWritten
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      await cx.clock.sleep(FULL_PAUSE_MS, cx.signal)
    }
  }
}

/** Writes to stdout. The next piece is made once its reader has the last. */
export async function writeTo(stdout: Output, pieces: Iterable<string | Uint8Array>): Promise<void> {
  for (const piece of pieces) {
    stdout.write(piece)
    await stdout.flush()
    if (stdout.isGone) return
  }
}

/** Node's own takes a write that was done in part for done (`SyncWriteStream`, 20 to 24): a full disk would go unnoticed. */
export function wholeWrites(stream: OutputStream, some: typeof writeSync = writeSync): OutputStream {
  const { fd, _type: type } = stream as OutputStream & { fd?: number; _type?: string }
  if (type !== 'fs' || fd === undefined) return stream
  return new Writable({
    write(bytes: Buffer, _encoding, done) {
      try {
        for (let from = 0; from < bytes.length; ) from += some(fd, bytes, from)
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}
