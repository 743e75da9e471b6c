import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type MultipartUpload,
  type ObjectVersion,
} from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'

/** A bucket, and whose it has to be. */
export interface Target {
  Bucket: string
  ExpectedBucketOwner: string
}

/** What is in a bucket, whoever put it there, as far as it was looked at. */
export interface Contents {
  /** Versions and delete markers. */
  count: number
  bytes: number
  /** There is more. */
  more: boolean
}

/** What is in a bucket that neither Bedrock nor this program put there. */
export interface Others {
  /** Versions and delete markers. */
  count: number
  /** Uploads in parts that are not finished. */
  uploads: number
  bytes: number
  first: string[]
  /** There is more than was looked at. */
  more: boolean
}

/** Pages of 1,000 that are looked at for a plan: the rest is looked at before anything is deleted. */
const MOST_PAGES = 200
/** After so many of them folders of the log are skipped over. */
const WHOLE_PAGES = 10
const MOST_NAMED = 5

/** After every key that begins with what stands before it: the last character there is. */
const LAST = '\u{10ffff}'

const OWN_FOLDER = 'bedrock-monitor/'

/** The folder of Bedrock's log, or of this program, that a key of an account's bucket lies in; undefined for what others put there. */
function ownFolder(accountId: string, key: string): string | undefined {
  if (key.startsWith(OWN_FOLDER)) return OWN_FOLDER
  // Under any prefix: an earlier setup may have had another one. The mark of Bedrock's check lies in the folder, too.
  const folder = `AWSLogs/${accountId}/BedrockModelInvocationLogs/`
  const at = `/${key}`.indexOf(`/${folder}`)
  return at < 0 ? undefined : key.slice(0, at + folder.length)
}

/**
 * What Bedrock writes below its folder: in an hour of a Region, records by time and large bodies by request
 * (`data/ID_input.json.gz`, `data/ID_output_media_01.png`); and the mark of its check, anywhere.
 */
const HOUR = '[a-z0-9-]+/\\d{4}/(0\\d|1[0-2])/[0-3]\\d/[0-2]\\d'
const RECORDS = '\\d{8}T\\d{6,9}Z_[0-9a-f]{8,}\\.json(\\.gz)?'
const BODY = 'data/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_(input|output)[._][^/]+'
const DELIVERED = new RegExp(`^${HOUR}/(${RECORDS}|${BODY})$`)
const MARK = /(^|\/)amazon-bedrock-logs-permission-check[^/]*$/

/** Whether an object may go without a word: Bedrock, or this program, has put it there. */
export function isOwnObject(accountId: string, key: string): boolean {
  const folder = ownFolder(accountId, key)
  if (folder === undefined) return false
  const name = key.slice(folder.length)
  return folder === OWN_FOLDER || DELIVERED.test(name) || MARK.test(name)
}

/** What stands in a bucket, and where the next page begins. */
export interface Page {
  entries: (Pick<ObjectVersion, 'Key' | 'Size' | 'VersionId'> & Pick<MultipartUpload, 'UploadId'>)[]
  IsTruncated: boolean | undefined
  next?: { key: string | undefined; id: string | undefined }
}

type Entry = Page['entries'][number]

export type Ask = (key: string | undefined, id: string | undefined) => Promise<Page | undefined>

/**
 * What is in an account's bucket, and what of it others have put there, or begun to. Where much was logged, folders of the log are
 * skipped over after the first pages. Only the sums are kept.
 */
export async function contentsOf(
  cx: AwsContext,
  accountId: string,
  target: Target,
): Promise<{ contents: Contents; others?: Others }> {
  const contents: Contents = { count: 0, bytes: 0, more: false }
  const others: Others = { count: 0, uploads: 0, bytes: 0, first: [], more: false }
  const isTheirs = ({ Key = '' }: Entry) => !isOwnObject(accountId, Key)
  const note = ({ Key = '' }: Entry) => {
    if (others.first.length < MOST_NAMED && !others.first.includes(Key)) others.first.push(Key)
  }
  const versions = await sweep(accountId, versionsOf(cx, target), (entry) => {
    for (const sums of isTheirs(entry) ? [contents, others] : [contents]) {
      sums.count += 1
      sums.bytes += entry.Size ?? 0
    }
    if (isTheirs(entry)) note(entry)
  })
  const uploads = await sweep(accountId, uploadsOf(cx, target), (entry) => {
    if (!isTheirs(entry)) return
    others.uploads += 1
    note(entry)
  })
  contents.more = versions.more || versions.skipped
  others.more = versions.more || uploads.more
  return { contents, ...((others.count + others.uploads > 0 || others.more) && { others }) }
}

/** Visits what is there; answers whether there is more than was looked at, and whether folders of the log were skipped over. */
async function sweep(
  accountId: string,
  ask: Ask,
  visit: (entry: Entry) => void,
): Promise<{ more: boolean; skipped: boolean }> {
  let [key, id]: (string | undefined)[] = []
  let skipped = false
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await ask(key, id)
    const entries = [...(page?.entries ?? [])].sort(({ Key: a = '' }, { Key: b = '' }) => (a < b ? -1 : a > b ? 1 : 0))
    for (const entry of entries) visit(entry)
    if (!page?.next) return { more: false, skipped }
    const within = pages < WHOLE_PAGES ? undefined : ownFolder(accountId, page.next.key ?? '')
    skipped ||= within !== undefined
    ;[key, id] = within === undefined ? [page.next.key, page.next.id] : [within + LAST, undefined]
  }
  return { more: true, skipped }
}

/** Versions and delete markers of a page: S3 has them in two lists. */
export function versionsOf({ aws }: AwsContext, target: Target): Ask {
  return async (KeyMarker, VersionIdMarker) => {
    const ask = new ListObjectVersionsCommand({ ...target, KeyMarker, VersionIdMarker })
    const page = await orUndefined(aws.s3.send(ask), 'NoSuchBucket')
    if (!page) return undefined
    const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker: key, NextVersionIdMarker: id } = page
    return { entries: [...Versions, ...DeleteMarkers], IsTruncated, ...(IsTruncated && { next: { key, id } }) }
  }
}

/** Uploads in parts that were begun and not finished: they go with the bucket, and nobody can finish them then. */
export function uploadsOf({ aws }: AwsContext, target: Target): Ask {
  return async (KeyMarker, UploadIdMarker) => {
    const ask = new ListMultipartUploadsCommand({ ...target, KeyMarker, UploadIdMarker })
    const page = await orUndefined(aws.s3.send(ask), 'NoSuchBucket')
    if (!page) return undefined
    const { Uploads: entries = [], IsTruncated, NextKeyMarker: key, NextUploadIdMarker: id } = page
    return { entries, IsTruncated, ...(IsTruncated && { next: { key, id } }) }
  }
}
