import { open, readdir, realpath, stat } from 'node:fs/promises'
import { join, normalize, resolve } from 'node:path'
import type { Context } from '../../../core/context.ts'
import { AppError, usageError } from '../../../core/errors.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { beginsAsLog } from '../../scan/forms/form.ts'
import { byEnding, isAside, LOG_FILE } from '../../scan/log-names.ts'
import { failing, type ScanTask } from '../../scan/task.ts'
import type { KnownObject, RunTallies, TallyStore } from '../../store/store.ts'
import { readRecords, type ScanQuestion } from '../scanned.ts'
import type { SourceReading } from '../source.ts'

interface FoundFiles {
  tasks: ScanTask[]
  bytes?: number
  files?: readonly KnownObject[]
  passed?: readonly string[]
}

const STATS_AT_ONCE = 32

/** Of a folder, glob or file, by name; a path that exists is no glob. @throws a usage error where there are none */
async function findFiles(path: string): Promise<FoundFiles> {
  const { tasks: found, ...others } = await tasksOf(path)
  const stated = await sideBySide(found, STATS_AT_ONCE, async (task) => ('path' in task ? fileOf(task) : undefined))
  const files = stated.filter((file) => file !== undefined)
  const tasks = found.map((task, index) => ({ ...task, version: stated[index]?.version }))
  return { ...others, tasks, files, bytes: files.reduce((sum, { size }) => sum + size, 0) }
}

async function tasksOf(path: string): Promise<FoundFiles> {
  const found = await kindOf(path)
  if (found === 'file') return { tasks: [{ name: path, path }], passed: [] }
  if (found === 'folder') return someOf(await filesIn(path), path)
  if (!isGlob(path)) throw usageError(`--source file:${path}: no such file or folder`, 'check the path')
  // As `join` writes the paths of what is found.
  const glob = slashed(normalize(path))
  const pattern = globPattern(glob)
  const base = globBase(glob)
  const files = (await kindOf(base)) === 'folder' ? await filesIn(base) : []
  const named = files.filter((task) =>
    'stream' in task ? reaches(glob, slashed(task.name)) : pattern.test(slashed(task.path)),
  )
  // What is named by a glob is meant.
  return someOf(named, path, /^/)
}

/** With what tells its content from another one: size and both times. One that is gone is told when it is read. */
async function fileOf({ name, path }: { name: string; path: string }): Promise<KnownObject | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const { dev, ino, size, mtimeNs, ctimeNs } = found
  return { name, id: resolve(path), version: [size, mtimeNs, ctimeNs, ino, dev].join(' '), size: Number(size) }
}

type FileTask = { name: string; path: string; linked?: true } | { name: string; stream: AsyncIterable<Uint8Array> }

async function someOf(tasks: FileTask[], path: string, names = LOG_FILE): Promise<FoundFiles> {
  const files = tasks.filter(({ name }) => !isAside(name))
  const isLog = await sideBySide(files, STATS_AT_ONCE, async (task) =>
    names.test(task.name) || !('path' in task) ? true : looksLikeLog(task.path),
  )
  const logs = files.filter((_, index) => isLog[index])
  const passed = files.filter((_, index) => !isLog[index]).map(({ name }) => name)
  if (logs.length > 0) return { tasks: logs, passed }
  const others = passed.length === 0 ? '' : `; ${passedOver(passed)}`
  throw usageError(
    `--source file:${path}: no invocation logs there${others}`,
    'give a folder, a glob or a file of them',
  )
}

const SNIFFED_BYTES = 4096

/** Whether a file begins as logs do, in one of the forms that are read. What cannot be opened fails when it is read. */
async function looksLikeLog(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  const read = file?.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0).catch(() => undefined)
  const sniffed = await read?.finally(() => file?.close())
  return !sniffed || beginsAsLog(sniffed.buffer.subarray(0, sniffed.bytesRead))
}

function passedOver(paths: readonly string[]): string {
  const [does, was] = paths.length === 1 ? ['file does', 'was'] : ['files do', 'were']
  return `${paths.length} ${does} not contain invocation logs and ${was} not read: ${byEnding(paths)}`
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined
    throw usageError(`--source file:${path}: it cannot be read (${code})`, 'check its permissions')
  }
}

async function filesIn(folder: string): Promise<FileTask[]> {
  const files = await entriesIn(folder)
  if (!files.some((task) => 'linked' in task)) return files
  const places = await sideBySide(files, STATS_AT_ONCE, async (task) =>
    'path' in task ? placeOf(task.path) : task.name,
  )
  const own = new Set(files.flatMap((task, index) => ('linked' in task ? [] : (places[index] ?? []))))
  return files.filter((task, index) => {
    const place = places[index] ?? ''
    return !('linked' in task) || !(own.has(place) || places.indexOf(place) < index)
  })
}

/** Where a path leads; a broken link leads to itself, and fails when it is read. */
function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

/** Links to folders are not followed, since they may lead round in a circle: they become tasks that fail. */
async function entriesIn(folder: string): Promise<FileTask[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => ({ error }))
  if ('error' in entries) return [{ name: folder, stream: failing(entries.error) }]
  const files: FileTask[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) files.push(...(await entriesIn(path)))
    else if (entry.isFile()) files.push({ name: path, path })
    else if (entry.isSymbolicLink()) files.push(await linkTask(path))
  }
  return files
}

