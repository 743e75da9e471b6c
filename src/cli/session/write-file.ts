import { constants, fstat, open as openFile, type Stats } from 'node:fs'
import { access, lstat, mkdir, readlink, realpath } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import type { Context } from '../../core/context.ts'
import { type AppError, usageError } from '../../core/errors.ts'
import type { About } from '../../report/formats/format.ts'
import { USUAL_FORMAT } from '../../report/formats/index.ts'
import { plain } from '../../text/escape.ts'
import { bytes } from '../../text/numbers.ts'
import { NO_PAINT } from '../../text/painter.ts'
import type { App } from '../command.ts'
import { writeAll, writeTo } from './write-all.ts'
import { codeOf, notWritten, problemOf, unlessMissing, writeWhole } from './write-whole.ts'

/** A result: whole, or in pieces that are made as they are written. */
export type Text = string | Uint8Array | Iterable<string>

interface Target {
  /** Throws an `AppError` when it could not be written. A reader that went away is no error, as on stdout. */
  write(pieces: Iterable<string | Uint8Array>): Promise<void>
  /** Of a file that is replaced. */
  path?: string
}

type Place = Pick<App, 'cx' | 'io' | 'cwd' | 'common'>

/** Makes the folder that files are written to. Throws a usage error where there can be none. */
export async function makeFolder({ cwd }: Pick<App, 'cwd'>, path: string, flag = '--output'): Promise<void> {
  await mkdir(resolve(cwd, path), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
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

const MOST_LINKS = 40
/** A pipe's reader may be started at the same time: it has 5 seconds. */
const READER_TRIES = 20
const READER_PAUSE_MS = 250

/** Of this process: what they list on Linux, and elsewhere. */
const OWN_DESCRIPTORS = ['/proc/self/fd', '/proc/thread-self/fd', '/dev/fd']

const NO_REPLACING = 'write it with > FILE and --format, or name another file'

const statDescriptor = promisify(fstat) as (descriptor: number) => Promise<Stats>
const openDescriptor = promisify(openFile) as (path: string, flags: number) => Promise<number>

/** Checks before there is a result that it can be written. A link stays; pipes and character devices are written through. */
async function openTarget({ cx, io, cwd }: Place, file: string): Promise<Target> {
  const refuse: Refuse = (why, hint) => usageError(`--output ${file}${why}`, hint)
  const path = await behindLinks(resolve(cwd, file), refuse)
  const descriptor = await descriptorOf(path)
  if (descriptor === 1) return { write: (pieces) => writeTo(io.stdout, pieces) }
  if (descriptor !== undefined) {
    const open = await statDescriptor(descriptor).catch(() => undefined)
    if (!(open?.isFile() || open?.isFIFO() || open?.isSocket() || open?.isCharacterDevice())) {
      throw refuse(' is not open for a result', 'name a file')
    }
    return through(cx, path, descriptor)
  }

  const found = await unlessMissing(lstat(path))
  if ((file.endsWith('/') || file.endsWith(sep)) && !found?.isDirectory()) {
    throw refuse(' ends as the name of a folder', 'leave out what it ends with')
  }
  if (found === undefined || found.isFile()) {
    if (found) await checkReplaceable(path, found, refuse)
    const folder = dirname(path)
    const barred = await problemOf(access(folder, constants.W_OK | constants.X_OK))
    if (barred) throw refuse(`: no file can be made in the folder ${folder} (${barred})`, NO_REPLACING)
    return { path, write: (pieces) => writeWhole(path, pieces) }
  }
  if (found.isDirectory()) throw refuse(' is a folder', 'name a file in it')
  if (found.isFIFO()) return through(cx, path, await openPipe(cx, path, refuse))
  if (!found.isCharacterDevice()) {
    throw refuse(` is a ${found.isSocket() ? 'socket' : 'block device'}`, 'name a file, a pipe or a character device')
  }
  try {
    return through(cx, path, await openDescriptor(path, THROUGH))
  } catch (error) {
    throw refuse(` cannot be written (${codeOf(error)})`, 'name another file')
  }
}

/** Neither waits for the other end, nor becomes this program's terminal. Missing on Windows, which has no such files. */
const THROUGH = constants.O_WRONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

type Refuse = (why: string, hint: string) => AppError

/** What a path leads to in the end, whether or not it is there. */
async function behindLinks(given: string, refuse: Refuse): Promise<string> {
  let path = given
  for (let links = 0; links <= MOST_LINKS; links++) {
    const folder = await realpath(dirname(path)).catch((error: unknown) => {
      const why =
        codeOf(error) === 'ENOENT' ? `there is no folder ${dirname(path)}` : `${dirname(path)}: ${codeOf(error)}`
      throw refuse(`: ${why}`, 'create it, or name another file')
    })
    path = join(folder, basename(path))
    // These links of the system lead to what is open, which need not have a name.
    if ((await descriptorOf(path)) !== undefined) return path
    const leadsTo = await readlink(path).catch(() => undefined)
    if (leadsTo === undefined) break
    path = resolve(folder, leadsTo)
    if (links === MOST_LINKS) throw refuse(': its links go round in a circle', 'name another file')
  }
  const folder = await unlessMissing(lstat(dirname(path)))
  if (!folder?.isDirectory()) throw refuse(`: ${dirname(path)} is not a folder`, 'name another file')
  return path
}

/** The descriptor that a path in one of the system's lists of them stands for: `/dev/stdout` is a link to one. */
async function descriptorOf(path: string): Promise<number | undefined> {
  const number = /^(?:\/dev|\/proc\/.+)\/fd\/(\d+)$/.exec(path)?.[1]
  if (number === undefined) return undefined
  const list = await realpath(dirname(path))
  const own = await Promise.all(OWN_DESCRIPTORS.map((each) => realpath(each).catch(() => undefined)))
  return own.includes(list) ? Number(number) : undefined
}

/** Replacing an existing file must not change more than what is in it. */
async function checkReplaceable(path: string, found: Stats, refuse: Refuse): Promise<void> {
  const barred = await problemOf(access(path, constants.W_OK))
  if (barred) throw refuse(` is write-protected (${barred})`, 'allow writing to it, or name another file')
  if (found.nlink > 1) {
    throw refuse(` has ${found.nlink} names (hard links), and replacing it would part them`, NO_REPLACING)
  }
  const user = userId()
  // -1 on Windows, where files are not owned by number; 0 may give files away.
  if (user > 0 && user !== found.uid) {
    throw refuse(' belongs to another user, and replacing it would make it yours', NO_REPLACING)
  }
}

/** -1 for a user without a name, as in many containers: there, keeping the owner fails as late as it is tried. */
function userId(): number {
  try {
    return userInfo().uid
  } catch {
    return -1
  }
}

async function openPipe(cx: Context, path: string, refuse: Refuse): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      return await openDescriptor(path, THROUGH)
    } catch (error) {
      // ENXIO: nobody has it open for reading (fifo(7)).
      if (codeOf(error) !== 'ENXIO') throw refuse(` cannot be written (${codeOf(error)})`, 'name another file')
      if (tries === READER_TRIES) throw refuse(' is a pipe that nobody reads', 'start its reader first')
      await cx.clock.sleep(READER_PAUSE_MS, cx.signal)
    }
  }
}

function through(cx: Context, path: string, descriptor: number): Target {
  return {
    async write(pieces) {
      try {
        for (const piece of pieces) await writeAll(cx, descriptor, piece)
      } catch (error) {
        cx.signal.throwIfAborted()
        if (codeOf(error) !== 'EPIPE') throw notWritten(path, error)
      }
    },
  }
}
