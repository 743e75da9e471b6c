import { declined } from '../../../core/errors.ts'
import { headOf } from '../../../report/store/pack.ts'
import { HOUR_MS } from '../../../report/window.ts'
import { plain } from '../../../text/escape.ts'
import { bytes, count, UNKNOWN, whole } from '../../../text/numbers.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap, wrapId } from '../../../text/wrap.ts'
import { type App, printJson } from '../../command.ts'
import {
  type KeptFile,
  keptIn,
  MOST_PACK_BYTES,
  readKeptHead,
  removeKept,
  tallyFolder,
} from '../../session/cache-folder.ts'

/** What is kept of a folder of a log, its days together. Times are ISO 8601, null where there is none. */
interface KeptLog {
  /** Null: of another version of the program, or damaged. It is replaced as it is needed. */
  log: string | null
  objects: number
  calls: number
  bytes: number
  firstCall: string | null
  lastCall: string | null
  usedAt: string
}

async function kept(app: App) {
  const folder = tallyFolder(app)
  const files = folder === undefined ? [] : await keptIn(folder)
  return { folder, files, size: files.reduce((sum, file) => sum + file.bytes, 0) }
}

export async function clearCache(app: App): Promise<number> {
  const { folder, files, size } = await kept(app)
  const all = `${count(files.length, 'file')} (${bytes(size)})`
  const question = `Remove ${all} from ${folder}?`
  if (files.length > 0 && !app.common.yes && !(await app.prompter.confirm(question, '--yes'))) throw declined()
  if (folder !== undefined) await removeKept(folder, files)
  const told = { folder: folder ?? null, removed: files.length, bytes: size }
  if (app.common.json) printJson(app, { schemaVersion: 1, command: 'cache', ok: true, ...told })
  else app.io.stdout.line(files.length === 0 ? 'There is nothing to remove.' : `Removed ${all}.`)
  return 0
}

export async function showCache(app: App): Promise<number> {
  const { stdout: out } = app.io
  const { folder, files, size } = await kept(app)
  const logs = folder === undefined ? [] : await keptLogs(folder, files, await app.version())
  const say = (text: string) => out.lines(wrap(text, out.width))
  if (app.common.json)
    printJson(app, { schemaVersion: 1, command: 'cache', ok: true, folder: folder ?? null, bytes: size, logs })
  else if (folder === undefined) say('Nothing is cached: neither XDG_CACHE_HOME nor HOME names a folder for it.')
  else if (logs.length === 0)
    say(`Nothing is cached in ${plain(folder)}. Reports with --source s3 or --source file:PATH cache what they read.`)
  else {
    out.lines(table({ columns: columnsAt(app.cx.clock.now()), gap: 2, least: 24 }, logs, out))
    const most = `${bytes(size)} of at most ${bytes(MOST_PACK_BYTES)} in ${plain(folder)}`
    out.line()
    say(`${most}. No prompts, no responses, no request IDs.`)
  }
  return 0
}

/** What the packs say of themselves, by the folder that their days lie in. */
async function keptLogs(folder: string, files: readonly KeptFile[], program: string): Promise<KeptLog[]> {
  const logs = new Map<string | null, KeptLog>()
  for (const { name, bytes: size, usedAt: time } of files) {
    const start = await readKeptHead(folder, name)
    const head = start && headOf(start, program)
    const log = head ? head.folder.replace(/[\\/]\d{4}[\\/]\d\d[\\/]\d\d$/, '') : null
    const used = iso(time)
    const known = logs.get(log)
    const span = [
      known?.firstCall,
      known?.lastCall,
      ...(head && head.calls > 0 ? [iso(head.first), iso(head.last)] : []),
    ]
    const times = span.filter((each) => typeof each === 'string').sort()
    logs.set(log, {
      log,
      objects: (known?.objects ?? 0) + (head?.objects ?? 0),
      calls: (known?.calls ?? 0) + (head?.calls ?? 0),
      bytes: (known?.bytes ?? 0) + size,
      firstCall: times[0] ?? null,
      lastCall: times.at(-1) ?? null,
      usedAt: known && known.usedAt > used ? known.usedAt : used,
    })
  }
  return [...logs.values()].sort((a, b) => b.bytes - a.bytes)
}

const iso = (time: number) => new Date(time).toISOString()

const columnsAt = (now: number): Column<KeptLog>[] => [
  { heading: 'Log', cell: ({ log }) => plain(log ?? 'written by another version, or damaged'), fold: wrapId },
  { heading: 'Objects', align: 'right', cell: ({ objects }) => whole(objects) },
  { heading: 'Calls', align: 'right', cell: ({ calls }) => whole(calls) },
  { heading: 'Size', align: 'right', cell: (log) => bytes(log.bytes) },
  { heading: 'From', cell: ({ firstCall }) => firstCall?.slice(0, 10) ?? UNKNOWN },
  { heading: 'To', cell: ({ lastCall }) => lastCall?.slice(0, 10) ?? UNKNOWN },
  { heading: 'Last used', align: 'right', cell: ({ usedAt }) => age(now - Date.parse(usedAt)) },
]

function age(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS)
  if (hours < 1) return 'just now'
  return hours < 48 ? `${count(hours, 'hour')} ago` : `${count(Math.floor(hours / 24), 'day')} ago`
}
