import { grouped } from '../../arrange.ts'
import type { Window } from '../../model.ts'
import { isAside } from '../../scan/log-names.ts'
import { DAY_MS } from '../../window.ts'

/** A file below the path that was named, by its path with slashes. */
export interface Listed {
  path: string
  size: number
  modified: number
}

export interface Manifest extends Listed {
  text: string
}

export interface DataFile extends Listed {
  /** The export that it belongs to: its folder. */
  root: string
}

const DATA = /\.(?:parquet|csv|csv\.gz|csv\.zip|csv\.zst|gz|zip)$/i
export const MANIFEST = /manifest\.json$/i
/** As Data Exports names the folder of a month, and as the reports before it did, in two ways. */
const MONTH = /(?:^|\/)(?:billing_period=(\d{4})-(\d\d)|(\d{4})(\d\d)01-\d{8}|year=(\d{4})\/month=(\d\d?))(?=\/|$)/i

/** Reports for Athena have a table beside them that only says whether they are being written. */
export function isData({ path }: Pick<Listed, 'path'>): boolean {
  return DATA.test(path) && !/(?:^|\/)(?:[._]|cost_and_usage_data_status\/)/.test(path)
}

/** Whether a file beside an export may hold a part of it. Reports for Athena come with SQL and templates. */
export function isPassedOver({ path }: Pick<Listed, 'path'>): boolean {
  const isKnown = isData({ path }) || MANIFEST.test(path) || isAside(path)
  return (
    !isKnown &&
    !/(?:^|\/)[._]|cost_and_usage_data_status\/|\.(?:sql|ya?ml|crc)$|^aws-programmatic-access-test/i.test(path)
  )
}

/** The month of a path, `2026-11`, the folder of the export above it, and what lies between the month and the file. */
function placeOf(path: string): { root: string; month: string; refresh: string } {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const match = MONTH.exec(folder)
  if (!match) return { root: folder, month: '', refresh: '' }
  const [whole, ...parts] = match
  const [year = '', month = ''] = parts.filter((part) => part !== undefined)
  const root = folder.slice(0, match.index).replace(/(?:^|\/)(?:data|metadata)$/, '')
  return { root, month: `${year}-${month.padStart(2, '0')}`, refresh: folder.slice(match.index + whole.length + 1) }
}

/**
 * The files that make up the bill: of each export and month those of its newest refresh, as its manifest names them. A month
 * comes anew with each refresh, over the old one or in a folder beside it.
 */
export function chooseFiles(listed: readonly Listed[], manifests: readonly Manifest[], window?: Window) {
  const files = new Map<string, DataFile>()
  /** Files that a manifest names and that are not there; manifests that cannot be read; folders of which the newest was taken, since no manifest says which counts. */
  const [missing, broken, guessed]: [{ path: string; manifest: string }[], string[], string[]] = [[], [], []]
  const byPath = new Map(listed.map((file) => [file.path, file]))
  const months = new Map<string, { root: string; month: string; files: Listed[]; named: Named[]; isTold?: boolean }>()
  const at = (path: string) => {
    const { root, month } = placeOf(path)
    const key = `${month} ${root}`
    const known = months.get(key) ?? { root, month, files: [], named: [] }
    months.set(key, known)
    return known
  }
  for (const file of listed) if (isData(file)) at(file.path).files.push(file)
  for (const manifest of manifests) {
    const uris = dataFilesOf(manifest.text)
    if (uris) at(manifest.path).named.push({ ...manifest, uris })
    else broken.push(manifest.path)
  }
  // Reports for Athena have their manifests beside the folder of the data.
  for (const each of [...months.values()].sort((a, b) => Math.sign(b.named.length) - Math.sign(a.named.length))) {
    const { root, month, files: inMonth, named } = each
    if (month !== '' && window && !isWithin(month, window)) continue
    const [newest] = named.sort((a, b) => writtenAt(b) - writtenAt(a))
    if (newest) {
      for (const uri of newest.uris) {
        const found = fileNamed(uri, newest.path, root, byPath)
        if (found) {
          files.set(found.path, { ...found, root })
          at(found.path).isTold = true
        } else missing.push({ path: uri, manifest: newest.path })
      }
      continue
    }
    if (month !== '' && each.isTold) continue
    const refreshes = grouped(inMonth, ({ path }) => placeOf(path).refresh)
    const [latest] = [...refreshes.values()].sort((a, b) => latestOf(b) - latestOf(a))
    if (refreshes.size > 1) guessed.push(folderOf(latest?.[0]?.path ?? ''))
    for (const file of latest ?? []) if (!files.has(file.path)) files.set(file.path, { ...file, root })
  }
  /** Months of the window, `2026-10`, that no folder has, where folders are named by months. */
  const held = new Set(Array.from(months.values(), ({ month }) => month))
  const without = window && !held.has('') ? monthsOf(window).filter((month) => !held.has(month)) : []
  return { missing, broken, guessed, without, files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** The folder of a month, as a path in it names it. */
function folderOf(path: string): string {
  const found = MONTH.exec(path)
  return found ? path.slice(0, found.index + found[0].length) : path
}

interface Named extends Manifest {
  uris: readonly string[]
}

/** The files that a manifest names, by URI or key; undefined where it is none. */
function dataFilesOf(text: string): readonly string[] | undefined {
  try {
    const { dataFiles, reportKeys } = JSON.parse(text) as { dataFiles?: unknown; reportKeys?: unknown }
    const named = dataFiles ?? reportKeys
    return Array.isArray(named) && named.every((name) => typeof name === 'string') ? named : undefined
  } catch {
    return undefined
  }
}

/** When a refresh was written: the folder of one begins with the time. */
function writtenAt({ path, modified }: Listed): number {
  const { refresh } = placeOf(path)
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?-?(\d\d):?-?(\d\d)/.exec(refresh) ?? []
  return year === undefined ? modified : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

function latestOf(files: readonly Listed[]): number {
  return files.reduce((last, file) => Math.max(last, writtenAt(file)), 0)
}

/** The file that a manifest means: in the bucket, or in a copy of its folders, or of its files alone, on disk. */
function fileNamed(uri: string, manifest: string, root: string, byPath: ReadonlyMap<string, Listed>) {
  const parts = uri.replace(/^s3:\/\/[^/]+\//, '').split('/')
  const folders = [root === '' || root.endsWith('/') ? root : `${root}/`, '']
  for (let from = 0; from < parts.length; from++) {
    const tail = parts.slice(from).join('/')
    for (const folder of folders) {
      const found = byPath.get(folder + tail)
      if (found && (from < parts.length - 1 || placeOf(uri).month === '')) return found
    }
  }
  return byPath.get(manifest.slice(0, manifest.lastIndexOf('/') + 1) + parts.at(-1))
}

function isWithin(month: string, { start, end }: Window): boolean {
  return month >= monthOf(start) && month <= monthOf(Math.max(start, end - 1))
}

function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7)
}

function monthsOf({ start, end }: Window): string[] {
  const months = new Set<string>()
  for (let time = start; time < end; time += DAY_MS) months.add(monthOf(time))
  return [...months]
}
