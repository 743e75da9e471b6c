import { createHash, randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { chmod, lstat, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { sideBySide } from '../../core/side-by-side.ts'
import type { TextCache } from '../../report/sources/prices.ts'
import type { PackFiles, TallyStore } from '../../report/store/store.ts'
import type { Env } from '../../ui/output.ts'
import type { App } from '../command.ts'
import { reachOf } from './connection.ts'

/** The price list of a Region takes a fortieth of it, the counters of an exporter a kilobyte for each model of each account. */
const MOST_TEXT_BYTES = 32 * 1024 * 1024

/** Keeps texts in the user's cache folder, apart for each `whose`: a cache is a help, never a condition. */
export function textCache(folder: string, whose = ''): TextCache {
  const key = createHash('sha256').update(whose).digest('hex').slice(0, 16)
  return {
    // One that is larger is cut, so that whoever reads it takes it for damaged, and says so.
    read: async (name) =>
      (await readKept(folder, `${key}-${name}`, Number.POSITIVE_INFINITY, MOST_TEXT_BYTES))?.toString(),
    async write(name, text) {
      if (Buffer.byteLength(text) <= MOST_TEXT_BYTES) return writeKept(folder, `${key}-${name}`, text)
      // Counters that go back to an older state would look like a reset.
      await rm(join(folder, `${key}-${name}`), { force: true }).catch(() => {})
      return `it is larger than ${MOST_TEXT_BYTES / 1024 ** 2} MB`
    },
  }
}

/** What packs of tallies take together, at most, and how long one is kept that nobody reads. */
export const MOST_PACK_BYTES = 2 ** 30
const MOST_UNUSED_MS = 100 * 86_400_000
const MOST_PACK = 2 ** 28

/** Keeps packs up to a bound: those not used for longest (by the time of the file) give way, but none that this run used. */
export function packFiles(folder: string, now: () => number, mostBytes = MOST_PACK_BYTES): PackFiles {
  const used = new Set<string>()
  return {
    async read(name) {
      const bytes = await readKept(folder, name, MOST_PACK)
      if (!bytes) return undefined
      used.add(name)
      await utimes(join(folder, name), now() / 1000, now() / 1000).catch(() => {})
      return bytes
    },
    async write(name, bytes) {
      if (bytes.length > Math.min(MOST_PACK, mostBytes)) return undefined
      let room = mostBytes - bytes.length
      const others = (await keptIn(folder)).filter((file) => file.name !== name)
      // The first to stay are those of this run, then the last used. A draft of a run that was killed is nobody's after an hour.
      const rank = (file: KeptFile) => (used.has(file.name) ? Number.POSITIVE_INFINITY : file.usedAt)
      for (const file of others.sort((a, b) => rank(b) - rank(a))) {
        const most = PACK.test(file.name) ? MOST_UNUSED_MS : DRAFT_MS
        const mayStay = used.has(file.name) || now() - file.usedAt < most
        if (mayStay && room >= file.bytes) room -= file.bytes
        else if (used.has(file.name)) return undefined
        else await rm(join(folder, file.name), { force: true }).catch(() => {})
      }
      used.add(name)
      return writeKept(folder, name, bytes)
    },
  }
}

const DRAFT_MS = 3_600_000
const PACK = /\.tally$/

export interface KeptFile {
  name: string
  bytes: number
  usedAt: number
}

/** The files of a folder of the cache; none where it is not this user's alone. */
export async function keptIn(folder: string): Promise<KeptFile[]> {
  if (!(await isOurs(folder))) return []
  const names = await readdir(folder).catch(() => [])
  const files = await sideBySide(names, STATS_AT_ONCE, async (name) => {
    const found = await lstat(join(folder, name)).catch(() => undefined)
    return found?.isFile() ? [{ name, bytes: found.size, usedAt: found.mtimeMs }] : []
  })
  return files.flat()
}

const STATS_AT_ONCE = 32

/** The beginning of a file, which is not counted as a use of it. */
export function readKeptHead(folder: string, name: string): Promise<Buffer | undefined> {
  return readOurs(join(folder, name), MOST_PACK, HEAD_BYTES).catch(() => undefined)
}

const HEAD_BYTES = 4096

export async function removeKept(folder: string, files: readonly KeptFile[]): Promise<void> {
  await sideBySide(files, STATS_AT_ONCE, ({ name }) => rm(join(folder, name), { force: true }))
}

/** Writes a file whole or not at all, whoever else writes it. Answers why it could not be written, where it could not. */
async function writeKept(folder: string, name: string, content: string | Uint8Array): Promise<string | undefined> {
  const target = join(folder, name)
  const draft = `${target}.${randomBytes(6).toString('hex')}`
  try {
    await makeFolders(folder, 0o700)
    const found = await lstat(folder)
    // A folder of this user's that others may look into, as an older version made it.
    if (found.isDirectory() && found.uid === userId() && (found.mode & OF_OTHERS) !== 0) await chmod(folder, 0o700)
    if (!(await isOurs(folder))) return `${folder} is not yours alone`
    const file = await open(draft, 'wx', 0o600)
    await file.writeFile(content).finally(() => file.close())
    await rename(draft, target)
    return undefined
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    return `${folder}: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`
  }
}

const OF_OTHERS = 0o077

function onlyOurs({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): boolean {
  const me = userId()
  // What a user without a name can open, and others cannot, is that user's.
  return me === -1 || ((me === undefined || uid === me) && (mode & OF_OTHERS) === 0)
}

/** -1 on Windows, where files are not owned by number; undefined for a user without a name, as in many containers. */
export function userId(): number | undefined {
  try {
    return userInfo().uid
  } catch {
    return undefined
  }
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined)
  return found?.isDirectory() === true && onlyOurs(found)
}

/** With those above it. Node's own `recursive` goes round for ever where a file system has no place for one, such as /proc. */
export async function makeFolders(folder: string, mode: number): Promise<void> {
  const make = () =>
    mkdir(folder, { mode }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error
    })
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeFolders(dirname(folder), mode)
    await make()
  })
}

