import { open, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { usageError } from '../../../core/errors.ts'
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
