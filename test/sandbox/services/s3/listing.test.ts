import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../../src/sandbox/sandbox.ts'
import { clientsOf, refusal } from '../../clients.ts'

let sandbox: Sandbox
let s3: ReturnType<typeof clientsOf>['s3']
let count = 0
let Bucket: string

beforeAll(async () => {
  sandbox = await startSandbox()
  s3 = clientsOf(sandbox).s3
})
afterAll(() => sandbox.close())
beforeEach(async () => {
  Bucket = `listed-${++count}`
  await s3.send(new CreateBucketCommand({ Bucket }))
})

const enableVersioning = () =>
  s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
const fill = (keys: string[]) => {
  for (const key of keys) sandbox.services.s3.putObject(Bucket, key, new Uint8Array())
}

async function* versionPages(MaxKeys?: number): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let markers = {}
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, ...markers, ...(MaxKeys && { MaxKeys }) }))
    yield page
    if (!page.IsTruncated) return
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
  }
}

describe('listing objects', () => {
  test('goes through pages in the order of the keys', async () => {
    const keys = Array.from({ length: 25 }, (_, index) => `k${String(index).padStart(3, '0')}`)
    fill([...keys].reverse())
    const seen: (string | undefined)[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket, MaxKeys: 10, ...(ContinuationToken && { ContinuationToken }) }),
      )
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key))
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken)
    expect(seen).toEqual(keys)
  })

  test('rolls keys up to their folders, over pages too', async () => {
    fill(['a/1', 'a/2', 'b/1', 'b/2', 'c'])
    const first = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 1 }))
    expect(first).toMatchObject({ CommonPrefixes: [{ Prefix: 'a/' }], IsTruncated: true, KeyCount: 1 })
    const rest = await s3.send(
      new ListObjectsV2Command({ Bucket, Delimiter: '/', ContinuationToken: first.NextContinuationToken }),
    )
    expect(rest.CommonPrefixes).toEqual([{ Prefix: 'b/' }])
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['c'])
  })

  test('starts after a key, under a prefix, and leaves deleted objects out', async () => {
    await enableVersioning()
    fill(['x/1', 'x/2', 'x/3', 'y/1'])
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'x/3' }))
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'x/', StartAfter: 'x/1' }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(['x/2'])
  })

  test('percent-encodes the keys for who asks for that', async () => {
    fill(['a b/é'])
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(['a%20b/%C3%A9'])
  })
})

describe('listing versions', () => {
  test('shows every version and delete marker, newest first, in pages with two markers', async () => {
    await enableVersioning()
    for (const key of ['a', 'b']) {
      fill([key, key, key])
      await s3.send(new DeleteObjectCommand({ Bucket, Key: key }))
    }
    const ids = new Set<string | undefined>()
    const latest: string[] = []
    let pages = 0
    for await (const page of versionPages(3)) {
      pages++
      for (const item of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
        ids.add(item.VersionId)
        if (item.IsLatest) latest.push(`${item.Key}:${page.DeleteMarkers?.includes(item)}`)
      }
    }
    expect(pages).toBe(3)
    expect(ids.size).toBe(8)
    expect(latest).toEqual(['a:true', 'b:true'])
  })

  test('goes on where it was though the marked version has been deleted meanwhile', async () => {
    await enableVersioning()
    fill(['a', 'a', 'b', 'b', 'c'])
    const seen: string[] = []
    for await (const page of versionPages(2)) {
      const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }))
      seen.push(...Objects.map(({ Key }) => Key ?? ''))
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    }
    expect(seen).toEqual(['a', 'a', 'b', 'b', 'c'])
    await s3.send(new DeleteBucketCommand({ Bucket }))
  })

  test('an object written before versioning has the version "null", and is kept when it is written again', async () => {
    fill(['k'])
    await enableVersioning()
    fill(['k'])
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }))
    expect(Versions?.map(({ VersionId }) => VersionId === 'null')).toEqual([false, true])
  })
})

describe('deleting', () => {
  test('puts a marker on a versioned object, and the object is NoSuchKey', async () => {
    await enableVersioning()
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
    expect(marker.DeleteMarker).toBe(true)
    expect(await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toMatchObject({ name: 'NoSuchKey' })
    const old = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: put.VersionId }))
    expect(await old.Body?.transformToString()).toBe('x')
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId }))
    expect((await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).VersionId).toBe(put.VersionId)
  })

  test('"DeleteObjects ≤1,000 keys": more are MalformedXML', async () => {
    const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: String(index) }))
    const tooMany = await refusal(s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })))
    expect(tooMany).toMatchObject({ name: 'MalformedXML', status: 400 })
    const most = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Objects.slice(1) } }))
    expect(most.Deleted).toHaveLength(1000)
  })

  test('"per-key Errors inside a 200", and with Quiet nothing else', async () => {
    fill(['a', 'b'])
    sandbox.services.s3.buckets.find(Bucket)?.locked.add('a')
    const Objects = [{ Key: 'a' }, { Key: 'b' }, { Key: 'never-there' }]
    const told = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(told.Deleted?.map(({ Key }) => Key)).toEqual(['b', 'never-there'])
    expect(told.Errors).toMatchObject([{ Key: 'a', Code: 'AccessDenied' }])
    const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
    expect(quiet.Deleted).toBeUndefined()
    expect(quiet.Errors).toHaveLength(1)
  })

  test('empties a bucket of 20,000 versions in 40 calls', async () => {
    await enableVersioning()
    const keys = Array.from({ length: 10_000 }, (_, index) => `logs/${index}.json.gz`)
    fill(keys)
    fill(keys)
    const callsBefore = sandbox.calls.length
    let deleted = 0
    for await (const page of versionPages()) {
      const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }))
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
      deleted += Objects.length
    }
    expect(deleted).toBe(20_000)
    expect(sandbox.calls.length - callsBefore).toBe(40)
    await s3.send(new DeleteBucketCommand({ Bucket }))
  })
})

describe('unfinished uploads', () => {
  test('are listed in pages and aborted', async () => {
    const ids: (string | undefined)[] = []
    for (const Key of ['a', 'a', 'b']) {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
      ids.push(UploadId)
    }
    const first = await s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2 }))
    expect(first.Uploads?.map(({ Key }) => Key)).toEqual(['a', 'a'])
    const second = await s3.send(
      new ListMultipartUploadsCommand({
        Bucket,
        KeyMarker: first.NextKeyMarker,
        UploadIdMarker: first.NextUploadIdMarker,
      }),
    )
    expect(second.Uploads?.map(({ UploadId }) => UploadId)).toEqual([ids[2]])
    const abort = new AbortMultipartUploadCommand({ Bucket, Key: 'b', UploadId: ids[2] })
    await s3.send(abort)
    expect(await refusal(s3.send(abort))).toMatchObject({ name: 'NoSuchUpload', status: 404 })
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toHaveLength(2)
  })
})
