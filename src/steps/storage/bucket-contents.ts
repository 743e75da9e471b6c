import { AbortMultipartUploadCommand, DeleteObjectsCommand, type ObjectIdentifier } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { pagesOf } from '../../aws/pages.ts'
import { AppError } from '../../core/errors.ts'
import { type Ask, type Page, type Target, uploadsOf, versionsOf } from './bucket-others.ts'

/** Pages of 1,000 that may be on their way to deletion at once: listing is faster than deleting. */
const BATCHES_IN_FLIGHT = 8
/** A bucket may hold years of logs: a thousand million versions. */
const MOST_PAGES = 1_000_000
/** Pages that are kept in mind from looking to deleting: some ten megabytes. */
const MOST_KEPT_PAGES = 50

interface Found {
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

/** Deletes all that may go, 1,000 at once (the most of DeleteObjects). @returns the key of one that had to stay */
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

async function* versions(cx: AwsContext, target: Target): AsyncGenerator<ObjectIdentifier[]> {
  for await (const page of pagesIn('s3:ListObjectVersions', versionsOf(cx, target))) {
    if (page.length > 0) yield page.map(({ Key, VersionId }) => ({ Key, VersionId }))
  }
}

const uploads = (cx: AwsContext, target: Target) => pagesIn('s3:ListMultipartUploads', uploadsOf(cx, target))

/** S3 names the place of the next page in two parts here: both as one token, and apart again. */
async function* pagesIn(call: string, ask: Ask): AsyncGenerator<Page['entries']> {
  const at = (token: string | undefined) => {
    const [key, id] = token === undefined ? [] : (JSON.parse(token) as [string, string | null])
    return ask(key, id ?? undefined)
  }
  const next = (page: Page | undefined) =>
    page?.next?.key === undefined ? undefined : JSON.stringify([page.next.key, page.next.id])
  for await (const page of pagesOf(call, at, next, { mostPages: MOST_PAGES })) yield page?.entries ?? []
}

async function deleteBatch({ aws }: AwsContext, target: Target, batch: ObjectIdentifier[]): Promise<void> {
  const { Errors = [] } = await aws.s3.send(
    new DeleteObjectsCommand({ ...target, Delete: { Objects: batch, Quiet: true } }),
  )
  // Keys fail one by one inside an answer of 200.
  const [first] = Errors
  if (first) {
    const message = `s3:DeleteObjects could not delete ${Errors.length} of ${batch.length} object versions, the first being ${first.Key}: ${first.Message}`
    const hint = 'check object locks and the bucket policy for s3:DeleteObjectVersion, then run cleanup again'
    throw new AppError('aws', first.Code ?? 'DeleteFailed', message, { hint })
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
