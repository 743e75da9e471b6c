import { GetBucketLocationCommand } from '@aws-sdk/client-s3'
import type { AwsPlace } from '../../../aws/context.ts'
import { hasCode } from '../../../aws/errors.ts'
import { findHomeRegion, regionOfConstraint } from '../../../aws/home-region.ts'
import { bucketNameOf } from '../../../aws/log-bucket.ts'
import { AppError } from '../../../core/errors.ts'
import { accountsOf, regionsOf } from '../../../core/place.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { type KnownDelivery, readDeliveries } from '../delivery.ts'
import type { NamedBucket, SignedIn } from '../source.ts'
import { explained, listFolder } from './list.ts'

const ACCOUNTS_AT_ONCE = 8

/** The folder in which the logs of an account and a Region lie. */
export interface LogFolder extends AwsPlace {
  bucket: string
  /** The account that the bucket belongs to. */
  owner: string
  /** Without slashes around it; empty for none. */
  keyPrefix: string
  /** What the Region's logging configuration says, where it was asked. */
  configured?: KnownDelivery
}

export interface BucketSettings {
  /** Empty: `{bucketPrefix}-{account}`. */
  bucketName: string
  bucketPrefix: string
  keyPrefix: string
}

/**
 * The folders of the places: where their logging configuration delivers to. What the user names comes first, and what
 * nobody names is as setup makes it.
 */
export async function foldersOf({ places, settings, given }: SignedIn<BucketSettings>): Promise<LogFolder[]> {
  const isNamed = given.has('bucketName') || given.has('bucketPrefix')
  const asked = isNamed && given.has('keyPrefix') ? [] : places
  const known = await readDeliveries(asked)
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

/** The names of the buckets that setup makes. */
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
    const cx = first.cx.in(await regionOf(first, bucket, owner))
    const roots = given.has('keyPrefix') ? [settings.keyPrefix] : [...new Set([settings.keyPrefix, ''])]
    for (const keyPrefix of roots) {
      const root = `${keyPrefix === '' ? '' : `${keyPrefix}/`}AWSLogs/`
      const within = async (prefix: string) => {
        const { folders } = await listFolder(cx, { bucket, owner }, prefix)
        return folders.map((folder) => folder.slice(prefix.length, -1))
      }
      const accounts = (await within(root)).filter((name) => /^\d{12}$/.test(name))
      const asked = accounts.filter((account) => named.accounts?.includes(account) ?? true)
      const found = await sideBySide(asked, ACCOUNTS_AT_ONCE, async (account) => {
        const regions = await within(`${root}${account}/BedrockModelInvocationLogs/`)
        return regions
          .filter((region) => named.regions?.includes(region) ?? true)
          .map((region): LogFolder => ({ cx, account, region, bucket, owner, keyPrefix }))
      })
      if (found.flat().length > 0) return found.flat()
    }
    throw nothingIn(named, roots)
  } catch (error) {
    throw explained(error, bucket)
  }
}

function nothingIn({ name, accounts, regions }: NamedBucket, roots: readonly string[]): AppError {
  const folders = roots.map(
    (root) => `${root === '' ? '' : `${root}/`}AWSLogs/ACCOUNT/BedrockModelInvocationLogs/REGION/`,
  )
  const of = [accounts && `of account ${accounts.join(', ')}`, regions && `of ${regions.join(', ')}`].filter(Boolean)
  const what = ['no Bedrock logs', ...of].join(' ')
  return new AppError('failed', 'NoLogs', `the bucket ${name} holds ${what}: there is no ${folders.join(' and no ')}`, {
    hint: 'name the folder above AWSLogs with --key-prefix, or leave out --account and --region to read everything',
  })
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
