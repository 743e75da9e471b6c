import { grouped, percent, signedUsd, usd, whole } from '../../../text/numbers.ts'
import { isTimeGrouping } from '../../grouping.ts'
import { COUNTERS, type Group } from '../../model.ts'
import type { Anomaly, PriceLine, QuotaLine, QuotaPeak, ReportView, TeamLine, UnpricedLine } from '../../view.ts'
import { clockText, costCell, groupingTitle, hasListCosts, keyText, listCostText, slotName } from '../labels.ts'
import {
  askedColumns,
  COST_COLUMN,
  changeColumns,
  type Line,
  linesOf,
  pricedColumns,
  shownColumns,
  titled,
  totalLine,
  USAGE_COLUMNS,
  type UsageColumn,
} from '../lines.ts'
import { anomalyName, isNear, usedText } from '../notes.ts'
import { toldOfTeams } from '../teams.ts'
import { costKinds, type Names } from './data-of.ts'
import { numberIn } from './page-data.ts'
import { htmlTable, type PageColumn } from './table.ts'

type GroupLine = Line & { group?: Group }

/** A month of days, or a day of hours, is seen whole. */
const MOST_TIMES = 31

/** What the error rate is made of: in a table of its own, as that of use and cost would be too wide to be seen whole. */
const isErrorPart = ({ name }: UsageColumn) => /^(client errors|server errors|throttles)$/.test(name)

/** The tables in which every group has a row, by their titles; those with nothing to tell are left out. */
export function groupTables(view: ReportView, names: Names): (readonly [title: string, table: string])[] {
  const { report, by } = view
  const total = totalLine(view)
  const rows = linesOf(view).map((line, index): GroupLine => ({ ...line, group: report.groups[index] as Group }))
  const lines = [...rows, total]
  const inTime = by[0] !== undefined && isTimeGrouping(by[0])
  const tableOf = (caption: string, columns: readonly PageColumn<GroupLine>[]) => {
    const table = htmlTable({
      caption,
      columns: [...keysOf(view, names), ...columns],
      rows,
      total,
      groups: { costUsd: report.total.costUsd, isFloor: ({ usage }) => usage.costIsFloor },
      ...(inTime && { most: MOST_TIMES, others: 'more' }),
    })
    return [caption, table] as const
  }
  const shown = shownColumns(view, lines)
  const [costAndShare, counts] = [costColumns(view), shown.filter((column) => !column.timing && !isErrorPart(column))]
  const [cost, ...share] = costAndShare
  const kinds = by.includes('kind') ? [] : costKinds(report.groups)
  const usual: PageColumn<Line>[] = [
    ...(cost ? [cost] : []),
    ...changeColumns(view),
    ...share,
    ...counts.map(counted),
    ...(kinds.length > 0 ? [] : pricedColumns(lines)),
  ]
  const costs: PageColumn<Line>[] = [
    costSum({ heading: 'Cost', cell: ({ usage }) => costCell(usage) }),
    ...kinds.map(({ name, title }, index): PageColumn<Line> => {
      const of = ({ usage: { costs } }: Line) => costs?.[name] ?? null
      return { heading: groupingTitle(title), cell: (line) => usd(of(line), '–'), sum: { how: index + 1, of } }
    }),
    ...pricedColumns(lines),
    ...(hasListCosts(report) ? [{ heading: 'At list prices', cell: ({ usage }: Line) => listCostText(usage) }] : []),
  ]
  const timings = USAGE_COLUMNS.filter(({ timing, empty }) => timing && !lines.every(empty))
  const errors = shown.filter(isErrorPart)
  return [
    tableOf('Usage and cost', askedColumns(view) ?? usual),
    ...(kinds.length > 0 ? [tableOf('Cost breakdown', costs)] : []),
    ...(timings.length > 0 ? [tableOf('Latency', timings.map(counted))] : []),
    ...(errors.length > 0 ? [tableOf('Errors and throttles', errors.map(counted))] : []),
  ]
}

