import { skipSpace } from '../bytes.ts'
import { messageColumn } from './csv.ts'

/**
 * How records lie in a file, told by how it begins. `lines`: one a line, as Bedrock and exports write them. `values`: in JSON of
 * any other layout. `csv`: in a column of a table.
 */
export type Form = { kind: 'lines' } | { kind: 'values' } | { kind: 'csv'; column: number }

/** Of a first line, so much is looked at. */
export const HEAD_BYTES = 64 * 1024

/** In a line of a record, something may stand before it: times, and names of streams. */
const LONGEST_PREFIX = 600

/** The form of a text by its beginning: at most `HEAD_BYTES`, or all of it. */
export function formOf(head: Buffer): Form {
  const text = firstLine(head)
  const column = messageColumn(text)
  if (column !== undefined) return { kind: 'csv', column }
  const brace = text.indexOf('{')
  // A record on a line of its own tells of itself before long; an indented one is not on one line.
  // Firehose puts records on end without a line's end between.
  const isRun = !head.includes(0x0a) && text.includes('}{')
  const isLine = !isRun && brace >= 0 && brace < LONGEST_PREFIX && !/^\s*["[]/.test(text) && !isWrapper(text.slice(brace))
  return isLine || isNotice(text) ? { kind: 'lines' } : { kind: 'values' }
}

/** The first line that is not blank. */
function firstLine(head: Buffer): string {
  let start = skipSpace(head, 0)
  while (head[start] === 0x0a) start = skipSpace(head, start + 1)
  const end = head.indexOf(0x0a, start)
  return head.toString('latin1', start, end < 0 ? head.length : end)
}

/** An object that ends with the line's beginning, or whose first members are those of a wrapper. */
function isWrapper(text: string): boolean {
  return (
    /^\{\s*$/.test(text) ||
    /^\{\s*"(?:events|results|logEvents|Records|records|messages|messageType|awslogs|message|@message|owner|logStreamName|eventId)"/.test(
      text,
    )
  )
}

function isNotice(text: string): boolean {
  return /^Permissions are correctly set/.test(text)
}
