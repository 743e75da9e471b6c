import { type Patterns, Reader } from '../reader.ts'

/** A query that does not compile, at an offset. */
export class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError'
  readonly start: number
  readonly end: number

  constructor(message: string, start: number, end: number) {
    super(message)
    this.start = start
    this.end = end
  }
}

/** Names outside quotes are ASCII. A slash is a regular expression after `like`, `=~` or `parse FIELD`, else a division. */
const PATTERNS: Patterns = [
  ['space', /\s+|#[^\n]*/y],
  ['regex', /(?<=(?:\blike|=~|\bparse\s+(?:`[^`]+`|[@\w.]+))\s*)\/((?:[^/\\\n]|\\.)+)\//iy],
  ['duration', /(\d+(?:ms|[smhdw]))(?![A-Za-z0-9_])/y],
  ['number', /((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y],
  ['string', /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y],
  ['quoted', /`([^`]+)`/y],
  ['name', /([@A-Za-z_][A-Za-z0-9_@.]*)/y],
  ['symbol', /(=~|!=|<=|>=|[-+*/%^(),<>=|[\]])/y],
]

/** @throws QuerySyntaxError at a character that belongs to no query */
export function readerOf(query: string): Reader {
  return new Reader(query, PATTERNS, (message, start, end) => new QuerySyntaxError(message, start, end))
}
