import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { usageError } from '../../../core/errors.ts'
import { type Bytes, bytesOfFile } from './bytes.ts'
import type { Listed } from './exports.ts'

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
