import { arn } from '../../../aws/arn.ts'
import { bucketNameOf } from '../../../aws/log-bucket.ts'
import { RATES } from '../../calls.ts'
import { OF_RECORDS } from '../../grouping.ts'
import type { Source } from '../source.ts'

/** The invocation log in the bucket, read object by object. */
export const s3: Source<{ bucketName: string; bucketPrefix: string; keyPrefix: string }> = {
  name: 's3',
  groupings: OF_RECORDS,
  tellsNot: 'the invocation log does not tell it',
  settings: ['bucketPrefix', 'bucketName', 'keyPrefix'],
  bills: [RATES.s3Listings, RATES.s3Gets],
  ifIncomplete: 'run it again',
  grants(scope) {
    // Which of the two names a Region's bucket has shows when it is made.
    const names = [scope.region, undefined].map((homeRegion) => bucketNameOf({ ...scope, homeRegion }))
    const buckets = names.map((name) => arn(scope, 's3', '', '', name))
    return [
      { actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: buckets },
      { actions: ['s3:GetObject'], resources: buckets.map((bucket) => `${bucket}/${scope.settings.keyPrefix}/*`) },
    ]
  },
  async open({ cx, signIn }) {
    const [{ readBucket }, { findHomeRegion }] = await Promise.all([
      import('./read.ts'),
      import('../../../aws/home-region.ts'),
    ])
    const { accountId, places, settings } = await signIn()
    const [first] = places
    const regions = places.map(({ region }) => region)
    const homeRegion = first && (await findHomeRegion(first.cx, { accountId, regions, settings }))
    const bucket = (region: string) => bucketNameOf({ accountId, settings, region, homeRegion })
    const { keyPrefix } = settings
    return {
      places,
      read: async (question) => ({
        accountId,
        ...(await readBucket(cx, { accountId, places, bucket, keyPrefix }, question)),
      }),
    }
  },
}
