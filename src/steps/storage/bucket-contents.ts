import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { AppError } from '../../core/errors.ts'
import type { Target } from './bucket-read.ts'

/** Pages of 1,000 that may be on their way to deletion at once: listing is faster than deleting. */
const BATCHES_IN_FLIGHT = 8

/**
 * Deletes every version, delete marker and unfinished upload of a bucket that may go, in batches of 1,000 (the most
 * DeleteObjects takes) side by side. Reports progress under the resource `id`. Succeeds when the bucket is gone already.
 * @returns the key of something that had to stay
 */
export async function emptyBucket(
  cx: AwsContext,
  target: Target,
  id: string,
  mayGo: (key: string) => boolean,
): Promise<string | undefined> {
  let staying: string | undefined
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

  await abortUploads(cx, target, mayGo)
  try {
    for await (const page of versions(cx, target)) {
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
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
  for (;;) {
    const page = await orUndefined(aws.s3.send(new ListObjectVersionsCommand({ ...target, ...marker })), 'NoSuchBucket')
    const batch = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }))
    if (batch.length > 0) yield batch
    if (!page?.IsTruncated) return
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
  }
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

async function abortUploads({ aws }: AwsContext, target: Target, mayGo: (key: string) => boolean): Promise<void> {
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
  for (;;) {
    const page = await orUndefined(
      aws.s3.send(new ListMultipartUploadsCommand({ ...target, ...marker })),
      'NoSuchBucket',
    )
    await Promise.all(
      (page?.Uploads ?? []).flatMap(({ Key = '', UploadId }) =>
        !mayGo(Key)
          ? []
          : orUndefined(aws.s3.send(new AbortMultipartUploadCommand({ ...target, Key, UploadId })), 'NoSuchUpload'),
      ),
    )
    if (!page?.IsTruncated) return
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
  }
}
