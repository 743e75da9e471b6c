import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../../aws/context.ts'
import { hasCode } from '../../../aws/errors.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { AppError } from '../../../core/errors.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { Window } from '../../model.ts'
import { type Folders, firstFolders, foldersWithin, holdsRecords } from './folders.ts'

const LISTINGS_AT_ONCE = 16

/** A bucket, and the account that it has to belong to. */
export type BucketOf = Pick<Folders, 'bucket' | 'owner'>

export interface LogObject {
  key: string
  /** Bytes as it is stored. */
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

interface Listing {
  folders: string[]
  objects: LogObject[]
}

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
    return new AppError('failed', 'NoSuchBucket', `there is no bucket ${bucket}`, {
      hint: `create it with bedrock-monitor setup${region === undefined ? '' : ` --region ${region}`}, name another with --bucket-name or --bucket, or use --source metrics, which needs no setup`,
      cause: error,
    })
  }
  if (hasCode(error, 'AccessDenied')) {
    return new AppError('aws', 'AccessDenied', `s3:ListObjectsV2 failed: no permission to list the bucket ${bucket}`, {
      hint: 'allow s3:ListBucket, s3:GetBucketLocation and s3:GetObject on it; if it belongs to another account, name your own with --bucket-name, or both with --bucket and --bucket-owner',
      cause: error,
    })
  }
  return error
}