/** Reads only what this user alone can have written: no link, no pipe. What cannot be read is as if it were not there. */
async function readKept(folder: string, name: string, mostBytes: number, upTo = mostBytes) {
  return (await isOurs(folder)) ? readOurs(join(folder, name), mostBytes, upTo).catch(() => undefined) : undefined
}

/** Opens without following a link or waiting for a pipe's other end, and looks at what was opened, not at a name. */
async function readOurs(path: string, mostBytes: number, upTo = mostBytes): Promise<Buffer | undefined> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const found = await file.stat()
    if (!found.isFile() || found.nlink > 1 || found.size > mostBytes || !onlyOurs(found)) return undefined
    const bytes = Buffer.alloc(Math.min(found.size, upTo))
    let read = 0
    for (let got = -1; got !== 0 && read < bytes.length; read += got) {
      got = (await file.read(bytes, read, bytes.length - read, read)).bytesRead
    }
    return bytes.subarray(0, read)
  } finally {
    await file.close()
  }
}

export function tallyFolder({ env }: Pick<App, 'env'>): string | undefined {
  const folder = cacheFolder(env)
  return folder && join(folder, 'tallies')
}

/** What reports keep of the logs that they read; undefined where there is no place for it. */
export async function tallyStore(app: App): Promise<TallyStore | undefined> {
  const folder = tallyFolder(app)
  if (folder === undefined) return undefined
  const { TallyStore } = await import('../../report/store/store.ts')
  const packs = packFiles(folder, () => app.cx.clock.now())
  return new TallyStore(packs, await app.version(), async () => {
    const { connection, endpointUrl } = await reachOf(app, '')
    return endpointUrl ?? connection.endpoint('s3') ?? ''
  })
}

/** Where a program of this user keeps what it can get again; undefined for a user without a home. */
export function cacheFolder(env: Env): string | undefined {
  // One that is relative is to be ignored (XDG Base Directory Specification).
  const xdg = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined
  const base = xdg || env.LOCALAPPDATA || (env.HOME && join(env.HOME, '.cache'))
  return base ? join(base, 'bedrock-monitor') : undefined
}
