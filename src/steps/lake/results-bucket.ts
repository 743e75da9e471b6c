import { GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { AnyResource } from '../../core/resource.ts'
import type { Env } from '../env.ts'
import { type BucketUse, bucketNamed } from '../storage/bucket-use.ts'

/** What lies in it expires: nobody keeps anything there. */
const FOLDER = 'results/'

/** One in each Region, where Athena wants it; by its name it is told from the log's own at a glance. */
const resultsBucketName = ({ accountId, region, settings }: Env): string =>
  `${settings.lakeBucketPrefix}-${accountId}-${region}`

/** Where the workgroup has Athena write its answers. */
export const resultsLocation = (env: Env): string => `s3://${resultsBucketName(env)}/${FOLDER}`

/** Answers are written with the rights of whoever asks, and can be had again: no data that is kept. */
export function resultsBucket(env: Env): BucketUse {
  const [name, days] = [resultsBucketName(env), env.settings.lakeResultDays]
  return {
    ...bucketNamed(env, { name, region: env.region, prefix: '', days, oldDays: 1 }),
    step: '2c',
    kmsKey: '',
    nameFlag: '--lake-bucket-prefix',
    writer: 'Athena',
    looks: [],
    wanted: env.settings.lake,
    holdsData: false,
    folder: (key) => (key.startsWith(FOLDER) ? FOLDER : undefined),
    isOwn: (key) => key.startsWith(FOLDER),
  }
}

/** Where no lake is asked for its bucket tells of one, so that nobody needs a right in Glue or Athena. */
export function onlyBeside({ target }: BucketUse, resource: AnyResource<AwsContext>): AnyResource<AwsContext> {
  const stands = async ({ aws }: AwsContext) => {
    try {
      return (await orUndefined(aws.s3.send(new GetBucketTaggingCommand(target)), 'NoSuchBucket')) !== undefined
    } catch (error) {
      if (hasCode(error, 'NoSuchTagSet')) return true
      throw error
    }
  }
  // Beside the bucket, what cannot be read counts as if asked for: else the bucket would go, and the rest not be found again.
  const counted = (thrown: unknown): never => {
    const { kind, code, message, hint } = toAppError(thrown)
    throw kind === 'aws' ? new AppError('failed', code, message, { hint, cause: thrown }) : thrown
  }
  return {
    ...resource,
    async read(cx) {
      const found = (await stands(cx)) ? await resource.read(cx).catch(counted) : undefined
      return found && { ...found, owner: () => found.owner().catch(counted) }
    },
  }
}
