import type { Service } from '../service.ts'
import { bucketOperations } from './s3/buckets.ts'
import { configurationOperations } from './s3/configuration.ts'
import { listingOperations, multipartOperations } from './s3/listing.ts'
import { objectOperations, putVersion } from './s3/objects.ts'
import { Buckets } from './s3/store.ts'

export interface S3 extends Service {
  readonly buckets: Buckets
  /** Puts an object as an AWS service does that delivers into the bucket. Throws where there is no such bucket. */
  putObject(bucket: string, key: string, body: Uint8Array): void
}

/** S3 with path-style addressing. A call whose `ExpectedBucketOwner` is not the owner is refused, whatever it asks. */
export function createS3(deps: { now(): number }): S3 {
  const buckets = new Buckets()
  return {
    id: 's3',
    buckets,
    putObject: (name, key, body) => {
      const bucket = buckets.find(name)
      if (bucket === undefined) throw new Error(`no bucket ${name}`)
      putVersion(bucket, key, deps.now(), body)
    },
    operations: {
      ...bucketOperations(buckets),
      ...configurationOperations(buckets),
      ...objectOperations(buckets),
      ...listingOperations(buckets),
      ...multipartOperations(buckets),
    },
  }
}
