import { arn } from '../../../aws/arn.ts'
import { bucketNameOf } from '../../../aws/log-bucket.ts'
import { accountsOf, type PlaceId, regionsOf } from '../../../core/place.ts'
import { RATES } from '../../calls.ts'
import { OF_RECORDS } from '../../grouping.ts'
import type { Source } from '../source.ts'

/** The invocation log in the bucket, read object by object. */
export const s3: Source<{ bucketName: string; bucketPrefix: string; keyPrefix: string }> = {
  name: 's3',
  groupings: [...OF_RECORDS, 'tier'],
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
    const { places, settings } = await signIn()
    const homes = new Map<string, string | undefined>()
    for (const accountId of accountsOf(places)) {
      const own = places.filter(({ account }) => account === accountId)
      homes.set(
        accountId,
        own[0] && (await findHomeRegion(own[0].cx, { accountId, regions: regionsOf(own), settings })),
      )
    }
    const bucketOf = ({ account, region }: PlaceId) =>
      bucketNameOf({ accountId: account, settings, region, homeRegion: homes.get(account) })
    return { places, read: (question) => readBucket(cx, { places, bucketOf, keyPrefix: settings.keyPrefix }, question) }
  },
}
