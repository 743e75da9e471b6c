import { type Patterns, Reader } from '../reader.ts'

/** An expression of a Logs Insights query; `text` is how it stands in the query, which names its column. */
export type Expression = { text: string } & (
  | { type: 'literal'; value: number | string }
  | { type: 'field'; name: string }
  | { type: 'call'; name: string; arguments: Expression[] }
  | { type: 'binary'; operator: string; left: Expression; right: Expression }
  | { type: 'not'; inner: Expression }
  | { type: 'in'; value: Expression; items: Expression[] }
  | { type: 'like'; value: Expression; pattern: RegExp }
  /** A duration such as `5m`, in milliseconds: the argument of `bin`. */
  | { type: 'duration'; ms: number }
)

export interface Column {
  name: string
  expression: Expression
}

export type Command =
  | { type: 'fields'; columns: Column[] }
  | { type: 'display'; columns: Column[] }
  | { type: 'filter'; condition: Expression }
  | { type: 'stats'; columns: Column[]; by: Column[] }
  | { type: 'sort'; keys: { expression: Expression; descending: boolean }[] }
  | { type: 'limit'; count: number }
  /** The pattern names its groups. */
  | { type: 'parse'; source: Expression; pattern: RegExp }

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
