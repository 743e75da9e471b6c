import type { Warning } from '../../core/events.ts'
import { type Cell, csvText } from '../../text/csv.ts'
import type { ReportView } from '../view.ts'
import { focusCharges, isOfOneMonth } from './focus/charges.ts'
import { type Column, columnsOf, type FocusCharge, hasUnitPrice } from './focus/columns.ts'
import type { RenderOptions } from './format.ts'

const ROWS_AT_ONCE = 1000

/** CSV: a header, and a row a charge. Costs and prices are exact decimals, times UTC, and what is not known is empty. */
export function renderReport(view: ReportView, options: RenderOptions): string {
  return [...renderPieces(view, options)].join('')
}

/** The same as pieces of whole lines: a year of hours has a million. */
export function renderPieces(view: ReportView, { version }: RenderOptions): Iterable<string> {
  return piecesOf(columnsFor(view, version), focusCharges(view))
}

function* piecesOf(columns: readonly Column[], charges: Iterable<FocusCharge>): Generator<string> {
  let lines: Cell[][] = [columns.map(({ name }) => name)]
  for (const charge of charges) {
    lines.push(columns.map((column) => cellOf(column, charge)))
    if (lines.length < ROWS_AT_ONCE) continue
    yield csvText(lines)
    lines = []
  }
  yield csvText(lines)
}

export async function renderBytes(view: ReportView, { version }: RenderOptions): Promise<Uint8Array> {
  const { parquetOf } = await import('./focus/parquet.ts')
  return parquetOf(columnsFor(view, version), focusCharges(view))
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

/** Unit prices have columns where some are known, or there is nothing that would have one. */
function columnsFor({ charges: { by, groups } = { by: [], groups: [] } }: ReportView, version: string | undefined) {
  let isEmpty = true
  for (const { lines } of groups) {
    if (lines.some(hasUnitPrice)) return columnsOf(version, by, true)
    if (lines.length > 0) isEmpty = false
  }
  return columnsOf(version, by, isEmpty)
}

function cellOf({ type, of }: Column, charge: FocusCharge): Cell {
  const value = of(charge) ?? null
  if (typeof value === 'bigint') return { units: value, decimals: typeof type === 'object' ? type.decimals : 0 }
  return type === 'time' && typeof value === 'number' ? `${new Date(value).toISOString().slice(0, 19)}Z` : value
}
