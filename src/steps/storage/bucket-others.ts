import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type MultipartUpload,
  type ObjectVersion,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'

/** A bucket, and whose it has to be. */
export interface Target {
  Bucket: string
  ExpectedBucketOwner: string
}

/** What is in a bucket, whoever put it there, as far as it was looked at. */
export interface Contents {
  /** Versions and delete markers. */
  count: number
  bytes: number
  more: boolean
}

/** What of the content of a bucket is ours, or delivered for us: it may go without a word. */
export interface Own {
  /** The folder of ours that a key lies in, which is skipped over where much is in it; undefined for what others put there. */
  folder(key: string): string | undefined
  isOwn(key: string): boolean
}

/** What is in a bucket that neither its service nor this program put there. */
export interface Others {
  /** Versions and delete markers. */
  count: number
  /** Uploads in parts that are not finished. */
  uploads: number
  bytes: number
  first: string[]
  /** There is more than was looked at. */
  more: boolean
}

/** Pages of 1,000 that are looked at for a plan: the rest is looked at before anything is deleted. */
const MOST_PAGES = 200
/** After so many of them folders of ours are skipped over. */
const WHOLE_PAGES = 10
const MOST_NAMED = 5

/** After every key that begins with what stands before it: the last character there is. */
const LAST = '\u{10ffff}'

/** What stands in a bucket, and where the next page begins. */
export interface Page {
  entries: (Pick<ObjectVersion, 'Key' | 'Size' | 'VersionId'> & Pick<MultipartUpload, 'UploadId'>)[]
  IsTruncated: boolean | undefined
  next?: { key: string | undefined; id: string | undefined }
}

type Entry = Page['entries'][number]

export type Ask = (key: string | undefined, id: string | undefined) => Promise<Page | undefined>

/**
 * What is in a bucket, and what of it others have put there, or begun to. Where much was delivered, its folders are skipped over
 * after the first pages. Only the sums are kept.
 */
export async function contentsOf(
  cx: AwsContext,
  own: Own,
  target: Target,
): Promise<{ contents: Contents; others?: Others }> {
  const contents: Contents = { count: 0, bytes: 0, more: false }
  const others: Others = { count: 0, uploads: 0, bytes: 0, first: [], more: false }
  const isTheirs = ({ Key = '' }: Entry) => !own.isOwn(Key)
  const note = ({ Key = '' }: Entry) => {
    if (others.first.length < MOST_NAMED && !others.first.includes(Key)) others.first.push(Key)
  }
  const versions = await sweep(own, versionsOf(cx, target), (entry) => {
    for (const sums of isTheirs(entry) ? [contents, others] : [contents]) {
      sums.count += 1
      sums.bytes += entry.Size ?? 0
    }
    if (isTheirs(entry)) note(entry)
  })
  const uploads = await sweep(own, uploadsOf(cx, target), (entry) => {
    if (!isTheirs(entry)) return
    others.uploads += 1
    note(entry)
  })
  contents.more = versions.more || versions.skipped
  others.more = versions.more || uploads.more
  return { contents, ...((others.count + others.uploads > 0 || others.more) && { others }) }
}

/** Visits what is there; answers whether there is more than was looked at, and whether folders were skipped over. */
async function sweep(own: Own, ask: Ask, visit: (entry: Entry) => void): Promise<{ more: boolean; skipped: boolean }> {
  let [key, id]: (string | undefined)[] = []
  let skipped = false
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await ask(key, id)
    const entries = [...(page?.entries ?? [])].sort(({ Key: a = '' }, { Key: b = '' }) => (a < b ? -1 : a > b ? 1 : 0))
    for (const entry of entries) visit(entry)
    if (!page?.next) return { more: false, skipped }
    const within = pages < WHOLE_PAGES ? undefined : own.folder(page.next.key ?? '')
    skipped ||= within !== undefined
    ;[key, id] = within === undefined ? [page.next.key, page.next.id] : [within + LAST, undefined]
  }
  return { more: true, skipped }
}

/** Versions and delete markers of a page: S3 has them in two lists. */
export function versionsOf({ aws }: AwsContext, target: Target): Ask {
  return async (KeyMarker, VersionIdMarker) => {
    const ask = new ListObjectVersionsCommand({ ...target, KeyMarker, VersionIdMarker })
    const page = await orUndefined(aws.s3.send(ask), 'NoSuchBucket')
    if (!page) return undefined
    const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker: key, NextVersionIdMarker: id } = page
    return { entries: [...Versions, ...DeleteMarkers], IsTruncated, ...(IsTruncated && { next: { key, id } }) }
  }
}

/** Uploads in parts that were begun and not finished: they go with the bucket, and nobody can finish them then. */
export function uploadsOf({ aws }: AwsContext, target: Target): Ask {
  return async (KeyMarker, UploadIdMarker) => {
    const ask = new ListMultipartUploadsCommand({ ...target, KeyMarker, UploadIdMarker })
    const page = await orUndefined(aws.s3.send(ask), 'NoSuchBucket')
    if (!page) return undefined
    const { Uploads: entries = [], IsTruncated, NextKeyMarker: key, NextUploadIdMarker: id } = page
    return { entries, IsTruncated, ...(IsTruncated && { next: { key, id } }) }
  }
}
