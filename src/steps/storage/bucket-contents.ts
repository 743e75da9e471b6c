import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type MultipartUpload,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { pagesOf } from '../../aws/pages.ts'
import { AppError } from '../../core/errors.ts'
import type { Target } from './bucket-others.ts'

/** Pages of 1,000 that may be on their way to deletion at once: listing is faster than deleting. */
const BATCHES_IN_FLIGHT = 8
/** A bucket may hold years of logs: a thousand million versions. */
const MOST_PAGES = 1_000_000
/** Pages that are kept in mind from looking to deleting: some ten megabytes. */
const MOST_KEPT_PAGES = 50

/** What a look through a bucket has found. */
interface Found {
  /** The key of something that has to stay. */
  staying?: string | undefined
  /** All versions and delete markers, where they are not too many to be kept in mind. */
  pages?: ObjectIdentifier[][]
}

/** Looks through all of a bucket: versions, delete markers and unfinished uploads. */
export async function lookThrough(cx: AwsContext, target: Target, mayGo: (key: string) => boolean): Promise<Found> {
  for await (const page of uploads(cx, target)) {
    const found = page.find(({ Key = '' }) => !mayGo(Key))
    if (found) return { staying: found.Key }
  }
  let pages: ObjectIdentifier[][] | undefined = []
  for await (const page of versions(cx, target)) {
    const found = page.find(({ Key = '' }) => !mayGo(Key))
    if (found) return { staying: found.Key }
    pages?.push(page)
    if (pages && pages.length > MOST_KEPT_PAGES) pages = undefined
  }
  return pages ? { pages } : {}
}

/**
 * Deletes every version, delete marker and unfinished upload of a bucket that may go, in batches of 1,000 (the most
 * DeleteObjects takes) side by side. Reports progress under the resource `id`. Succeeds when the bucket is gone already.
 * @param pages what is in it, where that is known; otherwise it is listed
 * @returns the key of something that had to stay
 */
export async function emptyBucket(
  cx: AwsContext,
  target: Target,
  id: string,
  mayGo: (key: string) => boolean,
  pages: Iterable<ObjectIdentifier[]> | AsyncIterable<ObjectIdentifier[]> = versions(cx, target),
): Promise<string | undefined> {
  let listed = 0
  let deleted = 0
  let complete = false
  const tell = () =>
    cx.emit({
      type: 'resource-progress',
      id,
      note: 'deleting object versions',
      done: deleted,
      ...(complete && { total: listed }),
    })
  const inFlight = new Set<Promise<void>>()
  const failures: unknown[] = []

  let staying = await abortUploads(cx, target, mayGo)
  try {
    for await (const page of pages) {
      const batch = page.filter(({ Key = '' }) => mayGo(Key))
      staying ??= page.find(({ Key = '' }) => !mayGo(Key))?.Key
      if (batch.length === 0) continue
      listed += batch.length
      const work: Promise<void> = deleteBatch(cx, target, batch)
        .then(() => {
          deleted += batch.length
          tell()
        })
        .catch((error: unknown) => {
          failures.push(error)
        })
        .finally(() => inFlight.delete(work))
      inFlight.add(work)
      if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight)
      if (failures.length > 0) break
    }
    complete = true
  } finally {
    // Where listing fails, too: nothing is still on its way when this is over.
    await Promise.all(inFlight)
  }
  if (failures.length > 0) throw failures[0]
  return staying
}

async function* versions({ aws }: AwsContext, target: Target): AsyncGenerator<ObjectIdentifier[]> {
  const ask = (token: string | undefined) => {
    const [KeyMarker, VersionIdMarker] = markersOf(token)
    const command = new ListObjectVersionsCommand({ ...target, KeyMarker, VersionIdMarker })
    return orUndefined(aws.s3.send(command), 'NoSuchBucket')
  }
  const next = (page: ListObjectVersionsCommandOutput | undefined) =>
    tokenOf(page, page?.NextKeyMarker, page?.NextVersionIdMarker)
  for await (const page of pagesOf('s3:ListObjectVersions', ask, next, { mostPages: MOST_PAGES })) {
    const batch = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }))
    if (batch.length > 0) yield batch
  }
}

async function* uploads({ aws }: AwsContext, target: Target): AsyncGenerator<MultipartUpload[]> {
  const ask = (token: string | undefined) => {
    const [KeyMarker, UploadIdMarker] = markersOf(token)
    const command = new ListMultipartUploadsCommand({ ...target, KeyMarker, UploadIdMarker })
    return orUndefined(aws.s3.send(command), 'NoSuchBucket')
  }
  const next = (page: ListMultipartUploadsCommandOutput | undefined) =>
    tokenOf(page, page?.NextKeyMarker, page?.NextUploadIdMarker)
  for await (const page of pagesOf('s3:ListMultipartUploads', ask, next, { mostPages: MOST_PAGES })) {
    yield page?.Uploads ?? []
  }
}

/** S3 names the place in two parts here: both as one token, and apart again. */
function tokenOf(
  page: { IsTruncated?: boolean | undefined } | undefined,
  key?: string,
  id?: string,
): string | undefined {
  return page?.IsTruncated && key !== undefined ? JSON.stringify([key, id]) : undefined
}

function markersOf(token: string | undefined): [key?: string, id?: string] {
  if (token === undefined) return []
  const [key, id] = JSON.parse(token) as [string, string | null]
  return id === null ? [key] : [key, id]
}

async function deleteBatch({ aws }: AwsContext, target: Target, batch: ObjectIdentifier[]): Promise<void> {
  const { Errors = [] } = await aws.s3.send(
    new DeleteObjectsCommand({ ...target, Delete: { Objects: batch, Quiet: true } }),
  )
  // Keys fail one by one inside an answer of 200.
  const [first] = Errors
  if (first) {
    throw new AppError(
      'aws',
      first.Code ?? 'DeleteFailed',
      `s3:DeleteObjects could not delete ${Errors.length} of ${batch.length} object versions, the first being ${first.Key}: ${first.Message}`,
      {
        hint: 'check object locks and the bucket policy for s3:DeleteObjectVersion, then run cleanup again',
      },
    )
  }
}

/** @returns the key of one that had to stay */
async function abortUploads(
  cx: AwsContext,
  target: Target,
  mayGo: (key: string) => boolean,
): Promise<string | undefined> {
  let staying: string | undefined
  for await (const page of uploads(cx, target)) {
    staying ??= page.find(({ Key = '' }) => !mayGo(Key))?.Key
    await Promise.all(
      page
        .filter(({ Key = '' }) => mayGo(Key))
        .map(({ Key, UploadId }) =>
          orUndefined(cx.aws.s3.send(new AbortMultipartUploadCommand({ ...target, Key, UploadId })), 'NoSuchUpload'),
        ),
    )
  }
  return staying
}
