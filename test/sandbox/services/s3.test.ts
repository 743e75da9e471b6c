import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { clientsOf, refusal } from '../clients.ts'

let sandbox: Sandbox
let s3: ReturnType<typeof clientsOf>['s3']
let frankfurt: typeof s3
let count = 0
let Bucket: string

beforeAll(async () => {
  sandbox = await startSandbox()
  s3 = clientsOf(sandbox).s3
  frankfurt = clientsOf(sandbox, 'eu-central-1').s3
})
afterAll(() => sandbox.close())
beforeEach(async () => {
  Bucket = `bucket-${++count}`
  await s3.send(new CreateBucketCommand({ Bucket }))
})

const inFrankfurt = (name: string) =>
  new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } })

describe('creating a bucket', () => {
  test('"one\'s own bucket again gives 200 in us-east-1"', async () => {
    expect(await s3.send(new CreateBucketCommand({ Bucket }))).toMatchObject({ Location: `/${Bucket}` })
  })

  test('"BucketAlreadyOwnedByYou elsewhere"', async () => {
    await frankfurt.send(inFrankfurt('in-frankfurt'))
    const again = await refusal(frankfurt.send(inFrankfurt('in-frankfurt')))
    expect(again).toMatchObject({ name: 'BucketAlreadyOwnedByYou', status: 409 })
  })

  test('"somebody else\'s BucketAlreadyExists"', async () => {
    sandbox.services.s3.buckets.create('strangers', 'us-east-1', '999988887777', 0)
    const taken = await refusal(s3.send(new CreateBucketCommand({ Bucket: 'strangers' })))
    expect(taken).toMatchObject({ name: 'BucketAlreadyExists', status: 409 })
  })

  test('"No LocationConstraint in us-east-1", and one everywhere else', async () => {
    const named = new CreateBucketCommand({
      Bucket: 'somewhere',
      CreateBucketConfiguration: { LocationConstraint: 'us-east-1' as 'us-east-2' },
    })
    expect(await refusal(s3.send(named))).toMatchObject({ name: 'InvalidLocationConstraint', status: 400 })
    // By hand, since the SDK fills in the Region where it is left out.
    const unnamed = await fetch(`${sandbox.url}/somewhere`, { method: 'PUT', headers: signedFor('eu-central-1') })
    expect(unnamed.status).toBe(400)
    expect(await unnamed.text()).toContain('<Code>IllegalLocationConstraintException</Code>')
  })

  test.each(['UPPER', 'ab', 'a..b', '-abc', 'a'.repeat(64)])('refuses the name %s', async (name) => {
    const refused = await refusal(s3.send(new CreateBucketCommand({ Bucket: name })))
    expect(refused).toMatchObject({ name: 'InvalidBucketName', status: 400 })
  })

  test('takes tags and the ownership of objects along', async () => {
    await s3.send(
      new CreateBucketCommand({
        Bucket: 'with-tags',
        ObjectOwnership: 'ObjectWriter',
        CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: 'b' }] },
      }),
    )
    const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket: 'with-tags' }))
    expect(TagSet).toEqual([{ Key: 'a', Value: 'b' }])
    const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket: 'with-tags' }))
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'ObjectWriter' }])
  })
})

describe('a bucket', () => {
  test('"GetBucketLocation null = us-east-1", asked from any Region', async () => {
    await frankfurt.send(inFrankfurt('located'))
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined()
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: 'located' }))
    expect(LocationConstraint).toBe('eu-central-1')
  })

  test('of another Region is a redirect that names it', async () => {
    const redirect = await refusal(frankfurt.send(new GetBucketVersioningCommand({ Bucket })))
    expect(redirect).toMatchObject({ name: 'PermanentRedirect', status: 301 })
    const response = await fetch(`${sandbox.url}/${Bucket}?versioning`, {
      headers: signedFor('eu-central-1'),
      redirect: 'manual',
    })
    expect(response.headers.get('x-amz-bucket-region')).toBe('us-east-1')
  })

  test('tells its Region to a HEAD, which "answers 403, 404 or 400 without a body"', async () => {
    expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: 'us-east-1' })
    const missing = await refusal(s3.send(new HeadBucketCommand({ Bucket: 'missing' })))
    expect(missing).toMatchObject({ name: 'NotFound', status: 404 })
  })

  test('of an owner who is not the expected one answers 403 to every call ("ExpectedBucketOwner mismatch: 403")', async () => {
    const ExpectedBucketOwner = '999988887777'
    const calls = [
      s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner })),
      s3.send(new GetBucketPolicyCommand({ Bucket, ExpectedBucketOwner })),
      s3.send(new PutObjectCommand({ Bucket, ExpectedBucketOwner, Key: 'k', Body: 'x' })),
      s3.send(new ListObjectsV2Command({ Bucket, ExpectedBucketOwner })),
      s3.send(new DeleteBucketCommand({ Bucket, ExpectedBucketOwner })),
    ]
    for (const call of calls) expect(await refusal(call)).toMatchObject({ status: 403 })
    await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '111122223333' }))
  })

  test('of somebody else answers 403 and is not listed', async () => {
    sandbox.services.s3.buckets.create('not-ours', 'us-east-1', '999988887777', 0)
    expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: 'not-ours' })))).toMatchObject({ status: 403 })
    const { Buckets } = await s3.send(new ListBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket)
    expect(Buckets?.map(({ Name }) => Name)).not.toContain('not-ours')
  })

  test('is born encrypted, private and without ACLs', async () => {
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }))
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    ])
    const { PublicAccessBlockConfiguration: access } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }))
    expect(Object.values(access ?? {})).toEqual([true, true, true, true])
    const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined()
  })
})

