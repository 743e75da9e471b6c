import type { RawRow } from './answer.ts'
import { number } from './columns.ts'
import type { SortKey } from './ready-query.ts'

/** The rows of several Regions in the order that the query gives those of each. */
export function inOrder<Row extends { raw: RawRow }>(rows: readonly Row[], keys: readonly SortKey[]): Row[] {
  return [...rows].sort((a, b) => {
    for (const { field, descending } of keys) {
      const order = compare(a.raw[field] ?? '', b.raw[field] ?? '')
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
}

/** As numbers where both are, else as texts. */
function compare(a: string, b: string): number {
  const [x, y] = [number(a), number(b)]
  if (x !== null && y !== null) return x - y
  return a < b ? -1 : Number(a > b)
}
