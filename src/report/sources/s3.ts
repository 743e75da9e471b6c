import type { AwsContext } from '../../aws/context.ts'
import { hasCode } from '../../aws/errors.ts'
import type { Context } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import type { ScanTask } from '../scan/task.ts'
import { fetchObjects } from './s3/fetch.ts'
import { type LogObject, listObjects } from './s3/list.ts'
import { readRecords } from './scanned.ts'
import type { Place, Question, SourceReading } from './source.ts'

export interface BucketRequest {
  accountId: string
  places: readonly Place[]
  bucket: string
  /** As in the logging configuration. */
  keyPrefix: string
}

/** Reads the invocation logs in a bucket: only the objects of the window's hours, many side by side. */
export async function readBucket(cx: Context, request: BucketRequest, question: Question): Promise<SourceReading> {
  const { places, bucket, accountId } = request
  const keyPrefix = request.keyPrefix.replace(/^\/+|\/+$/g, '')
  const regions = places.map(({ region }) => region)
  cx.emit({ type: 'phase', title: `listing the logs in ${bucket}` })
  const lists = await Promise.all(
    places.map(({ cx: place, region }) =>
      listObjects(place, { bucket, keyPrefix, accountId, region }, question.window).catch((error: unknown) => {
        throw explained(error, bucket)
      }),
    ),
  )
  cx.emit({ type: 'phase-done' })
  const count = lists.flat().length
  const tasks = fetchAll(
    places.map(({ cx: place }, index) => ({ place, objects: lists[index] ?? [] })),
    { bucket, accountId },
  )
  const { reading, faults } = await readRecords(cx, tasks, question, {
    title: `reading ${count} ${count === 1 ? 'object' : 'objects'} of ${bucket}`,
    noUse: `${bucket} holds no record of a Bedrock invocation in ${regions.join(', ')} for this window: nothing was called, logging to S3 is off (bedrock-monitor status), or it writes under another prefix than '${keyPrefix}'`,
  })
  const unreadable = faults.filter(({ code }) => code === 'unreadable')
  if (unreadable[0] && unreadable.length === count) {
    const why = `none of the ${count} objects could be read: ${unreadable[0].message}`
    throw new AppError('aws', 'ObjectsUnreadable', `${bucket}: ${why}`, {
      hint: 'allow s3:GetObject on the bucket, and kms:Decrypt where a key encrypts it',
    })
  }
  return { ...reading, regions }
}

async function* fetchAll(
  parts: readonly { place: AwsContext; objects: readonly LogObject[] }[],
  target: { bucket: string; accountId: string },
): AsyncGenerator<ScanTask> {
  for (const { place, objects } of parts) yield* fetchObjects(place, target, objects)
}

function explained(error: unknown, bucket: string): unknown {
  if (hasCode(error, 'NoSuchBucket')) {
    return new AppError('failed', 'NoSuchBucket', `there is no bucket ${bucket}`, {
      hint: 'create it with bedrock-monitor setup, name another with --bucket-name, or use --source metrics, which needs no setup',
      cause: error,
    })
  }
  if (hasCode(error, 'AccessDenied')) {
    return new AppError('aws', 'AccessDenied', `the bucket ${bucket} may not be listed`, {
      hint: 'allow s3:ListBucket and s3:GetObject on it; if it belongs to another account, name your own with --bucket-name',
      cause: error,
    })
  }
  return error
}
