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

/** An expression with the name of its column. */
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
