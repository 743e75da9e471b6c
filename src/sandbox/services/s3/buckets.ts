import type { CreateBucketRequest, S3 } from '@aws-sdk/client-s3'
import { AwsFault, type Call } from '../../service.ts'
import { Tags } from '../tags.ts'
import type { Operations } from '../typed.ts'
import type { Buckets } from './store.ts'

const HOME = 'us-east-1'

export function bucketOperations(buckets: Buckets): Operations<S3> {
  return {
    CreateBucket: (input, call) => createBucket(buckets, input, call),
    HeadBucket: (input, call) => {
      const { region } = buckets.open(input, call)
      return { BucketRegion: region, AccessPointAlias: false }
    },
    // Answers in every Region: it is the call that finds out which one the bucket is in.
    GetBucketLocation: (input, call) => {
      const { region } = buckets.open(input, call, true)
      return region === HOME ? {} : { LocationConstraint: region }
    },
    ListBuckets: (_input, { account }) => ({
      Buckets: buckets.of(account).map(({ name, createdAt, region }) => ({
        Name: name,
        CreationDate: new Date(createdAt),
        BucketRegion: region,
      })),
      Owner: { ID: account },
    }),
    DeleteBucket: (input, call) => {
      const bucket = buckets.open(input, call)
      if (!bucket.objects.empty) {
        const message = 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
        throw new AwsFault('BucketNotEmpty', message, 409, { BucketName: bucket.name })
      }
      buckets.delete(bucket.name)
    },
  }
}

function createBucket(buckets: Buckets, input: CreateBucketRequest, call: Call): object {
  const name = input.Bucket ?? ''
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) {
    throw new AwsFault('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name })
  }
  const region = regionFor(input.CreateBucketConfiguration?.LocationConstraint, call.region)
  const known = buckets.find(name)
  if (known !== undefined && known.owner !== call.account) {
    throw new AwsFault('BucketAlreadyExists', 'The requested bucket name is not available.', 409, { BucketName: name })
  }
  if (known !== undefined) {
    if (known.region === HOME && region === HOME) return { Location: `/${name}` }
    const message = 'Your previous request to create the named bucket succeeded and you already own it.'
    throw new AwsFault('BucketAlreadyOwnedByYou', message, 409, { BucketName: name })
  }
  const { settings } = buckets.create(name, region, call.account, call.now)
  if (input.ObjectOwnership !== undefined) settings.ownership = { Rules: [{ ObjectOwnership: input.ObjectOwnership }] }
  const tags = input.CreateBucketConfiguration?.Tags
  if (tags !== undefined && tags.length > 0) settings.tags = new Tags(tags)
  return { Location: region === HOME ? `/${name}` : `http://${name}.s3.amazonaws.com/` }
}

/** us-east-1 must not be named and is the only Region that may make buckets elsewhere; all others name themselves. */
function regionFor(constraint: string | undefined, signed: string): string {
  if (signed === HOME) {
    if (constraint === HOME) {
      throw new AwsFault('InvalidLocationConstraint', 'The specified location-constraint is not valid')
    }
    return constraint === 'EU' ? 'eu-west-1' : (constraint ?? HOME)
  }
  if (constraint !== signed) {
    throw new AwsFault(
      'IllegalLocationConstraintException',
      `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
  }
  return signed
}
