import type { Env } from '../env.ts'
import { type BucketUse, bucketNamed } from '../storage/bucket-use.ts'

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
