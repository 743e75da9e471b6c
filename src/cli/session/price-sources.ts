import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { AwsPlace } from '../../aws/context.ts'
import { partitionOf } from '../../aws/partitions.ts'
import type { Warning } from '../../core/events.ts'
import type { TextCache } from '../../report/sources/price-list.ts'
import type { PriceSources } from '../../report/sources/prices.ts'
import type { Env } from '../../ui/output.ts'
import type { App } from './app.ts'
import { reachOf } from './connection.ts'

interface Asked {
  places: readonly AwsPlace[]
  offline: boolean
  /** Prices are read in the course of something else. */
  within?: boolean
  /** What is to be told besides. */
  notes?: readonly Warning[]
  /** Whose prices they are where the places do not say, asked only where they can be kept. Without an account none are. */
  accountId?: string | (() => Promise<string | undefined>)
}

/**
 * Where prices come from, by what the user set: his own in the configuration file, AWS's price list unless offline. AWS is
 * asked through `places`: about application profiles in each, about prices through the first.
 */
export async function priceSources(
  app: App,
  { places, offline, within = false, notes = [], ...asked }: Asked,
): Promise<PriceSources> {
  const { config } = app
  const [first] = places
  const accountId = asked.accountId ?? first?.account
  return {
    places,
    ...(config?.prices && { overrides: { prices: config.prices, source: config.file } }),
    ...(config?.profiles && { profiles: config.profiles }),
    ...(!offline && {
      live: { ...(within && { within }), ...(first && accountId && (await keptFor(app, first.region, accountId))) },
    }),
    ...(notes.length > 0 && { notes }),
  }
}

/**
 * What one endpoint, partition or account was told is nothing for another. What came in the clear can be anybody's (a
 * sandbox's, mostly), and is not kept.
 */
async function keptFor(
  app: App,
  region: string,
  accountId: NonNullable<Asked['accountId']>,
): Promise<NonNullable<PriceSources['live']>> {
  const folder = cacheFolder(app.env)
  const { connection, endpointUrl } = await reachOf(app, region)
  const endpoint = endpointUrl ?? connection.endpoint('pricing') ?? ''
  if (folder === undefined || /^http:/i.test(endpoint)) return {}
  const account = typeof accountId === 'string' ? accountId : await accountId()
  return account ? { cache: textCache(folder, [partitionOf(region).id, endpoint, account].join(' ')) } : {}
}

/** The price list of a Region takes a tenth of it. */
const MOST_BYTES = 8 * 1024 * 1024

/**
 * Keeps texts in the user's cache folder, apart for each `whose`. A file is written whole or not at all, whoever else writes it
 * at the same time. Only what this user alone can have written is read: no link, no pipe, nothing of another user's or that others
 * may open. What cannot be read or written is as if it were not there: a cache is a help, never a condition.
 */
export function textCache(folder: string, whose = ''): TextCache {
  const key = createHash('sha256').update(whose).digest('hex').slice(0, 16)
  const pathOf = (name: string) => join(folder, `${key}-${name}`)
  return {
    read: async (name) => ((await isOurs(folder)) ? readOurs(pathOf(name)).catch(() => undefined) : undefined),
    async write(name, text) {
      const target = pathOf(name)
      const draft = `${target}.${randomBytes(6).toString('hex')}`
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await tighten(folder)
        if (!(await isOurs(folder))) return
        const file = await open(draft, 'wx', 0o600)
        await file.writeFile(text).finally(() => file.close())
        await rename(draft, target)
      } catch {
        await rm(draft, { force: true }).catch(() => {})
      }
    },
  }
}

/** Any right of anybody else. On Windows these bits mean nothing, and users have no numbers. */
const OF_OTHERS = 0o077

interface Owned {
  uid: number
  mode: number
}

function onlyOurs({ uid, mode }: Owned): boolean {
  const me = userInfo().uid
  return me < 0 || (uid === me && (mode & OF_OTHERS) === 0)
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined)
  return found?.isDirectory() === true && onlyOurs(found)
}

/** A folder of this user's that others may look into, as an older version made it. */
async function tighten(folder: string): Promise<void> {
  const found = await lstat(folder)
  if (found.isDirectory() && found.uid === userInfo().uid && (found.mode & OF_OTHERS) !== 0) await chmod(folder, 0o700)
}

/** Opens without following a link or waiting for a pipe's other end, and looks at what was opened, not at a name. */
async function readOurs(path: string): Promise<string | undefined> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const found = await file.stat()
    if (!found.isFile() || found.nlink > 1 || found.size > MOST_BYTES || !onlyOurs(found)) return undefined
    const bytes = Buffer.alloc(found.size)
    let read = 0
    for (let got = -1; got !== 0 && read < bytes.length; read += got) {
      got = (await file.read(bytes, read, bytes.length - read, read)).bytesRead
    }
    return bytes.toString('utf8', 0, read)
  } finally {
    await file.close()
  }
}

/** Where a program of this user keeps what it can get again; undefined for a user without a home. */
export function cacheFolder(env: Env): string | undefined {
  // One that is relative is to be ignored (XDG Base Directory Specification).
  const xdg = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined
  const base = xdg || env.LOCALAPPDATA || (env.HOME && join(env.HOME, '.cache'))
  return base ? join(base, 'bedrock-monitor') : undefined
}
