import { createHash, randomBytes } from 'node:crypto'
import type { GetObjectRequest, ObjectIdentifier, S3 } from '@aws-sdk/client-s3'
import { AwsFault, faultOf } from '../../service.ts'
import type { Operations } from '../typed.ts'
import { malformedXml } from './configuration.ts'
import type { Bucket, Buckets } from './store.ts'
import { NULL_VERSION, type Version } from './versions.ts'

const MOST_DELETES = 1000

export function objectOperations(buckets: Buckets): Operations<S3> {
  return {
    PutObject: (input, call) => {
      const bucket = buckets.open(input, call)
      const body = (input.Body as Uint8Array | undefined) ?? new Uint8Array()
      const version = putVersion(bucket, input.Key ?? '', call.now, body)
      return { ETag: version.etag, ServerSideEncryption: algorithm(bucket), ...shownId(bucket, version) }
    },
    GetObject: (input, call) => {
      const bucket = buckets.open(input, call)
      const version = readable(bucket, input)
      if (input.IfMatch !== undefined && input.IfMatch !== version.etag) throw unmatched()
      return { Body: version.body, ...describe(bucket, version), ...partOf(version.body, input.Range) }
    },
    HeadObject: (input, call) => {
      const bucket = buckets.open(input, call)
      return describe(bucket, readable(bucket, input))
    },
    DeleteObject: (input, call) => {
      const bucket = buckets.open(input, call)
      const { VersionId, DeleteMarker } = deleteObject(bucket, input, call.now)
      return { ...(VersionId && { VersionId }), ...(DeleteMarker && { DeleteMarker }) }
    },
    DeleteObjects: (input, call) => {
      const bucket = buckets.open(input, call)
      const wanted = input.Delete?.Objects ?? []
      if (wanted.length === 0 || wanted.length > MOST_DELETES) throw malformedXml()
      const deleted: object[] = []
      const errors: object[] = []
      for (const item of wanted) {
        try {
          deleted.push(asDeleted(item, deleteObject(bucket, item, call.now)))
        } catch (error) {
          const { code, message } = error as AwsFault
          errors.push({ Key: item.Key, VersionId: item.VersionId, Code: code, Message: message })
        }
      }
      return { ...(!input.Delete?.Quiet && { Deleted: deleted }), ...(errors.length > 0 && { Errors: errors }) }
    },
  }
}

/** Writes an object as the bucket's versioning has it. */
export function putVersion(bucket: Bucket, key: string, now: number, body: Uint8Array): Version {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`
  const version: Version = { key, id: newId(bucket), deleted: false, modified: now, etag, body }
  bucket.objects.put(version)
  return version
}

/** Deletes a version for good or, where none is named, puts a marker on top. What is not there is deleted with success. */
function deleteObject(
  bucket: Bucket,
  { Key = '', VersionId }: Partial<ObjectIdentifier>,
  now: number,
): { VersionId?: string; DeleteMarker?: boolean } {
  if (bucket.locked.has(Key)) throw new AwsFault('AccessDenied', 'Access Denied', 403)
  if (VersionId !== undefined) {
    if (isRetained(bucket, bucket.objects.get(Key, VersionId), now))
      throw new AwsFault('AccessDenied', 'Access Denied', 403)
    const removed = bucket.objects.remove(Key, VersionId)
    return { VersionId, ...(removed?.deleted && { DeleteMarker: true }) }
  }
  if (bucket.settings.versioning === undefined) {
    bucket.objects.remove(Key, NULL_VERSION)
  }
  const none = { body: new Uint8Array(), etag: '' }
  const marker: Version = { key: Key, id: newId(bucket), deleted: true, modified: now, ...none }
  bucket.objects.put(marker)
  return { VersionId: marker.id, DeleteMarker: true }
}

/** By MFA delete, or by the retention that Object Lock gives each object; a delete marker is never locked. */
function isRetained({ settings }: Bucket, version: Version | undefined, now: number): boolean {
  if (settings.mfaDelete || !version || version.deleted) return settings.mfaDelete
  const { Days = 0, Years = 0 } = settings.objectLock?.Rule?.DefaultRetention ?? {}
  return now < version.modified + (Days + 365 * Years) * 86_400_000
}

function asDeleted(
  { Key, VersionId }: ObjectIdentifier,
  done: { VersionId?: string; DeleteMarker?: boolean },
): Record<string, unknown> {
  return {
    Key,
    ...(VersionId !== undefined && { VersionId }),
    ...(done.DeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId }),
  }
}

function readable(bucket: Bucket, { Key = '', VersionId }: GetObjectRequest): Version {
  const version = bucket.objects.get(Key, VersionId)
  if (version === undefined && VersionId !== undefined) {
    throw new AwsFault('NoSuchVersion', 'The specified version does not exist.', 404, { Key, VersionId })
  }
  if (version === undefined) throw new AwsFault('NoSuchKey', 'The specified key does not exist.', 404, { Key })
  if (!version.deleted) return version
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.id }
  if (VersionId === undefined) {
    throw new AwsFault('NoSuchKey', 'The specified key does not exist.', 404, { Key }, headers)
  }
  throw new AwsFault('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, {}, headers)
}

const unmatched = faultOf(
  'PreconditionFailed',
  412,
  () => 'At least one of the pre-conditions you specified did not hold',
)

/** What a range of bytes makes of the answer; one that is none, or is of several parts, is passed over as S3 does. */
function partOf(body: Uint8Array, range: string | undefined): Record<string, unknown> {
  const [whole, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (whole === undefined || from + to === '') return {}
  const size = body.byteLength
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1)
  if (start >= size) {
    const message = 'The requested range is not satisfiable'
    throw new AwsFault('InvalidRange', message, 416, { RangeRequested: range, ActualObjectSize: String(size) })
  }
  if (end <= start) return {}
  const Body = body.subarray(start, end)
  return { Body, ContentLength: Body.byteLength, ContentRange: `bytes ${start}-${end - 1}/${size}` }
}

function describe(bucket: Bucket, version: Version): Record<string, unknown> {
  return {
    ContentLength: version.body.byteLength,
    ContentType: 'binary/octet-stream',
    ETag: version.etag,
    LastModified: new Date(version.modified),
    ServerSideEncryption: algorithm(bucket),
    ...shownId(bucket, version),
  }
}

function algorithm(bucket: Bucket): string | undefined {
  return bucket.settings.encryption.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm
}

function shownId(bucket: Bucket, version: Version): { VersionId?: string } {
  return bucket.settings.versioning === undefined ? {} : { VersionId: version.id }
}

function newId(bucket: Bucket): string {
  return bucket.settings.versioning === 'Enabled' ? randomBytes(16).toString('base64url') : NULL_VERSION
}
