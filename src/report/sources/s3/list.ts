import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../../aws/context.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { Window } from '../../model.ts'
import { type Folder, type Folders, firstFolders, foldersWithin, holdsRecords } from './folders.ts'

const LISTINGS_AT_ONCE = 16

/** A bucket, and the account that it has to belong to. */
export type BucketOf = Pick<Folders, 'bucket' | 'owner'>

/** An object of records. */
export interface LogObject {
  key: string
  /** Bytes as it is stored. */
  size: number
}

/** The objects that may hold records of a window, in the order of their keys. Only the window's folders are listed. */
export async function listObjects(cx: AwsContext, folders: Folders, window: Window): Promise<LogObject[]> {
  const objects: LogObject[] = []
  for (let level = firstFolders(folders, window); level.length > 0; ) {
    const within = await sideBySide(level, LISTINGS_AT_ONCE, async (folder, failed) => {
      const { prefixes, found } = await listFolder(cx, folders, { folder, failed })
      if (folder.level !== 'hour') return foldersWithin(folder, prefixes, folders, window)
      objects.push(...found)
      return []
    })
    level = within.flat()
  }
  return objects.sort((a, b) => (a.key < b.key ? -1 : 1))
}

interface Listing {
  folder: Folder
  /** Aborted when another folder could not be listed: then this one is of no use. */
  failed: AbortSignal
}

/** What lies in a folder itself: the delimiter keeps what is in the folders within it out of the pages. */
async function listFolder(cx: AwsContext, { bucket, owner }: BucketOf, { folder, failed }: Listing) {
  const abortSignal = AbortSignal.any([cx.signal, failed])
  const prefixes: string[] = []
  const found: LogObject[] = []
  const ask = (ContinuationToken: string | undefined) =>
    cx.aws.s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        ExpectedBucketOwner: owner,
        Prefix: folder.prefix,
        Delimiter: '/',
        ContinuationToken,
      }),
      { abortSignal },
    )
  // Of a server that lists more than it was asked for, an object would count once for every folder.
  const isWithin = (key: string) => key.startsWith(folder.prefix)
  const next = (page: ListObjectsV2CommandOutput) => (page.IsTruncated ? page.NextContinuationToken : undefined)
  for await (const page of pagesOf('s3:ListObjectsV2', ask, next)) {
    cx.emit({ type: 'billed', unit: 's3-listings', count: 1 })
    prefixes.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix = '' }) => (isWithin(Prefix) ? Prefix : [])))
    for (const { Key: key = '', Size: size = 0 } of page.Contents ?? []) {
      if (isWithin(key) && holdsRecords(folder, key)) found.push({ key, size })
    }
  }
  return { prefixes, found }
}
