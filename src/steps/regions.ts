import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { GetBucketLocationCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../aws/context.ts'
import { hasCode } from '../aws/errors.ts'
import { bedrockRegions } from '../aws/partitions.ts'
import type { Grant } from '../core/resource.ts'
import { bucketNameOf, type Env, homeBucketName } from './env.ts'

/** What AWS answers with in a Region that the account has not opted in to. */
const NOT_ENABLED = ['UnrecognizedClientException', 'InvalidClientTokenId', 'AuthFailure', 'ENOTFOUND']

/** What finding out the Regions of `--region all` asks of AWS; every command may. */
export const EVERY_REGION_GRANTS: readonly Grant[] = [
  { actions: ['bedrock:GetModelInvocationLoggingConfiguration'], resources: ['*'] },
]

/**
 * Every Region with Bedrock that the account may use, `first` in front. A Region that is not enabled is left out with a
 * warning; any other failure is kept for the command to meet, since it concerns a Region that was asked for.
 */
export async function enabledRegions(cx: AwsContext, first: string): Promise<string[]> {
  const candidates = [...new Set([first, ...bedrockRegions(first)])]
  const disabled = await Promise.all(
    candidates.map(async (region) => {
      const probe = cx.in(region).aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))
      return probe.then(
        () => [],
        (error: unknown) => (hasCode(error, ...NOT_ENABLED) ? [region] : []),
      )
    }),
  )
  const left = disabled.flat()
  if (left.length > 0) {
    const message = `left out, since the account has not enabled them: ${left.join(', ')}`
    cx.emit({ type: 'warning', warning: { code: 'regions-not-enabled', message } })
  }
  return candidates.filter((region) => !left.includes(region))
}

/**
 * The Region whose bucket has the plain name: where it stands, or the first Region while it stands nowhere. Undefined when
 * it stands in a Region that the command is not about, or when the first Region has a bucket under its own name already.
 */
export async function findHomeRegion(cx: AwsContext, env: Env): Promise<string | undefined> {
  const [first] = env.regions
  if (first === undefined) return undefined
  for (const region of env.regions) {
    const place = await locate(cx.in(region), homeBucketName(env), env.accountId)
    // A wrong Region's endpoint only says that the bucket is elsewhere; the next one may be the right one.
    if (place === 'elsewhere') continue
    // One that is not to be looked at is met again by the step that needs it, which says so in its own words.
    if (place === 'unknown') return first
    if (place !== 'nowhere') return env.regions.includes(place.region) ? place.region : undefined
    const own = bucketNameOf({ ...env, region: first, homeRegion: undefined })
    return (await locate(cx.in(first), own, env.accountId)) === 'nowhere' ? first : undefined
  }
  return undefined
}

type Place = { region: string } | 'nowhere' | 'elsewhere' | 'unknown'

async function locate({ aws }: AwsContext, Bucket: string, ExpectedBucketOwner: string): Promise<Place> {
  try {
    const { LocationConstraint } = await aws.s3.send(new GetBucketLocationCommand({ Bucket, ExpectedBucketOwner }))
    return { region: regionOf(LocationConstraint) }
  } catch (error) {
    if (hasCode(error, 'NoSuchBucket')) return 'nowhere'
    if (hasCode(error, 'PermanentRedirect', 'AuthorizationHeaderMalformed')) return 'elsewhere'
    if (hasCode(error, 'AccessDenied')) return 'unknown'
    throw error
  }
}

/** us-east-1 has no name of its own here, and the oldest European buckets have an old one. */
function regionOf(constraint: string | undefined): string {
  if (constraint === undefined || constraint === '') return 'us-east-1'
  return constraint === 'EU' ? 'eu-west-1' : constraint
}
