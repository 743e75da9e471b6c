import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { isEmpty, type PolicyDocument } from '../../aws/policy.ts'
import { equal } from '../../core/diff.ts'
import { AppError } from '../../core/errors.ts'
import { type Known, resourceId } from '../../core/resource.ts'
import { type Entry, pagesIn, type Target, uploads, versions } from './bucket-others.ts'
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
    const found = await lookThrough(cx, target, mayGo)
    if (typeof found === 'string') return found
    return emptyBucket(cx, target, id, mayGo, found)
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
    if (staying !== undefined) {
      const message = `bucket ${use.name} holds what ${use.writer} did not put there, such as ${staying}`
      const hint = 'move it elsewhere, or pass --include-others to delete it; then run cleanup again'
      throw new AppError('partial', 'OthersObjects', message, { hint })
    }
    try {
      await orUndefined(cx.aws.s3.send(new DeleteBucketCommand(target)), 'NoSuchBucket')
      return
    } catch (error) {
      // Deliveries go on for a while, such as of what was called before logging was turned off.
      if (!hasCode(error, 'BucketNotEmpty')) throw error
      if (cx.clock.now() >= deadline) {
        const message = `bucket ${use.name} is still being written to: objects have arrived for two minutes`
        const hint = 'stop what writes to it, then run cleanup again'
        throw new AppError('aws', 'BucketNotEmpty', message, { cause: error, hint })
      }
      cx.emit({ type: 'resource-progress', id, note: 'emptying it again: objects still arrive' })
      await cx.clock.sleep(LATE_PAUSE_MS, cx.signal)
    }
  }
}

/** Puts a policy in place of another; none at all where nothing is in it. */
export async function putPolicy(
  { aws: { s3 } }: AwsContext,
  target: Target,
  from: PolicyDocument | undefined,
  to: PolicyDocument,
): Promise<void> {
  if (equal(from, to)) return
  if (isEmpty(to)) await s3.send(new DeleteBucketPolicyCommand(target))
  else await s3.send(new PutBucketPolicyCommand({ ...target, Policy: JSON.stringify(to) }))
}

/** Pages of 1,000 that may be on their way to deletion at once: listing is faster than deleting. */
const BATCHES_IN_FLIGHT = 8
/** Pages that are kept in mind from looking to deleting: some ten megabytes. */
const MOST_KEPT_PAGES = 50

type MayGo = (key: string) => boolean

/** The key of one that has to stay, or all versions and delete markers, where they are not too many to be kept in mind. */
async function lookThrough(cx: AwsContext, target: Target, mayGo: MayGo): Promise<string | Entry[][] | undefined> {
  let kept: Entry[][] | undefined = []
  for (const ask of [uploads, versions]) {
    for await (const page of pagesIn(ask, cx, target)) {
      const staying = page.find(({ Key = '' }) => !mayGo(Key))?.Key
      if (staying !== undefined) return staying
      if (ask === versions) kept?.push(page)
      if (kept && kept.length > MOST_KEPT_PAGES) kept = undefined
    }
  }
  return kept
}

/** Deletes all that may go, 1,000 at once (the most of DeleteObjects). @returns the key of one that had to stay */
export async function emptyBucket(
  cx: AwsContext,
  target: Target,
  id: string,
  mayGo: MayGo,
  pages: Iterable<Entry[]> | AsyncIterable<Entry[]> = pagesIn(versions, cx, target),
): Promise<string | undefined> {
  let staying: string | undefined
  const going = (page: Entry[]) => {
    staying ??= page.find(({ Key = '' }) => !mayGo(Key))?.Key
    return page.filter(({ Key = '' }) => mayGo(Key))
  }
  for await (const page of pagesIn(uploads, cx, target)) {
    const aborted = going(page).map(({ Key, UploadId }) =>
      orUndefined(cx.aws.s3.send(new AbortMultipartUploadCommand({ ...target, Key, UploadId })), 'NoSuchUpload'),
    )
    await Promise.all(aborted)
  }
  let [listed, deleted, complete] = [0, 0, false]
  const note = 'deleting object versions'
  const tell = () => cx.emit({ type: 'resource-progress', id, note, done: deleted, ...(complete && { total: listed }) })
  const inFlight = new Set<Promise<void>>()
  const failures: unknown[] = []
  try {
    for await (const page of pages) {
      const batch = going(page)
      if (batch.length === 0) continue
      listed += batch.length
      const work: Promise<void> = deleteBatch(cx, target, batch)
        .then(() => {
          deleted += batch.length
          tell()
        })
        .catch((error: unknown) => void failures.push(error))
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

async function deleteBatch({ aws }: AwsContext, target: Target, batch: Entry[]): Promise<void> {
  const Objects = batch.map(({ Key, VersionId }) => ({ Key, VersionId }))
  const { Errors = [] } = await aws.s3.send(new DeleteObjectsCommand({ ...target, Delete: { Objects, Quiet: true } }))
  // Keys fail one by one inside an answer of 200.
  const [first] = Errors
  if (!first) return
  const message = `s3:DeleteObjects could not delete ${Errors.length} of ${batch.length} object versions, the first being ${first.Key}: ${first.Message}`
  const hint = 'check object locks and the bucket policy for s3:DeleteObjectVersion, then run cleanup again'
  throw new AppError('aws', first.Code ?? 'DeleteFailed', message, { hint })
}
