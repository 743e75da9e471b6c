import type { ListMultipartUploadsCommandInput, ListObjectVersionsCommandInput } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { emptyBucket } from '../../../src/steps/storage/bucket-remove.ts'
import { failing, fakeAws } from '../../support/fake-aws.ts'

const target = { Bucket: 'logs', ExpectedBucketOwner: '111122223333' }
const noUploads = { ListMultipartUploads: () => ({}) }

/** A listing of so many pages with one version each. */
const pages =
  (count: number) =>
  ({ KeyMarker = '0' }: ListObjectVersionsCommandInput) => {
    const page = Number(KeyMarker)
    const IsTruncated = page + 1 < count
    return {
      Versions: [{ Key: `k${page}`, VersionId: 'v' }],
      ...(IsTruncated && { IsTruncated, NextKeyMarker: String(page + 1), NextVersionIdMarker: 'v' }),
    }
  }

const settle = () => new Promise((resolve) => setTimeout(resolve, 1))

describe('emptying a bucket', () => {
  test('deletes beside listing, eight batches at once at most, and tells how far it is', async () => {
    let underway = 0
    let most = 0
    const { cx, calls, events } = fakeAws({
      ...noUploads,
      ListObjectVersions: pages(20),
      async DeleteObjects() {
        underway += 1
        most = Math.max(most, underway)
        await settle()
        underway -= 1
        return {}
      },
    })
    await emptyBucket(cx, target, 'id', () => true)
    expect(calls.filter(({ operation }) => operation === 'DeleteObjects')).toHaveLength(20)
    expect(most).toBe(8)
    expect(events.at(-1)).toMatchObject({ type: 'resource-progress', id: 'id', done: 20, total: 20 })
  })

  test('lists no further after a deletion has failed, and fails once nothing is on its way any more', async () => {
    let done = 0
    const { cx, calls } = fakeAws({
      ...noUploads,
      ListObjectVersions: pages(50),
      async DeleteObjects({ Delete }: { Delete: { Objects: { Key: string }[] } }) {
        if (Delete.Objects[0]?.Key === 'k2') return { Errors: [{ Key: 'k2', Message: 'locked' }] }
        await settle()
        done += 1
        return {}
      },
    })
    await expect(emptyBucket(cx, target, 'id', () => true)).rejects.toMatchObject({
      code: 'DeleteFailed',
      message: expect.stringContaining('could not delete 1 of 1 object versions, the first being k2: locked'),
    })
    const asked = calls.filter(({ operation }) => operation === 'DeleteObjects').length
    expect(asked).toBeLessThan(12)
    expect(done).toBe(asked - 1)
  })

  test('ends unfinished uploads, page by page, one that has ended meanwhile too', async () => {
    const { cx, calls } = fakeAws({
      ListObjectVersions: () => ({}),
      ListMultipartUploads: ({ KeyMarker }: ListMultipartUploadsCommandInput) =>
        KeyMarker === undefined
          ? { Uploads: [{ Key: 'a', UploadId: '1' }], IsTruncated: true, NextKeyMarker: 'a', NextUploadIdMarker: '1' }
          : { Uploads: [{ Key: 'b', UploadId: '2' }] },
      AbortMultipartUpload: ({ Key }: { Key: string }) => (Key === 'b' ? failing('NoSuchUpload')() : {}),
    })
    await emptyBucket(cx, target, 'id', () => true)
    const ended = calls.filter(({ operation }) => operation === 'AbortMultipartUpload').map(({ input }) => input.Key)
    expect(ended).toEqual(['a', 'b'])
  })

  test('has nothing to do where the bucket is gone', async () => {
    const gone = failing('NoSuchBucket')
    await expect(
      emptyBucket(fakeAws({ ListMultipartUploads: gone, ListObjectVersions: gone }).cx, target, 'id', () => true),
    ).resolves.toBeUndefined()
  })
})
