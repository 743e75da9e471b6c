import type { AwsContext } from '../../aws/context.ts'
import type { Env } from '../env.ts'
import { versionPages } from './bucket-contents.ts'
import type { Target } from './bucket-read.ts'

/** What is in a bucket that neither Bedrock nor this program put there. */
export interface Others {
  /** Versions and delete markers. */
  count: number
  bytes: number
  first: string[]
  /** There is more than was looked at. */
  more: boolean
}

/** Pages of 1,000 that are looked at for a plan: the rest is looked at when it would be deleted. */
const MOST_PAGES = 20
const MOST_NAMED = 5

/** Whether a key is one of Bedrock's log, under whatever prefix, or of this program's. Of the account. */
export function isOfTheLog(accountId: string): (key: string) => boolean {
  const log = new RegExp(`(^|/)AWSLogs/${accountId}/BedrockModelInvocationLogs/`)
  return (key) => log.test(key) || key.startsWith('bedrock-monitor/') || MARKER.test(key)
}

/** Written at every change of the logging configuration, to see whether it may be. */
const MARKER = /(^|\/)amazon-bedrock-logs-permission-check(\.json)?$/

/**
 * What others have put into the bucket. Folder by folder on the way to the log, which itself is not listed, so that it takes a
 * few calls however much was logged. Undefined where there is nothing.
 */
export async function othersIn(cx: AwsContext, env: Env, target: Target): Promise<Others | undefined> {
  const isOurs = isOfTheLog(env.accountId)
  const { keyPrefix } = env.settings
  const log = `${keyPrefix === '' ? '' : `${keyPrefix}/`}AWSLogs/${env.accountId}/BedrockModelInvocationLogs/`
  const others: Others = { count: 0, bytes: 0, first: [], more: false }
  let pages = 0

  const list = async (Prefix: string, Delimiter?: string): Promise<void> => {
    for await (const page of versionPages(cx, { ...target, Prefix, ...(Delimiter && { Delimiter }) })) {
      for (const { Key = '', Size = 0 } of [...(page?.Versions ?? []), ...sizeless(page?.DeleteMarkers)]) {
        if (isOurs(Key)) continue
        others.count += 1
        others.bytes += Size
        if (others.first.length < MOST_NAMED && !others.first.includes(Key)) others.first.push(Key)
      }
      pages += 1
      others.more ||= pages >= MOST_PAGES
      if (others.more) return
      for (const { Prefix: folder = '' } of page?.CommonPrefixes ?? []) {
        if (folder !== log) await list(folder, log.startsWith(folder) ? '/' : undefined)
      }
    }
  }
  await list('', '/')
  return others.count > 0 ? others : undefined
}

const sizeless = (markers: readonly { Key?: string | undefined }[] = []) => markers.map(({ Key }) => ({ Key, Size: 0 }))