describe('what was never set, or was deleted, has an error of its own', () => {
  test.each([
    ['NoSuchBucketPolicy', () => s3.send(new GetBucketPolicyCommand({ Bucket }))],
    ['NoSuchTagSet', () => s3.send(new GetBucketTaggingCommand({ Bucket }))],
    ['NoSuchLifecycleConfiguration', () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))],
    [
      'NoSuchPublicAccessBlockConfiguration',
      async () => {
        await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
        await s3.send(new GetPublicAccessBlockCommand({ Bucket }))
      },
    ],
    [
      'OwnershipControlsNotFoundError',
      async () => {
        await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
        await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))
      },
    ],
    ['NoSuchBucket', () => s3.send(new GetBucketPolicyCommand({ Bucket: 'nowhere' }))],
    ['NoSuchKey', () => s3.send(new GetObjectCommand({ Bucket, Key: 'nothing' }))],
  ])('%s 404', async (name, call) => {
    expect(await refusal(call())).toMatchObject({ name, status: 404 })
  })
})

describe('settings', () => {
  test('versioning, encryption and public access come back as they were put', async () => {
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled')
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const }, BucketKeyEnabled: true }]
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }))
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual(Rules)
    await s3.send(
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    )
    const access = await s3.send(new GetPublicAccessBlockCommand({ Bucket }))
    expect(access.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    })
  })

  test('lifecycle rules keep their actions and get an id', async () => {
    const rule = {
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      Expiration: { Days: 90 },
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    }
    const put = (Rules: object[]) =>
      s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: Rules as [] } }))
    await put([rule])
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    expect(Rules).toEqual([{ ...rule, ID: expect.stringMatching(/./) }])
    expect(await refusal(put([{ ...rule, Expiration: { Days: 0 } }]))).toMatchObject({ name: 'InvalidArgument' })
    expect(await refusal(put([{ ID: 'x', Status: 'Enabled', Filter: {} }]))).toMatchObject({ name: 'InvalidRequest' })
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket }))
    const gone = s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    expect(await refusal(gone)).toMatchObject({ name: 'NoSuchLifecycleConfiguration' })
  })

  test('a policy comes back to the letter, and must be about the bucket', async () => {
    const policy = (bucket: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${bucket}/*` }],
      })
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(Bucket) }))
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(policy(Bucket))
    for (const Policy of ['{', '{"Statement":[{"Effect":"Deny"}]}', policy('another')]) {
      const refused = await refusal(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })))
      expect(refused).toMatchObject({ name: 'MalformedPolicy', status: 400 })
    }
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }))
    expect(await refusal(s3.send(new GetBucketPolicyCommand({ Bucket })))).toMatchObject({ name: 'NoSuchBucketPolicy' })
  })

  test('tags are replaced as a whole and deleted', async () => {
    for (const Key of ['one', 'two']) {
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key, Value: 'x' }] } }))
    }
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual([{ Key: 'two', Value: 'x' }])
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }))
    expect(await refusal(s3.send(new GetBucketTaggingCommand({ Bucket })))).toMatchObject({ name: 'NoSuchTagSet' })
  })
})

describe('objects', () => {
  test('come back byte for byte', async () => {
    const Body = gzipSync('{"a":1}')
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a b/c+d%.json.gz', Body }))
    const read = await s3.send(new GetObjectCommand({ Bucket, Key: 'a b/c+d%.json.gz' }))
    expect(Buffer.from((await read.Body?.transformToByteArray()) ?? [])).toEqual(Body)
    expect(read).toMatchObject({ ContentLength: Body.length, ServerSideEncryption: 'AES256' })
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a b/c+d%.json.gz' }))
    expect(head).toMatchObject({ ContentLength: Body.length, ETag: read.ETag })
  })

  test('arrive whole when they are sent in chunks with a checksum behind', async () => {
    const Body = Readable.from([Buffer.from('one'), Buffer.from('\r\n0\r\n'), Buffer.from('two')])
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: 11, ChecksumAlgorithm: 'CRC32' }))
    const read = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))
    expect(await read.Body?.transformToString()).toBe('one\r\n0\r\ntwo')
    expect(read.ContentEncoding).toBeUndefined()
  })

  test('keep a bucket from being deleted', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    const refused = await refusal(s3.send(new DeleteBucketCommand({ Bucket })))
    expect(refused).toMatchObject({ name: 'BucketNotEmpty', status: 409 })
  })
})

function signedFor(region: string): Record<string, string> {
  return { authorization: `AWS4-HMAC-SHA256 Credential=sandbox/20261123/${region}/s3/aws4_request, Signature=0` }
}

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=4-', '456789', 'bytes 4-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=0-1,4-5', '0123456789', undefined],
])('a part of an object, %s', async (Range, text, range) => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }))
  const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'digits' }))
  const read = await s3.send(new GetObjectCommand({ Bucket, Key: 'digits', Range, IfMatch: ETag }))
  expect(await read.Body?.transformToString()).toBe(text)
  expect([read.ContentRange, read.ContentLength]).toEqual([range, text.length])
  expect(read.$metadata.httpStatusCode).toBe(range === undefined ? 200 : 206)
})

test('a part past the end, or of what has changed, is refused', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }))
  const of = (input: { Range?: string; IfMatch?: string }) =>
    s3.send(new GetObjectCommand({ Bucket, Key: 'digits', ...input }))
  expect(await refusal(of({ Range: 'bytes=10-' }))).toMatchObject({ name: 'InvalidRange', status: 416 })
  expect(await refusal(of({ IfMatch: '"other"' }))).toMatchObject({ name: 'PreconditionFailed', status: 412 })
})
