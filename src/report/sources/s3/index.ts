import { bucketNameOf } from '../../../aws/log-bucket.ts'
import { arn } from '../../../aws/partitions.ts'
import { RATES } from '../../calls.ts'
import { OF_RECORDS } from '../../grouping.ts'
import { LOGGING_GRANTS, type Source } from '../source.ts'
import type { BucketSettings } from './where.ts'

/** The invocation log in the bucket, read object by object. */
export const s3: Source<BucketSettings> = {
  name: 's3',
  groupings: [...OF_RECORDS, 'tier'],
  tellsNot: 'the invocation log does not have it',
  settings: ['bucketPrefix', 'bucketName', 'keyPrefix'],
  takesBucket: true,
  bills: [RATES.s3Listings, RATES.s3Gets],
  ifIncomplete: 'run it again',
  grants(scope) {
    // Which of the two names a Region's bucket has shows when it is made.
    const names = [scope.region, undefined].map((homeRegion) => bucketNameOf({ ...scope, homeRegion }))
    const buckets = names.map((name) => arn(scope, 's3', '', '', name))
    const { keyPrefix } = scope.settings
    const folder = keyPrefix === '' ? '' : `${keyPrefix}/`
    return [
      ...LOGGING_GRANTS,
      { actions: ['s3:ListBucket', 's3:GetBucketLocation', 's3:GetLifecycleConfiguration'], resources: buckets },
      { actions: ['s3:GetObject'], resources: buckets.map((bucket) => `${bucket}/${folder}*`) },
    ]
  },
  async open({ cx, signIn, tallies }, { bucket }) {
    const { foldersIn, foldersOf } = await import('./where.ts')
    const { readBucket } = await import('./read.ts')
    const signed = await signIn()
    const store = await tallies?.()
    const folders = await (bucket ? foldersIn(bucket, signed) : foldersOf(signed))
    return { places: signed.places, read: (question) => readBucket(cx, folders, question, store) }
  },
}
