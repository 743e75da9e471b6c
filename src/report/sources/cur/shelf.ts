import { open, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { AwsPlace } from '../../../aws/context.ts'
import { AppError, isAppError, usageError } from '../../../core/errors.ts'
import { readObject } from '../s3/fetch.ts'
import { explained, type LogObject, listKeys } from '../s3/list.ts'
import { regionOf } from '../s3/where.ts'
import type { Listed } from './exports.ts'

/** A file of a bill, wherever it lies: read in parts, or from its beginning to its end. */
export interface Bytes {
  readonly size: number
  read(start: number, end: number): Promise<Buffer>
  stream(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

const PIECE_BYTES = 1024 * 1024

/** Where exports lie: a folder on this machine or in a bucket. */
export interface Shelf {
  /** As it is told: `s3://BUCKET/PREFIX`, `./exports`. */
  name: string
  list(): Promise<Listed[]>
  /** A path as it is told. */
  nameOf(path: string): string
  open(file: Listed): Promise<Bytes>
  text(file: Listed): Promise<string>
}

/** A file or a folder, with all in it. Links are not followed. */
export async function shelfOnDisk(path: string): Promise<Shelf> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'no such file or folder' : `it cannot be read (${error.code})`
    throw usageError(`--source cur:${path}: ${why}`, 'check the path')
  })
  const root = found.isDirectory() ? path : dirname(path)
  const listed = async (entry: string): Promise<Listed> => {
    const { size, mtimeMs } = await stat(entry)
    return { path: relative(root, entry).split(sep).join('/'), size, modified: mtimeMs }
  }
  return {
    name: path,
    nameOf: (file) => (found.isDirectory() ? join(path, file) : path),
    async list() {
      if (!found.isDirectory()) return [await listed(path)]
      const entries = await readdir(path, { withFileTypes: true, recursive: true })
      return Promise.all(entries.flatMap((entry) => (entry.isFile() ? listed(join(entry.parentPath, entry.name)) : [])))
    },
    open: (file) => bytesOfFile(join(root, file.path)),
    text: (file) => readFile(join(root, file.path), 'utf8'),
  }
}

/** Of a single file it does not matter what it is called. */
export function isLone(files: readonly Listed[], { name }: Pick<Shelf, 'name'>): boolean {
  return files.length === 1 && basename(name) === files[0]?.path
}

async function bytesOfFile(path: string): Promise<Bytes> {
  const file = await open(path)
  const { size } = await file.stat()
  const read = async (start: number, end: number) => {
    const buffer = Buffer.allocUnsafe(end - start)
    const { bytesRead } = await file.read(buffer, 0, end - start, start)
    return buffer.subarray(0, bytesRead)
  }
  return {
    size,
    read,
    async *stream() {
      for (let at = 0; at < size; at += PIECE_BYTES) yield await read(at, Math.min(size, at + PIECE_BYTES))
    },
    close: () => file.close(),
  }
}

/** By the code of what went wrong. */
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
