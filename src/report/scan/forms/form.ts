import { skipSpace } from '../bytes.ts'
import { packingOf } from '../packing.ts'
import { messageColumn } from './csv.ts'

/**
 * How records lie in a file, told by how it begins. `lines`: one a line, as Bedrock and exports write them. `values`: in JSON of
 * any other layout. `csv`: in a column of a table.
 */
export type Form = { kind: 'lines' } | { kind: 'values' } | { kind: 'csv'; column: number }

/** Of a first line, so much is looked at. */
export const HEAD_BYTES = 64 * 1024

/** In a line of a record, something may stand before it: times, and names of streams. */
const BEFORE_RECORD = /^[^"[{]{0,600}\{/

/** The form of a text by its beginning: at most `HEAD_BYTES`, or all of it. */
export function formOf(head: Buffer): Form {
  const text = firstLine(head)
  const column = messageColumn(text)
  if (column !== undefined) return { kind: 'csv', column }
  // Firehose puts records on end without a line's end between.
  const isRun = !head.includes(0x0a) && text.includes('}{')
  // Within a wrapper the record's own names have backslashes before their quotation marks.
  const isRecord = BEFORE_RECORD.test(text) && /(?<!\\)"(?:modelId|schemaType)"\s*:/.test(text)
  return (isRecord && !isRun) || isNotice(text) ? { kind: 'lines' } : { kind: 'values' }
}

/** The first line that is not blank. */
function firstLine(head: Buffer): string {
  let start = skipSpace(head, 0)
  while (head[start] === 0x0a) start = skipSpace(head, start + 1)
  const end = head.indexOf(0x0a, start)
  return head.toString('latin1', start, end < 0 ? head.length : end)
}

function isNotice(text: string): boolean {
  return /^Permissions are correctly set/.test(text)
}

/** Whether a file may hold logs, by its first bytes: packed, JSON in any layout, base64 of gzip, a table, or lines with JSON. */
export function beginsAsLog(head: Buffer): boolean {
  const packing = packingOf(head)
  if (head[0] === 0x1f && head[1] === 0x8b) return true
  if (packing !== undefined) return typeof packing === 'string'
  const mark = encodingOf(head)
  const text = firstLine(mark ? Buffer.from(new TextDecoder(mark).decode(head)) : head)
  const isMarked = text.startsWith('\xef\xbb\xbf')
  return isLogLine(isMarked ? text.slice(3) : text)
}

function isLogLine(line: string): boolean {
  return /^[{["]|^H4sI|^\d{4}-\d\d-\d\d/.test(line) || isNotice(line) || messageColumn(line) !== undefined
}

/** The encoding that a byte-order mark tells, where it is another than UTF-8. */
export function encodingOf(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined
}
