import { expect, test } from '@jest/globals'
import { logBucket } from '../../../src/steps/2-storage.ts'
import type { Env } from '../../../src/steps/env.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { readBucket } from '../../../src/steps/storage/bucket-read.ts'
import { failing, fakeAws } from '../../support/fake-aws.ts'

const target = { Bucket: 'logs', ExpectedBucketOwner: '111122223333' }
const bare = {
  GetBucketVersioning: () => ({}),
  GetBucketEncryption: failing('ServerSideEncryptionConfigurationNotFoundError'),
  GetPublicAccessBlock: failing('NoSuchPublicAccessBlockConfiguration'),
  GetBucketOwnershipControls: failing('OwnershipControlsNotFoundError'),
  GetBucketLifecycleConfiguration: failing('NoSuchLifecycleConfiguration'),
  GetBucketPolicy: failing('NoSuchBucketPolicy'),
  GetBucketRequestPayment: () => ({ Payer: 'BucketOwner' }),
  GetBucketReplication: failing('ReplicationConfigurationNotFoundError'),
  GetObjectLockConfiguration: failing('ObjectLockConfigurationNotFoundError'),
}
const env: Env = {
  accountId: '111122223333',
  region: 'eu-west-1',
  regions: ['eu-west-1'],
  homeRegion: 'eu-west-1',
  settings: resolveSettings([]).settings,
}
const read = (answers: Parameters<typeof fakeAws>[0]) => readBucket(fakeAws(answers).cx, { ...logBucket(env), target })

test('a bucket on which nothing is set, and that nobody has marked, reads as that', async () => {
  const found = await read({ ...bare, GetBucketTagging: failing('NoSuchTagSet') })
  expect(found?.state).toEqual({
    versioning: false,
    encryption: { algorithm: undefined, keyId: undefined, bucketKey: false, others: {} },
    publicAccessBlock: { acls: false, ignoreAcls: false, policy: false, restrict: false },
    objectOwnership: undefined,
    lifecycle: [],
    transitionMinimum: undefined,
    policy: { Version: '2012-10-17', Statement: [] },
    limits: { mfaDelete: false, requesterPays: false, replicates: false, objectLock: false },
  })
  expect(await found?.owner()).toEqual({ owner: 'unmarked', tagKeys: [] })
})

test('a block of public access in part is none', async () => {
  const GetPublicAccessBlock = () => ({ PublicAccessBlockConfiguration: { BlockPublicPolicy: true } })
  const found = await read({ ...bare, GetBucketTagging: () => ({ TagSet: [] }), GetPublicAccessBlock })
  expect(found?.state.publicAccessBlock).toEqual({ acls: false, ignoreAcls: false, policy: true, restrict: false })
})

test('where there is no bucket, nothing else is asked', async () => {
  expect(await read({ GetBucketTagging: failing('NoSuchBucket') })).toBeUndefined()
})

test.each([
  ['PermanentRedirect', 'BucketInOtherRegion', 'bucket logs is in another Region than eu-west-1'],
  ['AuthorizationHeaderMalformed', 'BucketInOtherRegion', 'bucket logs is in another Region than eu-west-1'],
  ['AccessDenied', 'BucketNotAccessible', 'bucket logs is not ours to use'],
])('%s is in the way of a setup, as %s', async (said, code, message) => {
  await expect(read({ GetBucketTagging: failing(said) })).rejects.toMatchObject({
    kind: 'blocked',
    code,
    message: expect.stringContaining(message),
    hint: expect.stringContaining('--bucket-name'),
  })
})

test('any other failure is one', async () => {
  await expect(read({ GetBucketTagging: failing('InternalError') })).rejects.toMatchObject({ kind: 'aws' })
})
