import { randomBytes } from 'node:crypto'
import { constants, fstat, open as openFile, type Stats, write } from 'node:fs'
import { access, lstat, open, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import type { Context } from '../../core/context.ts'
import { AppError, usageError } from '../../core/errors.ts'
import type { About } from '../../report/formats/format.ts'
import { USUAL_FORMAT } from '../../report/formats/index.ts'
import { plain } from '../../text/escape.ts'
import { bytes } from '../../text/numbers.ts'
import { NO_PAINT } from '../../text/painter.ts'
import type { Output } from '../../ui/output.ts'
import type { App } from '../command.ts'
import { makeFolders, userId } from './cache-folder.ts'

/** A result: whole, or in pieces that are made as they are written. */
export type Text = string | Uint8Array | Iterable<string>

interface Target {
  /** Throws an `AppError` when it could not be written. A reader that went away is no error, as on stdout. */
  write(pieces: Iterable<string | Uint8Array>): Promise<void>
  path?: string
}

type Place = Pick<App, 'cx' | 'io' | 'cwd' | 'common' | 'reporter'>

/** Makes the folder that files are written to. Throws a usage error where there can be none. */
export async function makeFolder({ cwd }: Pick<App, 'cwd'>, path: string, flag = '--output'): Promise<void> {
  await makeFolders(resolve(cwd, path), 0o777).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${flag} ${path}: no folder can be made there (${error.code})`, 'name another folder')
  })
}

/** stdout, or the file that `--output` names, which gets no colours, and what a result is laid out for. Throws usage errors. */
export async function openResult(
  app: Place,
  { output, format }: { output?: string | undefined; format?: Pick<About, 'name'> },
) {
  const { stdout, stderr } = app.io
  const { verbose, quiet } = app.common
  const target = output === undefined ? undefined : await openTarget(app, output)
  return {
    // Asked anew when there is something to lay out: the terminal may have changed.
    get width() {
      return stdout.width
    },
    paint: target ? NO_PAINT : stdout.paint,
    verbose,
    path: target?.path,
    async write(text: Text): Promise<void> {
      if (!target && typeof text === 'string' && format?.name === USUAL_FORMAT.name) return stdout.print(text)
      const pieces = typeof text === 'string' || text instanceof Uint8Array ? [text] : text
      if (!target) return writeTo(stdout, pieces)
      app.reporter.pause()
      let size = 0
      const counted = function* () {
        for (const piece of pieces) {
          size += Buffer.byteLength(piece)
          yield piece
        }
      }
      await target.write(counted())
      if (target.path !== undefined && !quiet) stderr.line(`Wrote ${plain(output ?? '')} (${bytes(size)})`)
    },
  }
}

/** Writes to stdout. The next piece is made once its reader has the last. */
async function writeTo(stdout: Output, pieces: Iterable<string | Uint8Array>): Promise<void> {
  for (const piece of pieces) {
    stdout.write(piece)
    await stdout.flush()
    if (stdout.isGone) return
  }
}

const MOST_LINKS = 40
/** A pipe's reader may be started at the same time: it has 5 seconds. */
const READER_TRIES = 20
const READER_PAUSE_MS = 250
const FULL_PAUSE_MS = 20

const NO_REPLACING = 'write it with > FILE and --format, or name another file'

const statDescriptor = promisify(fstat) as (descriptor: number) => Promise<Stats>
const openDescriptor = promisify(openFile) as (path: string, flags: number) => Promise<number>
const writeSome = promisify(write) as unknown as (
  descriptor: number,
  bytes: Buffer,
  from: number,
) => Promise<{ bytesWritten: number }>

/** Neither waits for the other end, nor becomes this program's terminal. Missing on Windows, which has no such files. */
const THROUGH = constants.O_WRONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

type Refuse = (why: string, hint: string) => AppError

/** Checks before there is a result that it can be written. A link stays; pipes and character devices are written through. */
async function openTarget({ cx, io, cwd }: Place, file: string): Promise<Target> {
  const refuse: Refuse = (why, hint) => usageError(`--output ${file}${why}`, hint)
  const { path, descriptor } = await behindLinks(resolve(cwd, file), refuse)
  const folder = dirname(path)
  if (descriptor === 1) return { write: (pieces) => writeTo(io.stdout, pieces) }
  if (descriptor !== undefined) {
    const found = await statDescriptor(descriptor).catch(() => undefined)
    if (found?.isFile() || found?.isFIFO() || found?.isSocket() || found?.isCharacterDevice())
      return through(cx, path, descriptor)
    throw refuse(' is not open for a result', 'name a file')
  }
  const found = await unlessMissing(lstat(path))
  if ((file.endsWith('/') || file.endsWith(sep)) && !found?.isDirectory())
    throw refuse(' ends like the name of a folder', 'remove the end')
  if (found === undefined || found.isFile()) {
    if (found) await checkReplaceable(path, found, refuse)
    const barred = await access(folder, constants.W_OK | constants.X_OK).catch(codeOf)
    if (barred) throw refuse(`: no file can be made in the folder ${folder} (${barred})`, NO_REPLACING)
    return { path, write: (pieces) => writeWhole(path, pieces) }
  }
  if (found.isDirectory()) throw refuse(' is a folder', 'name a file in it')
  if (!found.isFIFO() && !found.isCharacterDevice())
    throw refuse(` is a ${found.isSocket() ? 'socket' : 'block device'}`, 'name a file, a pipe or a character device')
  for (let tries = 1; ; tries++) {
    try {
      return through(cx, path, await openDescriptor(path, THROUGH))
    } catch (error) {
      // ENXIO: nobody has it open for reading (fifo(7)).
      if (codeOf(error) !== 'ENXIO') throw refuse(` cannot be written (${codeOf(error)})`, 'name another file')
      if (tries === READER_TRIES) throw refuse(' is a pipe without a reader', 'start its reader first')
      await cx.clock.sleep(READER_PAUSE_MS, cx.signal)
    }
  }
}

/** What a path leads to in the end, whether or not it is there; of a descriptor of this process, such as /dev/stdout, its number. */
async function behindLinks(given: string, refuse: Refuse): Promise<{ path: string; descriptor?: number }> {
  const descriptors = await realpath('/dev/fd').catch(() => undefined)
  let path = given
  for (let links = 0; links <= MOST_LINKS; links++) {
    const folder = await realpath(dirname(path)).catch((error: unknown) => {
      const why =
        codeOf(error) === 'ENOENT' ? `there is no folder ${dirname(path)}` : `${dirname(path)}: ${codeOf(error)}`
      throw refuse(`: ${why}`, 'create it, or name another file')
    })
    path = join(folder, basename(path))
    // These links of the system lead to what is open, which need not have a name.
    if (folder === descriptors && /^\d+$/.test(basename(path))) return { path, descriptor: Number(basename(path)) }
    const leadsTo = await readlink(path).catch(() => undefined)
    if (leadsTo === undefined) {
      if ((await lstat(folder)).isDirectory()) return { path }
      throw refuse(`: ${folder} is not a folder`, 'name another file')
    }
    path = resolve(folder, leadsTo)
  }
  throw refuse(': its links form a loop', 'name another file')
}

/** Replacing an existing file must not change more than what is in it. */
async function checkReplaceable(path: string, { nlink, uid }: Stats, refuse: Refuse): Promise<void> {
  const barred = await access(path, constants.W_OK).catch(codeOf)
  if (barred) throw refuse(` is write-protected (${barred})`, 'allow writing to it, or name another file')
  if (nlink > 1) throw refuse(` has ${nlink} names (hard links), and replacing it would part them`, NO_REPLACING)
  // Without a number, keeping the owner fails as late as it is tried; 0 may give files away.
  const user = userId() ?? -1
  if (user > 0 && user !== uid)
    throw refuse(' belongs to another user, and replacing it would make it yours', NO_REPLACING)
}

/** Writes to a descriptor, which may take a part at a time. */
function through(cx: Context, path: string, descriptor: number): Target {
  const writeAll = async (piece: string | Uint8Array) => {
    const bytes = Buffer.from(piece)
    for (let done = 0; done < bytes.length; ) {
      try {
        done += (await writeSome(descriptor, bytes, done)).bytesWritten
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') throw error
        await cx.clock.sleep(FULL_PAUSE_MS, cx.signal)
      }
    }
  }
  return {
    async write(pieces) {
      try {
        for (const piece of pieces) await writeAll(piece)
      } catch (error) {
        cx.signal.throwIfAborted()
        if (codeOf(error) !== 'EPIPE') throw notWritten(path, error)
      }
    },
  }
}

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
      if (found) {
        // The owner first: a change of owner takes special bits of the mode away.
        const own = await file.stat()
        if (own.uid !== found.uid || own.gid !== found.gid) await file.chown(found.uid, found.gid)
        await file.chmod(found.mode & 0o7777)
      }
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

function notWritten(path: string, error: unknown): AppError {
  // Node names the draft, which nobody has asked for.
  const why = (error as Error).message.replace(/, \w+ '.*$/s, '')
  return new AppError('failed', 'OutputNotWritten', `cannot write ${path}: ${why}`, {
    hint: 'check the free space and the permissions of the folder, or name another file',
    cause: error,
  })
}

async function unlessMissing(stats: Promise<Stats>): Promise<Stats | undefined> {
  return stats.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error'
}
