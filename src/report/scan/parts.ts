import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { encodingOf } from '../../text/encoding.ts'
import { NEWLINE } from './bytes.ts'
import { formOf, HEAD_BYTES } from './forms/form.ts'
import { isGzip } from './gunzip.ts'
import { MAX_LINE_BYTES } from './object-scan.ts'
import { packingOf } from './packing.ts'

/** Some lines of a file, from the first byte of one on; without an end up to that of the file, which may grow. */
export interface FilePart {
  start: number
  end?: number
  /** Of the file that was cut: another one may have taken its place since. */
  inode: number
}

/** So small that threads end together and progress is told often, so large that what a part takes besides is nothing. */
export const PART_BYTES = 32 * 2 ** 20
const LOOK_BYTES = 64 * 1024

/**
 * The parts of a large file that threads can read side by side: one that is not packed and has a record a line. Undefined for
 * any other, which is read in one go; and where it cannot be read, of which whoever reads it will tell.
 */
export function partsOf(path: string, partBytes = PART_BYTES, size = sizeOf(path)): FilePart[] | undefined {
  if ((size ?? 0) < 2 * partBytes) return undefined
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    return cut(file, partBytes)
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** The size of a file. What is no file, or is one of the system's, tells none, and may not like to be opened twice. */
export function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size || undefined
  } catch {
    return undefined
  }
}

function cut(file: number, partBytes: number): FilePart[] | undefined {
  const head = Buffer.alloc(HEAD_BYTES)
  const text = head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0))
  if (packingOf(text) !== undefined || encodingOf(text) !== undefined || isGzip(text)) return undefined
  const isMarked = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf
  const first = isMarked ? 3 : 0
  if (formOf(text.subarray(first)).kind !== 'lines') return undefined
  const { size, ino: inode } = fstatSync(file)
  const parts: FilePart[] = []
  let start = first
  while (start + 2 * partBytes <= size) {
    const end = lineAfter(file, start + partBytes)
    if (end === undefined) break
    parts.push({ start, end, inode })
    start = end
  }
  return [...parts, { start, inode }]
}

/** Where the next line begins; undefined where none does, or the line is longer than any that is read. */
function lineAfter(file: number, from: number): number | undefined {
  const look = Buffer.alloc(LOOK_BYTES)
  for (let at = from; at - from <= MAX_LINE_BYTES; ) {
    const read = readSync(file, look, 0, LOOK_BYTES, at)
    if (read === 0) return undefined
    const newline = look.subarray(0, read).indexOf(NEWLINE)
    if (newline >= 0) return at + newline + 1
    at += read
  }
  return undefined
}
