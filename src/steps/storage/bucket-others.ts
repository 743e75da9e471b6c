import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type MultipartUpload,
  type ObjectVersion,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { pagesOf } from '../../aws/pages.ts'

export interface Target {
  Bucket: string
  ExpectedBucketOwner: string
}

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

export interface Others extends Contents {
  uploads: number
  first: string[]
}

/** Pages of 1,000 that are looked at for a plan: the rest is looked at before anything is deleted. */
const MOST_LOOKED_AT = 200
/** After so many of them folders of ours are skipped over. */
const WHOLE_PAGES = 10
const MOST_NAMED = 5
/** A bucket may hold years of logs: a thousand million versions. */
const MOST_PAGES = 1_000_000

/** After every key that begins with what stands before it: the last character there is. */
const LAST = '\u{10ffff}'

export type Entry = Pick<ObjectVersion, 'Key' | 'Size' | 'VersionId'> & Pick<MultipartUpload, 'UploadId'>

interface Page {
  entries: Entry[]
  IsTruncated: boolean | undefined
  next: { key: string | undefined; id?: string | undefined }
}

type Ask = (cx: AwsContext, target: Target, key?: string, id?: string) => Promise<Page | undefined>

/** Versions and delete markers: S3 has them in two lists. */
export const versions: Ask = async ({ aws }, target, KeyMarker, VersionIdMarker) => {
  const ask = new ListObjectVersionsCommand({ ...target, KeyMarker, VersionIdMarker })
  const page = await orUndefined(aws.s3.send(ask), 'NoSuchBucket')
  if (!page) return undefined
  const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker: key, NextVersionIdMarker: id } = page
  return { entries: [...Versions, ...DeleteMarkers], IsTruncated, next: { key, id } }
}

/** Uploads in parts that were begun and not finished: they go with the bucket, and nobody can finish them then. */
export const uploads: Ask = async ({ aws }, target, KeyMarker, UploadIdMarker) => {
  const ask = new ListMultipartUploadsCommand({ ...target, KeyMarker, UploadIdMarker })
  const page = await orUndefined(aws.s3.send(ask), 'NoSuchBucket')
  if (!page) return undefined
  const { Uploads: entries = [], IsTruncated, NextKeyMarker: key, NextUploadIdMarker: id } = page
  return { entries, IsTruncated, next: { key, id } }
}

/**
 * The pages of a bucket. S3 names the place of the next one in two parts here: both go as one token.
 * @param skip where to go on instead
 */
export async function* pagesIn(
  ask: Ask,
  cx: AwsContext,
  target: Target,
  skip: (next: Page['next']) => Page['next'] = (next) => next,
): AsyncGenerator<Entry[], void> {
  const at = (token: string | undefined) => {
    const { key, id } = JSON.parse(token ?? '{}') as Partial<Page['next']>
    return ask(cx, target, key, id)
  }
  const next = (page: Page | undefined) =>
    page?.IsTruncated && page.next.key !== undefined ? JSON.stringify(skip(page.next)) : undefined
  const call = ask === versions ? 's3:ListObjectVersions' : 's3:ListMultipartUploads'
  for await (const page of pagesOf(call, at, next, { mostPages: MOST_PAGES })) yield page?.entries ?? []
}

/** What is in a bucket, and what of it others put there. After the first pages, folders of ours are skipped over. */
export async function contentsOf(
  cx: AwsContext,
  own: Own,
  target: Target,
): Promise<{ contents: Contents; others?: Others }> {
  const contents: Contents = { count: 0, bytes: 0, more: false }
  const others: Others = { count: 0, uploads: 0, bytes: 0, first: [], more: false }
  for (const ask of [versions, uploads]) {
    let seen = 0
    const skip = (next: Page['next']) => {
      const within = seen < WHOLE_PAGES ? undefined : own.folder(next.key ?? '')
      contents.more ||= within !== undefined && ask === versions
      return within === undefined ? next : { key: within + LAST }
    }
    for await (const page of pagesIn(ask, cx, target, skip)) {
      seen += 1
      for (const { Key = '', Size = 0 } of page.sort(byKey)) {
        if (ask === versions) add(contents, Size)
        if (own.isOwn(Key)) continue
        if (ask === versions) add(others, Size)
        else others.uploads += 1
        if (others.first.length < MOST_NAMED && !others.first.includes(Key)) others.first.push(Key)
      }
      if (seen < MOST_LOOKED_AT) continue
      others.more = true
      contents.more ||= ask === versions
      break
    }
  }
  return { contents, ...((others.count + others.uploads > 0 || others.more) && { others }) }
}

function add(sums: Contents, bytes: number): void {
  sums.count += 1
  sums.bytes += bytes
}

const byKey = ({ Key: a = '' }: Entry, { Key: b = '' }: Entry) => (a < b ? -1 : a > b ? 1 : 0)
