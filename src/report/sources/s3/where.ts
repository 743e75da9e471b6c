import { GetBucketLocationCommand } from '@aws-sdk/client-s3'
import type { AwsContext, AwsPlace } from '../../../aws/context.ts'
import { hasCode } from '../../../aws/errors.ts'
import { findHomeRegion, regionOfConstraint } from '../../../aws/home-region.ts'
import { bucketNameOf } from '../../../aws/log-bucket.ts'
import { AppError } from '../../../core/errors.ts'
import { accountsOf, regionsOf } from '../../../core/place.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { type KnownDelivery, readDeliveries } from '../delivery.ts'
import type { NamedBucket, SignedIn } from '../source.ts'
import { type Folders, prefixed } from './folders.ts'
import { explained, listFolder } from './list.ts'

const ACCOUNTS_AT_ONCE = 8

export interface LogFolder extends AwsPlace, Pick<Folders, 'bucket' | 'owner' | 'keyPrefix'> {
  /** Reads the bucket, where that is in another Region. */
  reader?: AwsContext
  configured?: KnownDelivery
}

export interface BucketSettings {
  /** Empty: `{bucketPrefix}-{account}`. */
  bucketName: string
  bucketPrefix: string
  keyPrefix: string
}

/** Where logging delivers to; what the user names comes first, and else it is as setup makes it. */
export async function foldersOf({ places, settings, given }: SignedIn<BucketSettings>): Promise<LogFolder[]> {
  const isNamed = given.has('bucketName') || given.has('bucketPrefix')
  const known = await readDeliveries(places)
  const usual = await usualBuckets(places, settings)
  return places.map((place) => {
    const configured = known.get(place)
    const delivery = typeof configured === 'object' && 'bucket' in configured ? configured : undefined
    const own = usual.get(place) ?? ''
    const bucket = (isNamed ? undefined : delivery?.bucket) ?? own
    const isTheirs = delivery?.bucket === bucket && !given.has('keyPrefix')
    const keyPrefix = isTheirs ? delivery.keyPrefix : settings.keyPrefix
    return { ...place, bucket, owner: place.account, keyPrefix, ...(configured && { configured }) }
  })
}

async function usualBuckets(places: readonly AwsPlace[], settings: BucketSettings): Promise<Map<AwsPlace, string>> {
  const buckets = new Map<AwsPlace, string>()
  for (const accountId of accountsOf(places)) {
    const own = places.filter(({ account }) => account === accountId)
    const homeRegion = own[0] && (await findHomeRegion(own[0].cx, { accountId, regions: regionsOf(own), settings }))
    for (const place of own) buckets.set(place, bucketNameOf({ accountId, settings, region: place.region, homeRegion }))
  }
  return buckets
}

/** The folders of all accounts and Regions in a bucket, or of those that are named. */
export async function foldersIn(
  named: NamedBucket,
  { places, settings, given }: SignedIn<BucketSettings>,
): Promise<LogFolder[]> {
  const [first] = places
  if (!first) return []
  const owner = named.owner ?? first.account
  const bucket = named.name
  try {
    const reader = first.cx.in(await regionOf(first, bucket, owner))
    const roots = given.has('keyPrefix') ? [settings.keyPrefix] : [...new Set([settings.keyPrefix, ''])]
    for (const keyPrefix of roots) {
      const root = prefixed(keyPrefix, 'AWSLogs/')
      const within = async (prefix: string) => {
        const { folders } = await listFolder(reader, { bucket, owner }, prefix)
        return folders.map((folder) => folder.slice(prefix.length, -1))
      }
      const accounts = (await within(root)).filter((name) => /^\d{12}$/.test(name))
      const asked = accounts.filter((account) => named.accounts?.includes(account) ?? true)
      const found = await sideBySide(asked, ACCOUNTS_AT_ONCE, async (account) => {
        const regions = await within(`${root}${account}/BedrockModelInvocationLogs/`)
        const wanted = regions.filter((region) => named.regions?.includes(region) ?? true)
        // A Region of our own that is asked for may have been used all the same where nothing is delivered from it.
        const own = account === first.account && wanted.length > 0 ? (named.regions ?? []) : []
        return [...new Set([...wanted, ...own])].map((region): LogFolder => {
          return { cx: first.cx.in(region), reader, account, region, bucket, owner, keyPrefix }
        })
      })
      if (found.flat().length === 0) continue
      // What logging says in the account whose credentials there are: others are not asked.
      const known = await readDeliveries(found.flat().filter((folder) => folder.account === first.account))
      return found.flat().map((folder) => {
        const configured = known.get(folder)
        return { ...folder, ...(configured && { configured }) }
      })
    }
    throw nothingIn(named, roots)
  } catch (error) {
    throw explained(error, bucket)
  }
}

function nothingIn({ name, accounts, regions }: NamedBucket, roots: readonly string[]): AppError {
  const folders = roots.map((root) => prefixed(root, 'AWSLogs/ACCOUNT/BedrockModelInvocationLogs/REGION/'))
  const of = [accounts && `of account ${accounts.join(', ')}`, regions && `of ${regions.join(', ')}`].filter(Boolean)
  const message = `the bucket ${name} holds ${['no Bedrock logs', ...of].join(' ')}: there is no ${folders.join(' and no ')}`
  const hint = 'name the folder above AWSLogs with --key-prefix, or leave out --account and --region to read everything'
  return new AppError('failed', 'NoLogs', message, { hint })
}

/** The bucket's own Region: another Region's endpoint does not list it. */
export async function regionOf({ cx, region }: AwsPlace, Bucket: string, ExpectedBucketOwner: string): Promise<string> {
  for (const from of [region, 'us-east-1']) {
    try {
      const { aws } = cx.in(from)
      const { LocationConstraint } = await aws.s3.send(new GetBucketLocationCommand({ Bucket, ExpectedBucketOwner }))
      return regionOfConstraint(LocationConstraint)
    } catch (error) {
      if (!hasCode(error, 'PermanentRedirect', 'AuthorizationHeaderMalformed')) throw error
    }
  }
  return region
}
