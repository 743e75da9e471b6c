import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Catalog, catalogOf } from '../../../src/sandbox/protocols/catalog.ts'
import { labelsOf, router } from '../../../src/sandbox/protocols/route.ts'

let s3: Catalog
let bedrock: Catalog

beforeAll(async () => {
  s3 = await catalogOf('s3')
  bedrock = await catalogOf('bedrock')
})

function routed(catalog: Catalog, line: string, headers: Record<string, string> = {}): string | undefined {
  const [method = '', url = ''] = line.split(' ')
  const [path = '', query = ''] = url.split('?')
  return router(catalog)({ method, path, query: new URLSearchParams(query), headers, body: new Uint8Array() })
}

describe('S3 with the bucket in the path', () => {
  test.each([
    ['GET /', 'ListBuckets'],
    ['GET /?x-id=ListBuckets', 'ListBuckets'],
    ['PUT /b', 'CreateBucket'],
    ['PUT /b/', 'CreateBucket'],
    ['HEAD /b', 'HeadBucket'],
    ['DELETE /b', 'DeleteBucket'],
    ['GET /b?location', 'GetBucketLocation'],
    ['GET /b?policy', 'GetBucketPolicy'],
    ['PUT /b?policy', 'PutBucketPolicy'],
    ['GET /b?versions&encoding-type=url', 'ListObjectVersions'],
    ['GET /b?list-type=2&prefix=a%2F', 'ListObjectsV2'],
    ['GET /b?prefix=a', 'ListObjects'],
    ['POST /b?delete', 'DeleteObjects'],
    ['PUT /b/k', 'PutObject'],
    ['PUT /b/a/b/c?x-id=PutObject', 'PutObject'],
    ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPart'],
    ['GET /b/k', 'GetObject'],
    ['GET /b/k?versionId=v', 'GetObject'],
    ['GET /b/k?uploadId=u', 'ListParts'],
    ['HEAD /b/k', 'HeadObject'],
    ['DELETE /b/k', 'DeleteObject'],
    ['DELETE /b/k?uploadId=u', 'AbortMultipartUpload'],
    ['POST /b/k?uploads', 'CreateMultipartUpload'],
    ['GET /b?uploads', 'ListMultipartUploads'],
    ['PATCH /b', undefined],
  ])('%s is %s', (line, operation) => {
    expect(routed(s3, line)).toBe(operation)
  })

  test('a header that only a copy has tells it from an upload', () => {
    expect(routed(s3, 'PUT /b/k', { 'x-amz-copy-source': 'b/other' })).toBe('CopyObject')
  })

  test.each([
    ['/b/a%20b/c', 'a%20b/c'],
    ['/b/folder/', 'folder/'],
    ['/b//a', '/a'],
    ['/b/a//b', 'a//b'],
    ['/b/../c', '../c'],
  ])('the key of %s is %s', (path, key) => {
    const operation = s3.operations.get('GetObject')
    expect(operation && labelsOf(operation, path)).toEqual({ Bucket: 'b', Key: key })
  })
})

describe('Bedrock', () => {
  test.each([
    ['GET /logging/modelinvocations', 'GetModelInvocationLoggingConfiguration'],
    ['PUT /logging/modelinvocations', 'PutModelInvocationLoggingConfiguration'],
    ['GET /inference-profiles?type=APPLICATION', 'ListInferenceProfiles'],
    ['GET /inference-profiles/arn%3Aaws%3Abedrock%3A%2Fx', 'GetInferenceProfile'],
    ['GET /foundation-models', 'ListFoundationModels'],
  ])('%s is %s', (line, operation) => {
    expect(routed(bedrock, line)).toBe(operation)
  })
})
