import { randomUUID } from 'node:crypto'
import type { ListObjectsV2Request, ListObjectVersionsRequest, S3 } from '@aws-sdk/client-s3'
import { AwsFault } from '../../service.ts'
import type { Operations } from '../typed.ts'
import type { Bucket, Buckets, Upload } from './store.ts'
import type { Version } from './versions.ts'

const MOST_KEYS = 1000

/** Listing objects and versions in pages of at most 1,000. */
export function listingOperations(buckets: Buckets): Operations<S3> {
  return {
    ListObjectsV2: (input, call) => listObjects(buckets.open(input, call), input),
    ListObjectVersions: (input, call) => listVersions(buckets.open(input, call), input),
  }
}

type Listing = Pick<ListObjectVersionsRequest, 'Prefix' | 'Delimiter' | 'MaxKeys' | 'EncodingType'>

/** A page of what comes after `after`, a folder counting as one; where it stopped, and what both answers say of it. */
function pageOf(bucket: Bucket, versions: Iterable<Version>, after: string, input: Listing) {
  const { Prefix = '', Delimiter, EncodingType } = input
  const most = Math.min(input.MaxKeys ?? MOST_KEYS, MOST_KEYS)
  const encode = encoder(EncodingType)
  const shown: Version[] = []
  const folders = new Set<string>()
  let last: { key: string; id?: string } | undefined
  let IsTruncated = false
  for (const version of versions) {
    const folder = folderOf(version.key, Prefix, Delimiter)
    // A page that ended in a folder goes on after it, not within.
    if (folder !== undefined && (folders.has(folder) || after.startsWith(folder))) continue
    if (shown.length + folders.size >= most) {
      IsTruncated = true
      break
    }
    last = folder === undefined ? version : { key: folder }
    if (folder === undefined) shown.push(version)
    else folders.add(folder)
  }
  const answer = {
    Name: bucket.name,
    Prefix: encode(Prefix),
    ...(Delimiter && { Delimiter: encode(Delimiter) }),
    MaxKeys: most,
    IsTruncated,
    ...(EncodingType && { EncodingType }),
    ...(folders.size > 0 && { CommonPrefixes: [...folders].map((folder) => ({ Prefix: encode(folder) })) }),
  }
  return { shown, count: shown.length + folders.size, next: IsTruncated ? last : undefined, encode, answer }
}

function listObjects(bucket: Bucket, input: ListObjectsV2Request): object {
  const { ContinuationToken, StartAfter = '' } = input
  const after = ContinuationToken === undefined ? StartAfter : Buffer.from(ContinuationToken, 'base64url').toString()
  const versions = current(bucket, after, input.Prefix)
  const { shown, count, next, encode, answer } = pageOf(bucket, versions, after, input)
  return {
    ...answer,
    KeyCount: count,
    ...(ContinuationToken !== undefined && { ContinuationToken }),
    ...(next && { NextContinuationToken: Buffer.from(next.key).toString('base64url') }),
    ...(shown.length > 0 && {
      Contents: shown.map((version) => ({ Key: encode(version.key), ...describe(version) })),
    }),
  }
}

function listVersions(bucket: Bucket, input: ListObjectVersionsRequest): object {
  const { KeyMarker = '', VersionIdMarker } = input
  const versions = versionsAfter(bucket, input.Prefix, KeyMarker, VersionIdMarker)
  const { shown, next, encode, answer } = pageOf(bucket, versions, KeyMarker, input)
  const entry = (version: Version) => ({
    Key: encode(version.key),
    VersionId: version.id,
    IsLatest: bucket.objects.get(version.key) === version,
  })
  return {
    ...answer,
    KeyMarker: encode(KeyMarker),
    VersionIdMarker: VersionIdMarker ?? '',
    ...(next && { NextKeyMarker: encode(next.key), NextVersionIdMarker: next.id }),
    Versions: shown.filter(({ deleted }) => !deleted).map((version) => ({ ...entry(version), ...describe(version) })),
    DeleteMarkers: shown
      .filter(({ deleted }) => deleted)
      .map((version) => ({ ...entry(version), LastModified: new Date(version.modified) })),
  }
}

