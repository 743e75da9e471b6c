import type { AwsPlace } from '../../../aws/context.ts'
import { AppError, isAppError, usageError } from '../../../core/errors.ts'
import { readObject } from '../s3/fetch.ts'
import { explained, type LogObject, listKeys } from '../s3/list.ts'
import { regionOf } from '../s3/where.ts'
import type { Bytes, Shelf } from './shelf.ts'

const HINTS: ReadonlyMap<string, string> = new Map([
  ['NoSuchBucket', 'look where the export is delivered to: aws bcm-data-exports list-exports --region us-east-1'],
  [
    'AccessDenied',
    'allow s3:ListBucket, s3:GetBucketLocation and s3:GetObject on it; if it belongs to another account, name that one with --bucket-owner',
  ],
])

/** Of smaller objects all is fetched at once. */
const WHOLE_BYTES = 2 * 2 ** 20

/**
 * What lies below a key in a bucket, which may be in another Region than what is asked. Of large objects only the parts are
 * fetched that are needed.
 * @param owner the account that the bucket has to belong to
 */
export async function shelfInBucket(place: AwsPlace, uri: string, owner: string): Promise<Shelf> {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? []
  if (bucket === '') throw usageError(`--source cur:${uri}: no bucket`, 'pass cur:s3://BUCKET/PREFIX')
  const prefix = path.replace(/\/+$/, '')
  const root = prefix === '' ? '' : `${prefix}/`
  const target = { bucket, owner }
  const explain = (error: unknown) => {
    const told = explained(error, bucket)
    const isOurs = isAppError(told) && told !== error
    throw isOurs ? new AppError(told.kind, told.code, told.message, { hint: HINTS.get(told.code), cause: error }) : told
  }
  const cx = place.cx.in(await regionOf(place, bucket, owner).catch(explain))
  const objects = new Map<string, LogObject>()
  const bytesOf = (object: LogObject, part?: { start: number; end: number }) => readObject(cx, target, object, part)
  const objectAt = (name: string) => objects.get(name) ?? { key: root + name, size: 0 }
  return {
    name: `s3://${bucket}/${prefix}`,
    nameOf: (name) => `s3://${bucket}/${objectAt(name).key}`,
    async list() {
      const listed = await listKeys(cx, target, { Prefix: prefix }).catch(explain)
      for (const object of listed.objects) {
        const { key } = object
        if (key === prefix) objects.set(key.slice(key.lastIndexOf('/') + 1), object)
        else if (key.startsWith(root) && !key.endsWith('/')) objects.set(key.slice(root.length), object)
      }
      return [...objects].map(([name, { size, modified = 0 }]) => ({ path: name, size, modified }))
    },
    async text({ path: name }) {
      return (await gathered(bytesOf(objectAt(name)))).toString()
    },
    async open({ path: name }): Promise<Bytes> {
      const object = objectAt(name)
      const { size } = object
      const whole = size <= WHOLE_BYTES ? await gathered(bytesOf(object)) : undefined
      return {
        size,
        read: async (start, end) => whole?.subarray(start, end) ?? gathered(bytesOf(object, { start, end })),
        stream: () => (whole ? one(whole) : bytesOf(object)),
        close: () => Promise.resolve(),
      }
    },
  }
}

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = []
  for await (const piece of pieces) read.push(piece)
  return Buffer.concat(read)
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
