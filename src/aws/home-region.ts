import { GetBucketLocationCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from './context.ts'
import { hasCode } from './errors.ts'
import { type BucketNaming, bucketNameOf, homeBucketName } from './log-bucket.ts'

/** The Region whose bucket has the plain name, or the first one while it stands nowhere. Undefined where it is none of these. */
export async function findHomeRegion(
  cx: Pick<AwsContext, 'in'>,
  of: BucketNaming & { regions: readonly string[] },
): Promise<string | undefined> {
  const [first] = of.regions
  if (first === undefined) return undefined
  for (const region of of.regions) {
    const found = await locate(cx.in(region), homeBucketName(of), of.accountId)
    // A wrong Region's endpoint only says that the bucket is elsewhere; the next one may be the right one.
    if (found === 'elsewhere') continue
    // One that is not to be looked at is met again by whatever needs it, which says so in its own words.
    if (found === 'unknown') return first
    if (found !== 'nowhere') return of.regions.includes(found.region) ? found.region : undefined
    const own = bucketNameOf({ ...of, region: first, homeRegion: undefined })
    return (await locate(cx.in(first), own, of.accountId)) === 'nowhere' ? first : undefined
  }
  return undefined
}

type Location = { region: string } | 'nowhere' | 'elsewhere' | 'unknown'

async function locate({ aws }: AwsContext, Bucket: string, ExpectedBucketOwner: string): Promise<Location> {
  try {
    const { LocationConstraint } = await aws.s3.send(new GetBucketLocationCommand({ Bucket, ExpectedBucketOwner }))
    return { region: regionOfConstraint(LocationConstraint) }
  } catch (error) {
    if (hasCode(error, 'NoSuchBucket')) return 'nowhere'
    if (hasCode(error, 'PermanentRedirect', 'AuthorizationHeaderMalformed')) return 'elsewhere'
    if (hasCode(error, 'AccessDenied')) return 'unknown'
    throw error
  }
}

/** us-east-1 has no name of its own here, and the oldest European buckets have an old one. */
export function regionOfConstraint(constraint: string | undefined): string {
  if (constraint === undefined || constraint === '') return 'us-east-1'
  return constraint === 'EU' ? 'eu-west-1' : constraint
}
