import {
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import type { AwsContext, SendOptions } from '../../../aws/context.ts'
import { hasCode, orElse } from '../../../aws/errors.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { AppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { Window } from '../../model.ts'
import { DAY_MS, isoTime } from '../../window.ts'
import { type Folders, firstFolders, foldersWithin, holdsRecords } from './folders.ts'

const LISTINGS_AT_ONCE = 16

export type BucketOf = Pick<Folders, 'bucket' | 'owner'>

export interface LogObject {
  key: string
  size: number
  /** When it was written, ms, and a mark of what it holds. */
  modified?: number
  etag?: string | undefined
}

/** The objects that may hold records of a window, in the order of their keys. Only the window's folders are listed. */
export async function listObjects(cx: AwsContext, folders: Folders, window: Window): Promise<LogObject[]> {
  const objects: LogObject[] = []
  for (let level = firstFolders(folders, window); level.length > 0; ) {
    const within = await sideBySide(level, LISTINGS_AT_ONCE, async (folder, failed) => {
      // When another folder could not be listed, this one is of no use.
      const found = await listFolder(cx, folders, folder.prefix, AbortSignal.any([cx.signal, failed]))
      if (folder.level !== 'hour') return foldersWithin(folder, found.folders, folders, window)
      objects.push(...found.objects.filter(({ key }) => holdsRecords(folder, key)))
      return []
    })
    level = within.flat()
  }
  return objects.sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** What lies in a folder itself: the delimiter keeps what is in the folders within it out of the pages. */
export function listFolder(cx: AwsContext, of: BucketOf, Prefix: string, abortSignal = cx.signal): Promise<Listing> {
  return listKeys(cx, of, { Prefix, Delimiter: '/' }, abortSignal)
}

type Listing = { folders: string[]; objects: LogObject[] }

/** All objects whose keys begin so, and the folders that a delimiter keeps them in. */
export async function listKeys(
  cx: AwsContext,
  { bucket, owner }: BucketOf,
  which: { Prefix: string; Delimiter?: string },
  abortSignal = cx.signal,
): Promise<Listing> {
  const folders: string[] = []
  const objects: LogObject[] = []
  const about = { Bucket: bucket, ExpectedBucketOwner: owner, ...which }
  const ask = (ContinuationToken: string | undefined) =>
    cx.aws.s3.send(new ListObjectsV2Command({ ...about, ContinuationToken }), { abortSignal })
  // Of a server that lists more than it was asked for, an object would count once for every folder.
  const isWithin = (key: string) => key.startsWith(which.Prefix)
  const next = (page: ListObjectsV2CommandOutput) => (page.IsTruncated ? page.NextContinuationToken : undefined)
  for await (const page of pagesOf('s3:ListObjectsV2', ask, next)) {
    cx.emit({ type: 'billed', unit: 's3-listings', count: 1 })
    folders.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix: folder = '' }) => (isWithin(folder) ? folder : [])))
    for (const { Key: key = '', Size: size = 0, LastModified, ETag: etag } of page.Contents ?? [])
      if (isWithin(key)) objects.push({ key, size, modified: LastModified?.getTime() ?? 0, etag })
  }
  return { folders, objects }
}

/** Why a bucket could not be listed, with what to do about it. */
export function explained(error: unknown, bucket: string, region?: string): unknown {
  if (hasCode(error, 'NoSuchBucket')) {
    const hint = `create it with bedrock-monitor setup${region === undefined ? '' : ` --region ${region}`}, name another with --bucket-name or --bucket, or use --source metrics, which needs no setup`
    return new AppError('failed', 'NoSuchBucket', `there is no bucket ${bucket}`, { hint, cause: error })
  }
  if (hasCode(error, 'AccessDenied')) {
    const message = `s3:ListObjectsV2 failed: no permission to list the bucket ${bucket}`
    const hint =
      'allow s3:ListBucket, s3:GetBucketLocation and s3:GetObject on it; if it belongs to another account, name your own with --bucket-name, or both with --bucket and --bucket-owner'
    return new AppError('aws', 'AccessDenied', message, { hint, cause: error })
  }
  return error
}

const BUCKETS_AT_ONCE = 8
const ADVICE: SendOptions = { isAdvice: true }

/** Where records lie in a bucket, and what their keys begin with. */
interface Kept extends BucketOf {
  cx: AwsContext
  root: string
}

/** Says of buckets that their lifecycle rules have deleted records of a window: they are listed as if there had been none. */
export async function expired(folders: readonly Kept[], window: Window): Promise<Warning[]> {
  const buckets = new Map(folders.map((folder) => [folder.bucket, folder]))
  const found = await sideBySide([...buckets.values()], BUCKETS_AT_ONCE, async ({ cx, bucket, owner }) => {
    const now = cx.clock.now()
    // No rule deletes what is younger than a day.
    if (now - window.start <= DAY_MS) return []
    const ask = new GetBucketLifecycleConfigurationCommand({ Bucket: bucket, ExpectedBucketOwner: owner })
    const { Rules = [] } = (await orElse(cx.aws.s3.send(ask, ADVICE), () => undefined)) ?? {}
    const roots = folders.flatMap((folder) => (folder.bucket === bucket ? folder.root : []))
    const days = Math.min(...roots.flatMap((root) => Rules.map((rule) => daysOf(rule, root, now))))
    const kept = (Math.floor(now / DAY_MS) - days) * DAY_MS
    if (kept <= window.start) return []
    const when = days === 0 ? 'at once' : `after ${days} days`
    const message = `the lifecycle rules of s3://${bucket} delete logs ${when}: what was logged before ${isoTime(kept)} is missing`
    return [{ code: 'retention', message } as const]
  })
  return found.flat()
}

/** After how many days a rule deletes records that lie there, or some of them; infinite: never. */
function daysOf({ Status, Filter, Prefix, Expiration }: LifecycleRule, root: string, now: number): number {
  const { And, Prefix: filtered, Tag } = Filter ?? {}
  const prefix = And?.Prefix ?? filtered ?? Prefix ?? ''
  const isThere = root.startsWith(prefix) || prefix.startsWith(root)
  // Bedrock gives its objects no tags.
  const isOfOthers = Tag !== undefined || (And?.Tags ?? []).length > 0
  if (Status !== 'Enabled' || !isThere || isOfOthers) return Number.POSITIVE_INFINITY
  if (Expiration?.Date !== undefined && Number(Expiration.Date) <= now) return 0
  return Expiration?.Days ?? Number.POSITIVE_INFINITY
}
