import type { AwsContext, AwsPlace } from '../../../aws/context.ts'
import { hasCode } from '../../../aws/errors.ts'
import type { Context } from '../../../core/context.ts'
import { AppError } from '../../../core/errors.ts'
import { accountsOf, type PlaceId, regionsOf } from '../../../core/place.ts'
import type { Fault } from '../../scan/fault.ts'
import type { ScanTask } from '../../scan/task.ts'
import { DAY_MS } from '../../window.ts'
import { readPlaces } from '../places.ts'
import { readRecords } from '../scanned.ts'
import type { Question, SourceReading } from '../source.ts'
import { fetchObjects } from './fetch.ts'
import { type LogObject, listObjects } from './list.ts'

export interface BucketRequest {
  places: readonly AwsPlace[]
  /** Logs are delivered to buckets of their own Region, so several Regions may have several buckets. */
  bucketOf(place: PlaceId): string
  /** As in the logging configuration. */
  keyPrefix: string
}

/** Reads the invocation logs in a bucket (or in several): only the objects of the window's hours, many side by side. */
export async function readBucket(cx: Context, request: BucketRequest, question: Question): Promise<SourceReading> {
  const { places, bucketOf } = request
  const keyPrefix = request.keyPrefix.replace(/^\/+|\/+$/g, '')
  const regions = regionsOf(places)
  const buckets = [...new Set(places.map(bucketOf))].join(', ')
  cx.emit({ type: 'phase', title: `listing the logs in ${buckets}` })
  const { read, warnings, incomplete } = await readPlaces(places, async (place): Promise<Listed> => {
    const { account: accountId, region } = place
    const bucket = bucketOf(place)
    const folders = { bucket, keyPrefix, accountId, region }
    const objects = await listObjects(place.cx, folders, question.window).catch((error: unknown) => {
      throw explained(error, bucket)
    })
    return { cx: place.cx, target: { bucket, accountId }, objects }
  })
  cx.emit({ type: 'phase-done' })
  const lists = read.map(({ reading }) => reading)
  const count = lists.reduce((sum, { objects }) => sum + objects.length, 0)
  const { reading, faults } = await readRecords(cx, fetchAll(lists), question, {
    label: `${count} ${count === 1 ? 'object' : 'objects'} of ${buckets}`,
    bytes: lists.flatMap(({ objects }) => objects).reduce((sum, { size }) => sum + size, 0),
    edgeMs: DAY_MS,
    noUse: `${buckets} holds no record of a Bedrock invocation in ${regions.join(', ')} for this window: nothing was called, logging to S3 is off (bedrock-monitor status), or it writes under another prefix than '${keyPrefix}'`,
  })
  const unreadable = faults.filter(({ code }) => code === 'unreadable')
  if (unreadable[0] && unreadable.length === count) {
    const [{ message, hint }] = unreadable as [Fault]
    const why = `s3:GetObject: none of the ${count} objects could be read: ${message}`
    const allow = 'allow s3:GetObject on the bucket, and kms:Decrypt where a key encrypts it'
    const again = 'run it again; where it stays so, fetch the objects and read them with --source file:PATH'
    throw new AppError('aws', 'ObjectsUnreadable', `${buckets}: ${why}`, {
      hint: /AccessDenied|Forbidden|403|KMS/.test(message) ? allow : (hint ?? again),
    })
  }
  return {
    ...reading,
    // Other accounts may deliver to the bucket, too: each record names its own.
    accounts: reading.accounts.length > 0 ? reading.accounts : accountsOf(places),
    regions,
    warnings: [...warnings, ...reading.warnings],
    incomplete: incomplete || reading.incomplete,
    ...(incomplete && { unread: reading.unread ?? 'regions' }),
  }
}

interface Listed {
  cx: AwsContext
  target: { bucket: string; accountId: string }
  objects: readonly LogObject[]
}

async function* fetchAll(lists: readonly Listed[]): AsyncGenerator<ScanTask> {
  for (const { cx, target, objects } of lists) yield* fetchObjects(cx, target, objects)
}

function explained(error: unknown, bucket: string): unknown {
  if (hasCode(error, 'NoSuchBucket')) {
    return new AppError('failed', 'NoSuchBucket', `there is no bucket ${bucket}`, {
      hint: 'create it with bedrock-monitor setup, name another with --bucket-name, or use --source metrics, which needs no setup',
      cause: error,
    })
  }
  if (hasCode(error, 'AccessDenied')) {
    return new AppError('aws', 'AccessDenied', `s3:ListObjectsV2 failed: the bucket ${bucket} may not be listed`, {
      hint: 'allow s3:ListBucket and s3:GetObject on it; if it belongs to another account, name your own with --bucket-name',
      cause: error,
    })
  }
  return error
}
