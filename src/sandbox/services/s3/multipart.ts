import { randomUUID } from 'node:crypto'
import type { S3 } from '@aws-sdk/client-s3'
import { AwsFault } from '../../service.ts'
import type { Operations } from '../typed.ts'
import type { Bucket, Buckets, Upload } from './store.ts'

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
