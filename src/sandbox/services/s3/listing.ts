import type { ListObjectsV2Request, ListObjectVersionsRequest, S3 } from '@aws-sdk/client-s3'
import type { Operations } from '../typed.ts'
import type { Bucket, Buckets } from './store.ts'
import type { Version } from './versions.ts'

const MOST_KEYS = 1000

/** Listing objects and versions in pages of at most 1,000. */
export function listingOperations(buckets: Buckets): Operations<S3> {
  return {
    ListObjectsV2: (input, call) => listObjects(buckets.open(input, call), input),
    ListObjectVersions: (input, call) => listVersions(buckets.open(input, call), input),
  }
}

function listObjects(bucket: Bucket, input: ListObjectsV2Request): object {
  const { Prefix = '', Delimiter, ContinuationToken, StartAfter = '' } = input
  const most = Math.min(input.MaxKeys ?? MOST_KEYS, MOST_KEYS)
  const after = ContinuationToken === undefined ? StartAfter : Buffer.from(ContinuationToken, 'base64url').toString()
  const encode = encoder(input.EncodingType)
  const contents: object[] = []
  const prefixes = new Set<string>()
  let last = ''
  let truncated = false
  for (const version of current(bucket, after, Prefix)) {
    const folder = folderOf(version.key, Prefix, Delimiter)
    // A page that ended in a folder goes on after it, not within.
    if (folder !== undefined && (prefixes.has(folder) || after.startsWith(folder))) continue
    if (contents.length + prefixes.size >= most) {
      truncated = true
      break
    }
    last = folder ?? version.key
    if (folder !== undefined) prefixes.add(folder)
    else contents.push({ Key: encode(version.key), ...describe(version) })
  }
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    ...(Delimiter && { Delimiter: encode(Delimiter) }),
    MaxKeys: most,
    KeyCount: contents.length + prefixes.size,
    IsTruncated: truncated,
    ...(ContinuationToken !== undefined && { ContinuationToken }),
    ...(truncated && { NextContinuationToken: Buffer.from(last).toString('base64url') }),
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    ...(contents.length > 0 && { Contents: contents }),
    ...(prefixes.size > 0 && { CommonPrefixes: [...prefixes].map((folder) => ({ Prefix: encode(folder) })) }),
  }
}

function listVersions(bucket: Bucket, input: ListObjectVersionsRequest): object {
  const { Prefix = '', Delimiter, KeyMarker = '', VersionIdMarker } = input
  const most = Math.min(input.MaxKeys ?? MOST_KEYS, MOST_KEYS)
  const encode = encoder(input.EncodingType)
  const shown: Version[] = []
  const prefixes = new Set<string>()
  let last: { key: string; id?: string } | undefined
  let truncated = false
  for (const version of versionsAfter(bucket, Prefix, KeyMarker, VersionIdMarker)) {
    const folder = folderOf(version.key, Prefix, Delimiter)
    // A page that ended in a folder goes on after it, not within.
    if (folder !== undefined && (prefixes.has(folder) || KeyMarker.startsWith(folder))) continue
    if (shown.length + prefixes.size >= most) {
      truncated = true
      break
    }
    last = folder === undefined ? version : { key: folder }
    if (folder === undefined) shown.push(version)
    else prefixes.add(folder)
  }
  const entry = (version: Version) => ({
    Key: encode(version.key),
    VersionId: version.id,
    IsLatest: bucket.objects.get(version.key) === version,
  })
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    KeyMarker: encode(KeyMarker),
    VersionIdMarker: VersionIdMarker ?? '',
    MaxKeys: most,
    IsTruncated: truncated,
    ...(truncated && { NextKeyMarker: encode(last?.key ?? ''), NextVersionIdMarker: last?.id }),
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    ...(prefixes.size > 0 && { CommonPrefixes: [...prefixes].map((folder) => ({ Prefix: encode(folder) })) }),
    Versions: shown.filter(({ deleted }) => !deleted).map((version) => ({ ...entry(version), ...describe(version) })),
    DeleteMarkers: shown
      .filter(({ deleted }) => deleted)
      .map((version) => ({ ...entry(version), LastModified: new Date(version.modified) })),
  }
}

function* current(bucket: Bucket, after: string, prefix: string): Generator<Version> {
  for (const key of bucket.objects.keys(after, prefix)) {
    const version = bucket.objects.get(key)
    if (version !== undefined && !version.deleted) yield version
  }
}

function* versionsAfter(bucket: Bucket, prefix: string, keyMarker = '', idMarker?: string): Generator<Version> {
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
