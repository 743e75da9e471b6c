import type { GetObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from '@jest/globals'
import type { Aws, AwsContext } from '../../../../src/aws/context.ts'
import { AppError } from '../../../../src/core/errors.ts'
import type { ScanTask } from '../../../../src/report/scan/task.ts'
import { fetchObjects } from '../../../../src/report/sources/s3/fetch.ts'

const TARGET = { bucket: 'logs', owner: '111122223333' }
const MEGABYTE = 2 ** 20

/** A bucket that answers every key with its own text, and counts what was asked for. */
function bucket(failing: Record<string, AppError> = {}, size = 1): AwsContext & { asked: GetObjectCommand['input'][] } {
  const asked: GetObjectCommand['input'][] = []
  const send = async ({ input }: GetObjectCommand) => {
    asked.push(input)
    const failure = failing[input.Key ?? '']
    if (failure) throw failure
    const name = Buffer.from(input.Key ?? '')
    return {
      Body: {
        async *[Symbol.asyncIterator]() {
          yield name
          for (let left = size - name.length; left > 0; left -= MEGABYTE) yield Buffer.alloc(Math.min(left, MEGABYTE))
        },
      },
    }
  }
  const context = {
    clock: { now: () => 0, sleep: async () => {} },
    signal: new AbortController().signal,
    emit: () => {},
    aws: { s3: { send } as unknown as Aws['s3'] } as Aws,
    asked,
    in: () => context,
  }
  return context
}

const objects = (count: number, size: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, size }))

async function all(tasks: AsyncIterable<ScanTask>): Promise<ScanTask[]> {
  const found: ScanTask[] = []
  for await (const task of tasks) found.push(task)
  return found
}

async function contentOf(task: ScanTask): Promise<string> {
  if ('bytes' in task) return Buffer.from(task.bytes).toString()
  if (!('stream' in task)) throw new Error('a task of the wrong kind')
  const chunks: Uint8Array[] = []
  for await (const chunk of task.stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('fetchObjects', () => {
  it('gives all objects in their order, each asked for once and of the account that should own the bucket', async () => {
    const cx = bucket()
    const tasks = await all(fetchObjects(cx, TARGET, objects(50, 1)))
    expect(tasks.map(({ name }) => name)).toEqual(objects(50, 1).map(({ key }) => `s3://logs/${key}`))
    expect(cx.asked).toHaveLength(50)
    expect(new Set(cx.asked.map(({ ExpectedBucketOwner }) => ExpectedBucketOwner))).toEqual(new Set(['111122223333']))
    expect(await contentOf(tasks[7] as ScanTask)).toBe('k7')
  })

  it.each([
    ['small ones', 1, 16],
    ['large ones, by their bytes', 15 * MEGABYTE, 4],
  ])('is ahead of whoever takes them by a few: %s', async (_, size, ahead) => {
    const cx = bucket({}, size)
    const tasks = fetchObjects(cx, TARGET, objects(100, size))
    await tasks.next()
    expect(cx.asked).toHaveLength(ahead)
    await tasks.return(undefined)
  })

  it('streams an object that is too large to be held, and asks for it only when it is read', async () => {
    const cx = bucket({}, 40 * MEGABYTE)
    const [task] = await all(fetchObjects(cx, TARGET, objects(1, 40 * MEGABYTE)))
    expect(cx.asked).toEqual([])
    expect(task && (await contentOf(task))).toHaveLength(40 * MEGABYTE)
  })

  it('holds no more of an object than it was listed with at most: what comes unpacked goes on as a stream', async () => {
    const [task] = await all(fetchObjects(bucket({}, 40 * MEGABYTE), TARGET, objects(1, MEGABYTE)))
    expect(task && 'stream' in task && (await contentOf(task))).toHaveLength(40 * MEGABYTE)
  })

  it('goes on after an object that cannot be had, which fails when it is read', async () => {
    const gone = new AppError('aws', 'NoSuchKey', 'gone')
    const tasks = await all(fetchObjects(bucket({ k1: gone }), TARGET, objects(3, 1)))
    expect(tasks).toHaveLength(3)
    await expect(contentOf(tasks[1] as ScanTask)).rejects.toBe(gone)
  })

  it('ends where the credentials end', async () => {
    const expired = new AppError('credentials', 'ExpiredToken', 'expired')
    await expect(all(fetchObjects(bucket({ k1: expired }), TARGET, objects(3, 1)))).rejects.toBe(expired)
  })
})
