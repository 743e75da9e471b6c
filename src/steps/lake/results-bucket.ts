import { arn } from '../../aws/partitions.ts'
import type { Env } from '../env.ts'
import { LIFECYCLE_RULE } from '../storage/bucket-state.ts'
import type { BucketUse } from '../storage/bucket-use.ts'

/** What lies in it expires: nobody keeps anything there. */
const FOLDER = 'results/'

/** One in each Region, where Athena wants it; by its name it is told from the log's own at a glance. */
const resultsBucketName = ({ accountId, region, settings }: Env): string =>
  `${settings.lakeBucketPrefix}-${accountId}-${region}`

/** Where the workgroup has Athena write its answers. */
export const resultsLocation = (env: Env): string => `s3://${resultsBucketName(env)}/${FOLDER}`

/**
 * Where Athena writes its answers: with the rights of whoever asks, who so needs none to write where the log is. They can be had
 * again at any time, so they are no data that is kept.
 */
export function resultsBucket(env: Env): BucketUse {
  const name = resultsBucketName(env)
  return {
    env,
    step: '2c',
    name,
    region: env.region,
    arn: arn(env, 's3', '', '', name),
    target: { Bucket: name, ExpectedBucketOwner: env.accountId },
    kmsKey: '',
    nameFlag: '--lake-bucket-prefix',
    writer: 'Athena',
    lifecycle: {
      ID: LIFECYCLE_RULE,
      Status: 'Enabled',
      Filter: { Prefix: '' },
      Expiration: { Days: env.settings.lakeResultDays },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
    looks: [],
    wanted: env.settings.lake,
    holdsData: false,
    folder: (key) => (key.startsWith(FOLDER) ? FOLDER : undefined),
    isOwn: (key) => key.startsWith(FOLDER),
  }
}
