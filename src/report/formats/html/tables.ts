import { grouped, usd, whole } from '../../../text/numbers.ts'
import { CHARGE_KINDS } from '../../charges.ts'
import { isTimeGrouping } from '../../grouping.ts'
import { COUNTERS, type PriceLine, type ReportView, type Slot, type UnpricedLine } from '../../model.ts'
import { askedColumns, changeColumns } from '../asked.ts'
import { costCell, groupingTitle, listCostText } from '../labels.ts'
import {
  COST_COLUMN,
  keyColumns,
  type Line,
  linesOf,
  pricedColumns,
  titleOf,
  totalLine,
  USAGE_COLUMNS,
  type UsageColumn,
} from '../lines.ts'
import { clockText } from '../times.ts'
import { htmlTable, type PageColumn } from './table.ts'

/** Use and cost of every group; columns with nothing in them are left out. */
export function groupTable(view: ReportView): string {
  const [groups, total] = [linesOf(view), totalLine(view)]
  return htmlTable(
    'Use and cost',
    [
      ...keysOf(view),
      ...(askedColumns(view) ?? usageColumns([...groups, total])),
      ...(view.columns ? [] : changeColumns(view)),
    ],
    groups,
    ['Total', total],
  )
}

/** The latencies and times to first token of every group; empty text where the source tells none. */
export function latencyTable(view: ReportView): string {
  const [groups, total] = [linesOf(view), totalLine(view)]
  const columns = USAGE_COLUMNS.filter(({ timing, empty }) => timing && ![...groups, total].every(empty))
  if (columns.length === 0) return ''
  return htmlTable('Latency', [...keysOf(view), ...columns.map(titled)], groups, ['Total', total])
}

/** What the cost of every group is made of, and how much of its tokens is priced; empty text where nothing cost anything. */
export function costTable(view: ReportView): string {
  const all = [...view.report.groups, view.report.total]
  const kinds = CHARGE_KINDS.filter(({ name }) => all.some(({ costs }) => (costs?.[name] ?? 0) > 0))
  if (kinds.length === 0) return ''
  const columns: PageColumn<Line>[] = [
    ...kinds.map(({ name, title }) => ({
      heading: groupingTitle(title),
      cell: ({ usage: { costs } }: Line) => usd(costs?.[name] ?? null, '–'),
    })),
    ...pricedColumns([...linesOf(view), totalLine(view)]),
    ...(view.report.basis === 'list'
      ? []
      : [{ heading: 'At list prices', cell: ({ usage }: Line) => listCostText(usage) }]),
    { heading: 'Cost', cell: ({ usage }) => costCell(usage), pinned: true },
  ]
  const total = totalLine(view)
  return htmlTable('What the cost is made of', [...keysOf(view), ...columns], linesOf(view), ['Total', total])
}

/** The numbers of every slot of the series in which anything was called: years of files are mostly days of nothing. */
export function seriesTable(view: ReportView): string {
  const { report, timeZone } = view
  const called = report.series.filter((slot) => COUNTERS.some((counter) => slot[counter] !== 0))
  const slots = called.map((slot): Line => ({ keys: [whenText(view, slot)], usage: slot, course: [] }))
  const start: PageColumn<Line> = { heading: `From (${timeZone})`, cell: ({ keys }) => keys[0] ?? '', kind: 'when' }
  const total = { keys: [], usage: report.total, course: [] }
  return htmlTable('Over time', [start, ...usageColumns([...slots, total])], slots, ['Total', total])
}

/** "2026-11-22 10:00", and of the last hour or day until when, where it is cut short. */
function whenText(view: ReportView, { start, partial }: Slot): string {
  const { report, timeZone } = view
  const isCut = partial && start === report.series.at(-1)?.start
  return `${clockText(start, timeZone)}${isCut ? ` until ${clockText(report.window.end, timeZone).slice(11)}` : ''}`
}

/** US dollars per million tokens. */
export function priceTable(prices: readonly PriceLine[]): string {
  const rate = (price: number | null | undefined) =>
    price === null || price === undefined ? '–' : `$${grouped(price, 12, 2)}`
  const known = (heading: string, of: (line: PriceLine) => number | undefined): PageColumn<PriceLine>[] =>
    prices.some((line) => of(line) !== undefined) ? [{ heading, cell: (line) => rate(of(line)) }] : []
  return htmlTable(
    'Prices',
    [
      { heading: 'Model', cell: (line) => line.model, kind: 'key' },
      { heading: 'Region', cell: (line) => line.region, kind: 'when' },
      { heading: 'Input', cell: (line) => rate(line.inputPerMillion) },
      { heading: 'Output', cell: (line) => rate(line.outputPerMillion) },
      { heading: 'Cache read', cell: (line) => rate(line.cacheReadPerMillion) },
      { heading: 'Cache write', cell: (line) => rate(line.cacheWritePerMillion) },
      ...known('Cache write, 1 hour', (line) => line.cacheWrite1hPerMillion),
      ...known('An image', (line) => line.perImage),
      { heading: 'Source', cell: (line) => line.source, kind: 'key' },
      { heading: 'As of', cell: (line) => line.asOf ?? '–', kind: 'when' },
    ],
    prices,
  )
}

export function unpricedTable(lines: readonly UnpricedLine[]): string {
  return htmlTable(
    'Unpriced',
    [
      { heading: 'Model', cell: (line) => line.model, kind: 'key' },
      { heading: 'Input tokens', cell: (line) => whole(line.inputTokens) },
      { heading: 'Output tokens', cell: (line) => whole(line.outputTokens) },
      { heading: 'Why', cell: (line) => line.reason, kind: 'key' },
    ],
    lines,
  )
}

function keysOf(view: ReportView): PageColumn<Line>[] {
  return keyColumns(view).map((column) => ({ ...column, kind: isTimeGrouping(column.name) ? 'when' : 'key' }))
}

function usageColumns(lines: readonly Line[]): PageColumn<Line>[] {
  const counts = USAGE_COLUMNS.filter(({ timing, essential, empty }) => !timing && (essential || !lines.every(empty)))
  return [...counts.map(titled), ...pricedColumns(lines), { ...COST_COLUMN, pinned: true }]
}

function titled(column: UsageColumn): PageColumn<Line> {
  return { ...column, heading: titleOf(column) }
}