function keysOf(view: ReportView, names: Names): PageColumn<GroupLine>[] {
  return view.by.map((name, index) => ({
    heading: groupingTitle(name),
    kind: isTimeGrouping(name) ? 'when' : 'key',
    cell: ({ keys, group }) => (group && !isTimeGrouping(name) ? names.label(group, name) : (keys[index] ?? '')),
    exact: ({ keys, group }) => (group ? keyText(view, group, name) : (keys[index] ?? '')),
  }))
}

function costColumns({ report }: ReportView): PageColumn<Line>[] {
  const { costUsd } = report.total
  const share = ({ usage }: Line) => (costUsd && usage.costUsd !== null ? usage.costUsd / costUsd : null)
  const sum = { how: 'share', of: ({ usage }: Line) => usage.costUsd } as const
  return [costSum(COST_COLUMN), { heading: 'Share', cell: (line) => percent(share(line)), sum }]
}

function costSum(column: PageColumn<Line>): PageColumn<Line> {
  return { ...column, sum: { how: 0, of: ({ usage }) => usage.costUsd } }
}

/** Counts add up; rates and times do not. */
function counted(column: UsageColumn): PageColumn<Line> {
  if (column.timing || column.name === 'error rate') return titled(column)
  return { ...titled(column), sum: { how: 'count', of: (line) => numberIn(column.cell(line)) } }
}

/** The numbers of every slot of the series in which anything was called: years of files are mostly days of nothing. */
export function seriesTable(view: ReportView): string {
  const { report, timeZone } = view
  const called = report.series.filter((slot) => COUNTERS.some((counter) => slot[counter] !== 0))
  const rows = called.map((slot): Line => {
    // Of the last hour or day until when, where it is cut short.
    const isCut = slot.partial && slot.start === report.series.at(-1)?.start
    const until = isCut ? ` until ${clockText(report.window.end, timeZone).slice(11)}` : ''
    return { keys: [`${clockText(slot.start, timeZone)}${until}`], usage: slot, course: [] }
  })
  const total = { keys: [], usage: report.total, course: [] }
  const start: PageColumn<Line> = { heading: `From (${timeZone})`, cell: ({ keys }) => keys[0] ?? '', kind: 'when' }
  const counts = shownColumns(view, [...rows, total]).filter(({ timing }) => !timing)
  const columns = [start, ...costColumns(view), ...counts.map(counted)]
  return htmlTable({ caption: slotName(report), columns, rows, total, most: MOST_TIMES, others: 'more' })
}

/** US dollars per million tokens, of each model by its exact id. */
export function priceTable(prices: readonly PriceLine[]): string {
  const rate = (heading: string, of: (line: PriceLine) => number | null | undefined): PageColumn<PriceLine> => {
    return { heading, cell: (line) => (typeof of(line) === 'number' ? `$${grouped(of(line) ?? 0, 12, 2)}` : '–') }
  }
  const columns: PageColumn<PriceLine>[] = [
    { heading: 'Model', cell: (line) => line.model, kind: 'key' },
    { heading: 'Region', cell: (line) => line.region, kind: 'when' },
    rate('Input', (line) => line.inputPerMillion),
    rate('Output', (line) => line.outputPerMillion),
    rate('Cache read', (line) => line.cacheReadPerMillion),
    rate('Cache write', (line) => line.cacheWritePerMillion),
    ...(prices.some((line) => line.cacheWrite1hPerMillion !== undefined)
      ? [rate('Cache write, 1 hour', (line) => line.cacheWrite1hPerMillion)]
      : []),
    ...(prices.some((line) => line.perImage !== undefined) ? [rate('An image', (line) => line.perImage)] : []),
    { heading: 'Source', cell: (line) => line.source, kind: 'key' },
    { heading: 'As of', cell: (line) => line.asOf ?? '–', kind: 'when' },
  ]
  return htmlTable({ caption: 'Prices', columns, rows: prices })
}

