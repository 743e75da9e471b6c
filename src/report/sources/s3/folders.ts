import type { Window } from '../../model.ts'
import { HOUR_MS } from '../../window.ts'

/** A record lies in the folder of the hour of its delivery, which may be late: one hour before, and two after. */
const HOURS_BEFORE = 1
const HOURS_AFTER = 2

/** Windows up to this long are asked for hour by hour; of longer ones it is first asked which hours there are. */
const HOURS_ASKED_FOR = 48

export interface Folders {
  bucket: string
  owner: string
  /** As in the logging configuration, without a slash at the end; may be empty. */
  keyPrefix: string
  account: string
  region: string
}

export interface Folder {
  prefix: string
  level: 'month' | 'day' | 'hour'
}

/** The hours whose folders may hold records of a window; ms, the first and the last included. */
export function hoursOf({ start, end }: Window): { first: number; last: number } {
  const hour = (time: number) => Math.floor(time / HOUR_MS) * HOUR_MS
  return { first: hour(start) - HOURS_BEFORE * HOUR_MS, last: hour(end - 1) + HOURS_AFTER * HOUR_MS }
}

export function firstFolders(folders: Folders, window: Window): Folder[] {
  const { first, last } = hoursOf(window)
  const level = (last - first) / HOUR_MS < HOURS_ASKED_FOR ? 'hour' : 'month'
  const prefixes = new Set<string>()
  for (let time = first; time <= last; time += HOUR_MS) prefixes.add(root(folders) + folderOf(time, level))
  return [...prefixes].map((prefix) => ({ prefix, level }))
}

/** The folders within a month or a day that hold hours of the window. */
export function foldersWithin(folder: Folder, prefixes: readonly string[], folders: Folders, window: Window): Folder[] {
  const { first, last } = hoursOf(window)
  const level = folder.level === 'month' ? 'day' : 'hour'
  const from = root(folders) + folderOf(first, level)
  const to = root(folders) + folderOf(last, level)
  return prefixes
    .filter((prefix) => /^\d\d\/$/.test(prefix.slice(folder.prefix.length)) && prefix >= from && prefix <= to)
    .map((prefix) => ({ prefix, level }))
}

/** Large bodies lie in `data/`; the marker of logging is called amazon-bedrock-logs-permission-check. */
export function holdsRecords({ prefix }: Folder, key: string): boolean {
  return /^\d{8}T\d{6,9}Z_[^/]+\.json(\.gz)?$/.test(key.slice(prefix.length))
}

export function root({ keyPrefix, account, region }: Folders): string {
  return prefixed(keyPrefix, `AWSLogs/${account}/BedrockModelInvocationLogs/${region}/`)
}

export const prefixed = (keyPrefix: string, path: string) => `${keyPrefix === '' ? '' : `${keyPrefix}/`}${path}`

/** `2026/11/23/10/` in UTC, cut at the level. */
function folderOf(time: number, level: Folder['level']): string {
  const parts = new Date(time).toISOString().split(/[-T:]/)
  return `${parts.slice(0, { month: 2, day: 3, hour: 4 }[level]).join('/')}/`
}
