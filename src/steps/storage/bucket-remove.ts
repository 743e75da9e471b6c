import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  type ObjectIdentifier,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { pagesOf } from '../../aws/pages.ts'
import { isEmpty, type PolicyDocument } from '../../aws/policy.ts'
import { equal } from '../../core/diff.ts'
import { AppError } from '../../core/errors.ts'
import { type Known, resourceId } from '../../core/resource.ts'
import { type Ask, type Page, type Target, uploadsOf, versionsOf } from './bucket-others.ts'
import { type BucketState, closedPolicy } from './bucket-state.ts'
import type { BucketUse } from './bucket-use.ts'

/** How long deliveries are waited for that were under way when logging was turned off. */
const LATE_MS = 120_000
const LATE_PAUSE_MS = 2_000

/** Deletes a bucket with what is in it. What others have put there stays, and the bucket with it, unless it was asked for. */
export async function removeBucket(cx: AwsContext, use: BucketUse, have: Known<BucketState>): Promise<void> {
  const { env, target } = use
  const id = resourceId({ type: 's3-bucket', name: use.name, region: use.region })
  const { policy } = have.state
  const closed = closedPolicy(use, have)
  // Nothing may be delivered any more while it is emptied. What is forbidden stays forbidden until it is gone.
  await orUndefined(putPolicy(cx, target, policy, closed), 'NoSuchBucket')
  const mayGo = (key: string) => env.removing?.includeOthers || use.isOwn(key)
  // All of it is looked at before the first is deleted: half a log helps nobody.
  const empty = async () => {
    const { staying, pages } = await lookThrough(cx, target, mayGo)
    return staying ?? emptyBucket(cx, target, id, mayGo, pages)
  }
  // Without TLS, which no endpoint of AWS is, the rule that asks for it refuses ourselves.
  const emptied = async () => {
    try {
      return await empty()
    } catch (error) {
      const open = closedPolicy(use, have, false)
      if (!cx.aws.withoutTls || !hasCode(error, 'AccessDenied') || equal(open, closed)) throw error
      await putPolicy(cx, target, closed, open)
      try {
        return await empty()
      } catch (again) {
        await putPolicy(cx, target, open, closed)
        throw again
      }
    }
  }
  const deadline = cx.clock.now() + LATE_MS
  for (;;) {
    const staying = await emptied()
    if (staying !== undefined) throw notEmpty(use, staying)
    try {
      await orUndefined(cx.aws.s3.send(new DeleteBucketCommand(target)), 'NoSuchBucket')
      return
    } catch (error) {
      // Deliveries go on for a while, such as of what was called before logging was turned off.
      if (!hasCode(error, 'BucketNotEmpty')) throw error
      if (cx.clock.now() >= deadline) throw stillWrittenTo(use.name, error)
      cx.emit({ type: 'resource-progress', id, note: 'emptying it again: objects still arrive' })
      await cx.clock.sleep(LATE_PAUSE_MS, cx.signal)
    }
  }
}

/** Puts a policy in place of another; none at all where nothing is in it. */
export async function putPolicy(
  { aws: { s3 } }: AwsContext,
  target: Target,
  from: PolicyDocument,
  to: PolicyDocument,
): Promise<void> {
  if (equal(from, to)) return
  if (isEmpty(to)) await s3.send(new DeleteBucketPolicyCommand(target))
  else await s3.send(new PutBucketPolicyCommand({ ...target, Policy: JSON.stringify(to) }))
}

function stillWrittenTo(bucket: string, cause: unknown): AppError {
  const message = `bucket ${bucket} is still being written to: objects have arrived for two minutes`
  return new AppError('aws', 'BucketNotEmpty', message, {
    cause,
    hint: 'stop what writes to it, then run cleanup again',
  })
}

function notEmpty({ name, writer }: BucketUse, key: string): AppError {
  const message = `bucket ${name} holds what ${writer} did not put there, such as ${key}`
  const hint = 'move it elsewhere, or pass --include-others to delete it; then run cleanup again'
  return new AppError('partial', 'OthersObjects', message, { hint })
}

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
async function lookThrough(cx: AwsContext, target: Target, mayGo: (key: string) => boolean): Promise<Found> {
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
