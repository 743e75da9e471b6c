import { randomBytes } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError, usageError } from '../core/errors.ts'

/** Checks, before there is anything to write, that a file can stand there. Answers its path. Throws usage errors. */
export async function checkTarget(flag: string, file: string, cwd: string): Promise<string> {
  // A link is written through, not replaced.
  const path = await realpath(resolve(cwd, file)).catch(() => resolve(cwd, file))
  const [target, folder] = await Promise.all([kindOf(path), kindOf(dirname(path))])
  if (folder !== 'folder')
    throw usageError(`${flag} ${file}: there is no folder ${dirname(path)}`, 'create it, or name another file')
  if (target === 'folder') throw usageError(`${flag} ${file} is a folder`, 'name a file in it')
  return path
}

/** Writes a file whole or not at all: to a file beside it that takes its name once it is on the disk. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(draft, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw new AppError('failed', 'OutputNotWritten', `cannot write ${path}: ${(error as Error).message}`, {
      hint: 'check the free space and the rights of its folder, or name another file with --output',
      cause: error,
    })
  }
}

async function kindOf(path: string): Promise<'folder' | 'file' | undefined> {
  return stat(path).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => undefined,
  )
}