function* current(bucket: Bucket, after: string, prefix?: string): Generator<Version> {
  for (const key of bucket.objects.keys(after, prefix)) {
    const version = bucket.objects.get(key)
    if (version !== undefined && !version.deleted) yield version
  }
}

function* versionsAfter(
  bucket: Bucket,
  prefix: string | undefined,
  keyMarker: string,
  idMarker?: string,
): Generator<Version> {
  if (idMarker !== undefined && idMarker !== '') {
    const versions = bucket.objects.of(keyMarker)
    const at = versions.findIndex((version) => version.id === idMarker)
    // A marker that has been deleted meanwhile, which is what happens while a bucket is emptied, skips nothing.
    yield* versions.slice(at + 1)
  }
  for (const key of bucket.objects.keys(keyMarker, prefix)) yield* bucket.objects.of(key)
}

function folderOf(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter) return undefined
  const end = key.indexOf(delimiter, prefix.length)
  return end < 0 ? undefined : key.slice(0, end + delimiter.length)
}

function describe(version: Version): object {
  return {
    ETag: version.etag,
    LastModified: new Date(version.modified),
    Size: version.body.byteLength,
    StorageClass: 'STANDARD',
  }
}

/** Keys may hold characters that XML cannot: callers that know ask for them percent-encoded. */
function encoder(type: string | undefined): (text: string) => string {
  return type === 'url' ? (text) => encodeURIComponent(text).replaceAll('%2F', '/') : (text) => text
}

const MOST_UPLOADS = 1000

/** Uploads in parts that were begun and not finished: what a bucket can be full of without showing it. */
export function multipartOperations(buckets: Buckets): Operations<S3> {
  return {
    CreateMultipartUpload: (input, call) => {
      const bucket = buckets.open(input, call)
      const id = randomUUID()
      bucket.uploads.set(id, { id, key: input.Key ?? '', startedAt: call.now })
      return { Bucket: bucket.name, Key: input.Key, UploadId: id }
    },
    ListMultipartUploads: (input, call) => {
      const bucket = buckets.open(input, call)
      const most = Math.min(input.MaxUploads ?? MOST_UPLOADS, MOST_UPLOADS)
      const all = [...bucket.uploads.values()]
        .filter(({ key }) => key.startsWith(input.Prefix ?? ''))
        .sort(inOrder)
        .filter((upload) => isAfter(upload, input.KeyMarker, input.UploadIdMarker))
      const shown = all.slice(0, most)
      const last = shown.at(-1)
      return {
        Bucket: bucket.name,
        MaxUploads: most,
        IsTruncated: all.length > most,
        ...(all.length > most && { NextKeyMarker: last?.key, NextUploadIdMarker: last?.id }),
        Uploads: shown.map(({ key, id, startedAt }) => ({ Key: key, UploadId: id, Initiated: new Date(startedAt) })),
      }
    },
    AbortMultipartUpload: (input, call) => {
      const bucket = buckets.open(input, call)
      bucket.uploads.delete(find(bucket, input.UploadId).id)
    },
  }
}

function find(bucket: Bucket, id: string | undefined): Upload {
  const upload = bucket.uploads.get(id ?? '')
  if (upload !== undefined) return upload
  throw new AwsFault('NoSuchUpload', 'The specified multipart upload does not exist.', 404, { UploadId: id })
}

function inOrder(a: Upload, b: Upload): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  return a.id < b.id ? -1 : 1
}

/** Without an id the marker leaves out the whole key. */
function isAfter(upload: Upload, key = '', id?: string): boolean {
  if (id) return upload.key > key || (upload.key === key && upload.id > id)
  return upload.key > key
}