export function unpricedTable(rows: readonly UnpricedLine[]): string {
  const columns: PageColumn<UnpricedLine>[] = [
    { heading: 'Model', cell: (line) => line.model, kind: 'key' },
    { heading: 'Input tokens', cell: (line) => whole(line.inputTokens) },
    { heading: 'Output tokens', cell: (line) => whole(line.outputTokens) },
    { heading: 'Why', cell: (line) => line.reason, kind: 'key' },
  ]
  return htmlTable({ caption: 'Unpriced', columns, rows })
}

/** The busiest minute of each model beside its quotas, nearest to its limit first. */
export function quotaTable(rows: readonly QuotaLine[], zone: string): string {
  const peaks = (what: string, of: (line: QuotaLine) => QuotaPeak | null): PageColumn<QuotaLine>[] => [
    { heading: `${what} a minute`, cell: (line) => whole(of(line)?.peak ?? null) },
    { heading: 'Quota', cell: (line) => whole(of(line)?.quota ?? null) },
    { heading: 'Used', cell: (line) => usedText(of(line)), tone: (line) => (isNear(line) ? 'bad' : undefined) },
    {
      heading: `When (${zone})`,
      cell: (line) => {
        const peak = of(line)
        return peak ? clockText(peak.at, zone) : '–'
      },
      kind: 'when',
    },
  ]
  const columns: PageColumn<QuotaLine>[] = [
    { heading: 'Model', cell: ({ model, sharedWith = [] }) => [model, ...sharedWith].join(', '), kind: 'key' },
    { heading: 'Region', cell: ({ region }) => region, kind: 'when' },
    ...peaks('Tokens', (line) => line.tokensPerMinute),
    ...peaks('Requests', (line) => line.requestsPerMinute),
  ]
  return htmlTable({ caption: 'Quotas', columns, rows })
}

/** The costliest hours that cost more than expected first, and why. */
export function anomalyTable(view: ReportView, names: Names): string {
  const { anomalies } = view.report
  if (!anomalies) return '<p>Not known: see the notes.</p>'
  if (anomalies.length === 0) return '<p>None in this window.</p>'
  const columns: PageColumn<Anomaly>[] = [
    { heading: 'Of', cell: (one) => anomalyName(view, one, names.model), kind: 'key' },
    { heading: `From (${view.timeZone})`, cell: ({ start }) => clockText(start, view.timeZone), kind: 'when' },
    { heading: 'Hours', cell: ({ hours }) => whole(hours) },
    { heading: 'Cost', cell: ({ costUsd }) => usd(costUsd) },
    { heading: 'Expected', cell: ({ expectedUsd }) => usd(expectedUsd) },
    { heading: 'More', cell: ({ excessUsd }) => signedUsd(excessUsd), tone: () => 'bad' },
    { heading: 'Volume', cell: ({ volumeUsd }) => signedUsd(volumeUsd) },
    { heading: 'Mix', cell: ({ mixUsd }) => signedUsd(mixUsd) },
    { heading: 'Price', cell: ({ priceUsd }) => signedUsd(priceUsd) },
  ]
  return htmlTable({ caption: 'Anomalies', columns, rows: anomalies })
}

/** What teams used, share and are charged, and how their budgets stand. */
export function teamTable({ report }: ReportView, rows: readonly TeamLine[]): string {
  const over = ({ budget }: TeamLine) => (budget?.isOver ? 'bad' : undefined)
  const columns: PageColumn<TeamLine>[] = [
    { heading: 'Team', cell: ({ team }) => team, kind: 'key' },
    { heading: 'Own use', cell: ({ costUsd, costIsFloor }) => costCell({ costUsd, costIsFloor, costLacks: [] }) },
    ...toldOfTeams(report).map(({ name, heading, cell }): PageColumn<TeamLine> => {
      return { heading, cell, ...(/^(used|left)Usd$/.test(name) && { tone: over }) }
    }),
    { heading: 'Calls', cell: ({ invocations }) => grouped(invocations) },
  ]
  return htmlTable({ caption: 'Teams', columns, rows })
}
