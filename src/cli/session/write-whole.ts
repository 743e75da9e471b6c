import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { lstat, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path/posix'
import { AppError } from '../../core/errors.ts'

/** Writes whole or not at all, to a file beside it that takes its name. One that is there keeps its mode and owner. */
export async function writeWhole(path: string, text: string | Iterable<string | Uint8Array>): Promise<void> {
  // Its name has a length of its own: that of the file may already be as long as names can be.
  const draft = join(dirname(path), `.bedrock-monitor.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const found = await unlessMissing(lstat(path))
    if (found && !found.isFile()) throw new Error('it is no longer a file')
    const file = await open(draft, 'wx', found ? 0o600 : 0o666)
    try {
      await writeFile(file, text)
      if (found) await takeAfter(file, found)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw notWritten(path, error)
  }
}

/** The owner first: a change of owner takes special bits of the mode away. */
async function takeAfter(file: Awaited<ReturnType<typeof open>>, { uid, gid, mode }: Stats): Promise<void> {
  const own = await file.stat()
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid)
  await file.chmod(mode & 0o7777)
}

export function notWritten(path: string, error: unknown): AppError {
  // Node names the draft, which nobody has asked for.
  const why = (error as Error).message.replace(/, \w+ '.*$/s, '')
  return new AppError('failed', 'OutputNotWritten', `cannot write ${path}: ${why}`, {
    hint: 'check the free space and the permissions of the folder, or name another file',
    cause: error,
  })
}

export async function unlessMissing(stats: Promise<Stats>): Promise<Stats | undefined> {
  return stats.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
}

export async function problemOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(() => undefined, codeOf)
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error'
}
