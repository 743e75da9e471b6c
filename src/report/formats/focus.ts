import type { Warning } from '../../core/events.ts'
import { type Cell, csvText } from '../../text/csv.ts'
import type { ChargedGroup, ReportView } from '../view.ts'
import { type ColumnType, columnsOf, type Value } from './focus/columns.ts'
import { focusRows, hasUnitPrice, isOfOneMonth, ownColumns } from './focus/rows.ts'
import type { RenderOptions } from './format.ts'

const ROWS_AT_ONCE = 1000

/** CSV: a header, and a row a charge. Costs and prices are exact decimals, times UTC, and what is not known is empty. */
export function renderReport(view: ReportView, options: RenderOptions): string {
  return [...renderPieces(view, options)].join('')
}

/** The same as pieces of whole lines. */
export function renderPieces(view: ReportView, { version }: RenderOptions): Iterable<string> {
  return piecesOf(tableOf(view, version))
}

function* piecesOf({ columns, rows }: ReturnType<typeof tableOf>): Generator<string> {
  let lines: Cell[][] = [columns.map(({ name }) => name)]
  for (const row of rows) {
    lines.push(columns.map(({ name, type }) => cellOf(row.get(name) ?? null, type)))
    if (lines.length < ROWS_AT_ONCE) continue
    yield csvText(lines)
    lines = []
  }
  yield csvText(lines)
}

/** The same as Parquet. */
export async function renderBytes(view: ReportView, { version }: RenderOptions): Promise<Uint8Array> {
  const { parquetOf } = await import('./focus/parquet.ts')
  const { columns, rows } = tableOf(view, version)
  return parquetOf(columns, rows)
}

/** What the rows do not say by themselves: that costs are estimates, and what a bill has besides them. */
export function notices({ report }: ReportView): Warning[] {
  if (report.basis !== 'billed') {
    const message = 'these costs are estimates by known prices (x_Estimated is true), not what AWS has billed'
    return report.groups.length > 0 ? [{ code: 'costs-estimated', message }] : []
  }
  const names = Object.keys(report.bill?.adjustments ?? {})
  if (names.length === 0 || isOfOneMonth(report)) return []
  const message = `${names.join(', ')} on the bill are not in the rows, which are of more than one month: ask for one month`
  return [{ code: 'adjustments-left-out', message }]
}

/** The rows are made one by one as they are walked: a year of hours has a million. */
function tableOf(view: ReportView, version: string | undefined) {
  const rows = focusRows(view)
  const { by = [], groups = [] } = view.charges ?? {}
  return { rows, columns: columnsOf(version, [...ownColumns(by).values()], isPriced(groups)) }
}

/** Some price is known, or there is nothing that would have one. */
function isPriced(groups: Iterable<ChargedGroup>): boolean {
  let isEmpty = true
  for (const { lines } of groups) {
    if (lines.some(hasUnitPrice)) return true
    if (lines.length > 0) isEmpty = false
  }
  return isEmpty
}

function cellOf(value: Value, type: ColumnType): Cell {
  if (typeof value === 'bigint') return { units: value, decimals: typeof type === 'object' ? type.decimals : 0 }
  return type === 'time' && typeof value === 'number' ? `${new Date(value).toISOString().slice(0, 19)}Z` : value
}