async function linkTask(path: string): Promise<FileTask> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) return { name: path, path, linked: true }
  const target = await placeOf(path)
  const message = `links to folders are not followed, as they may form a loop; to read this folder, pass --source file:${target}`
  return { name: path, stream: failing(new AppError('failed', 'LinkToFolder', message)) }
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}

export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path)
}

export function globBase(path: string): string {
  const fixed = path.slice(0, path.search(/[*?[{]/))
  const slash = fixed.lastIndexOf('/')
  return slash < 0 ? '.' : fixed.slice(0, slash) || '/'
}

/** `*` and `?` within a name, `**` through folders, `[a-c]`, `[!a-c]`, `{a,b}`; as in a shell, none is a leading dot. */
export function globPattern(path: string): RegExp {
  let source = ''
  let braces = 0
  const glob = path.replace(/^(?:\.\/)+/, '')
  for (let at = 0; at < glob.length; at++) {
    const rest = glob.slice(at)
    const visible = at === 0 || glob[at - 1] === '/' ? '(?!\\.)' : ''
    const set = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(rest)
    if (rest.startsWith('**/')) {
      source += '(?:(?!\\.)[^/]+/)*'
      at += 2
    } else if (rest === '**') {
      source += '(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+'
      at += 1
    } else if (rest.startsWith('*')) source += `${visible}[^/]*`
    else if (rest.startsWith('?')) source += `${visible}[^/]`
    else if (set) {
      source += `${visible}[${set[1] ? '^/' : ''}${(set[2] ?? '').replace(/[\\\][^]/g, '\\$&')}]`
      at += set[0].length - 1
    } else if (rest.startsWith('{') && rest.includes('}')) {
      braces++
      source += '(?:'
    } else if (rest.startsWith('}') && braces > 0) {
      braces--
      source += ')'
    } else source += braces > 0 && rest.startsWith(',') ? '|' : (rest[0] ?? '').replace(/[.*+?^${}()|[\]\\]/, '\\$&')
  }
  return new RegExp(`^${source}${')'.repeat(braces)}$`, 's')
}

/** Whether a glob may name something in a folder: its beginning names the folder, up to a `**` or braces that go on past a slash. */
function reaches(glob: string, folder: string): boolean {
  const parts = glob.split('/')
  const names = folder.split('/')
  const open = parts.findIndex((part) => /\*\*|\{[^}]*$/.test(part))
  if (open < 0 && names.length >= parts.length) return false
  const depth = open < 0 ? names.length : Math.min(open, names.length)
  return globPattern(parts.slice(0, depth).join('/')).test(names.slice(0, depth).join('/'))
}

interface FileRequest {
  /** A folder (read with all in it), a glob, a file, or `-` for what comes in on stdin. */
  path: string
  stdin?: AsyncIterable<Uint8Array> | undefined
  tallies?: TallyStore | undefined
}

/** Reads invocation records from disk, gzipped or not. @throws a usage error where there is nothing to read */
export async function readFiles(
  cx: Context,
  { path, stdin, tallies: store }: FileRequest,
  question: ScanQuestion,
): Promise<SourceReading> {
  const {
    tasks,
    bytes,
    files = [],
    passed = [],
  }: FoundFiles = path === '-' ? standardInput(stdin, cx.signal) : await findFiles(path)
  const what = path === '-' ? 'standard input' : tasks.length === 1 ? path : `${tasks.length} files`
  const tallies = store?.ofRun(cx, files)
  const subject = {
    label: what,
    passesOver: true as const,
    ...(bytes !== undefined && { bytes }),
    noUse: `${what} ${tasks.length === 1 ? 'holds' : 'hold'} no record of a Bedrock invocation${question.window ? ' in this window' : ''}`,
  }
  // What comes in on stdin cannot be read again.
  const toRead = path === '-' ? tasks : () => unread(tasks, tallies)
  const { reading, passed: others } = await readRecords(cx, toRead, question, subject, tallies)
  const notLogs = [...passed, ...others]
  if (notLogs.length === 0) return reading
  return { ...reading, warnings: [...reading.warnings, { code: 'files-not-read', message: passedOver(notLogs) }] }
}

function* unread(tasks: readonly ScanTask[], tallies: RunTallies | undefined): Generator<ScanTask> {
  for (const task of tasks) if (!tallies?.isDone(task.name)) yield task
}

function standardInput(stdin: AsyncIterable<Uint8Array> | undefined, signal: AbortSignal): FoundFiles {
  if (stdin) return { tasks: [{ name: 'standard input', stream: untilAborted(stdin, signal) }] }
  throw usageError('--source file:-: there is no standard input', 'pipe the log to stdin, or give a path')
}

/** Until the user interrupts. A listener for each piece: one promise for all would keep every piece beside it. */
async function* untilAborted(stdin: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = stdin[Symbol.asyncIterator]()
  for (;;) {
    signal.throwIfAborted()
    const { done, value } = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
      const stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      const end = () => signal.removeEventListener('abort', stop)
      chunks.next().then(resolve, reject).finally(end)
    })
    if (done) return
    yield value
  }
}
