import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import type { Target } from './bucket-read.ts'

/** What is in a bucket that neither Bedrock nor this program put there. */
export interface Others {
  /** Versions and delete markers. */
  count: number
  bytes: number
  first: string[]
  /** There is more than was looked at. */
  more: boolean
}

/** Pages of 1,000 that are looked at for a plan: the rest is looked at when it would be deleted. */
const MOST_PAGES = 200
const MOST_NAMED = 5

/** After every key that begins with what stands before it: the last character there is. */
const LAST = '\u{10ffff}'

/** The folder of Bedrock's log, or of this program, that a key of an account's bucket lies in; undefined for what others put there. */
export function ownFolder(accountId: string, key: string): string | undefined {
  if (key.startsWith('bedrock-monitor/')) return 'bedrock-monitor/'
  // Under any prefix: an earlier setup may have had another one. The mark of Bedrock's check lies in the folder, too.
  const folder = `AWSLogs/${accountId}/BedrockModelInvocationLogs/`
  const at = `/${key}`.indexOf(`/${folder}`)
  return at < 0 ? undefined : key.slice(0, at + folder.length)
}

/**
 * What others have put into an account's bucket; undefined where there is nothing. Folders of the log are skipped over, so that
 * it takes a page or two however much was logged, and only the sums are kept.
 */
export async function othersIn(cx: AwsContext, accountId: string, target: Target): Promise<Others | undefined> {
  const others: Others = { count: 0, bytes: 0, first: [], more: false }
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
  for (let pages = 0; ; pages += 1) {
    others.more = pages === MOST_PAGES
    if (others.more) break
    const ask = new ListObjectVersionsCommand({ ...target, ...marker })
    const page = await orUndefined(cx.aws.s3.send(ask), 'NoSuchBucket')
    if (!page) break
    for (const { Key = '', Size = 0 } of entriesOf(page)) {
      if (ownFolder(accountId, Key) !== undefined) continue
      others.count += 1
      others.bytes += Size
      if (others.first.length < MOST_NAMED && !others.first.includes(Key)) others.first.push(Key)
    }
    if (!page.IsTruncated) break
    const within = ownFolder(accountId, page.NextKeyMarker ?? '')
    marker =
      within === undefined
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : { KeyMarker: within + LAST }
  }
  return others.count > 0 || others.more ? others : undefined
}

/** Versions and delete markers of a page in the order of their keys: S3 has them in two lists. */
function entriesOf({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput) {
  const all: { Key?: string | undefined; Size?: number | undefined }[] = [...Versions, ...DeleteMarkers]
  return all.sort(({ Key: a = '' }, { Key: b = '' }) => (a < b ? -1 : a > b ? 1 : 0))
}
