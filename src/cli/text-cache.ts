import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TextCache } from '../report/sources/price-list.ts'
import type { Env } from '../ui/output.ts'

/**
 * Keeps texts in the user's cache folder. A file is written whole or not at all, whoever else writes it at the same time.
 * What cannot be read or written is as if it were not there: a cache is a help, never a condition.
 */
export function textCache(folder: string): TextCache {
  return {
    read: (name) => readFile(join(folder, name), 'utf8').catch(() => undefined),
    async write(name, text) {
      const target = join(folder, name)
      const draft = `${target}.${randomBytes(6).toString('hex')}`
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(draft, text)
        await rename(draft, target)
      } catch {
        await rm(draft, { force: true }).catch(() => {})
      }
    },
  }
}

/** Where a program of this user keeps what it can get again; undefined for a user without a home. */
export function cacheFolder(env: Env): string | undefined {
  const base = env.XDG_CACHE_HOME || env.LOCALAPPDATA || (env.HOME && join(env.HOME, '.cache'))
  return base ? join(base, 'bedrock-monitor') : undefined
}
