import { grouped, percent, signedUsd, usd, whole } from '../../../text/numbers.ts'
import { isTimeGrouping } from '../../grouping.ts'
import { COUNTERS, type Group, type Slot } from '../../model.ts'
import type { QuotaLine, QuotaPeak } from '../../quotas/line.ts'
import type { Anomaly, PriceLine, TeamLine, UnpricedLine } from '../../report-lines.ts'
import type { ReportView } from '../../view.ts'
import { anomalyName } from '../anomalies.ts'
import { askedColumns, changeColumns } from '../asked.ts'
import { costCell, groupingTitle, hasListCosts, keyText, listCostText } from '../labels.ts'
import {
  COST_COLUMN,
  type Line,
  linesOf,
  pricedColumns,
  shownColumns,
  titleOf,
  totalLine,
  USAGE_COLUMNS,
  type UsageColumn,
} from '../lines.ts'
import { isNear, usedText } from '../quotas.ts'
import { toldOfTeams } from '../teams.ts'
import { clockText, slotName } from '../times.ts'
import { numberIn } from './cells.ts'
import { costKinds } from './data-of.ts'
import type { Names } from './names.ts'
import { htmlTable, type PageColumn } from './table.ts'

/** A line of a table of groups; of the total there is no group. */
type GroupLine = Line & { group?: Group }

/** A month of days, or a day of hours, is seen whole. */
const MOST_TIMES = 31

/** What the error rate is made of: in a table of its own, as that of use and cost would be too wide to be seen whole. */
const ERROR_PARTS: readonly string[] = ['client errors', 'server errors', 'throttles']

/** Use and cost of every group; columns with nothing in them are left out, and what other tables have. */
export function groupTable(view: ReportView, names: Names): string {
  const lines = [...linesOf(view), totalLine(view)]
  const [cost, ...others] = usageColumns(view, lines, ({ name }) => !ERROR_PARTS.includes(name))
  const columns: PageColumn<Line>[] = askedColumns(view) ?? [
    ...(cost ? [cost] : []),
    ...changeColumns(view),
    ...others,
    ...(hasCosts(view) ? [] : pricedColumns(lines)),
  ]
  return tableOfGroups(view, names, 'Use and cost', columns)
}

/** Errors by whose fault, and throttles, of every group; empty text where there were none. */
export function errorTable(view: ReportView, names: Names): string {
  const lines = [...linesOf(view), totalLine(view)]
  const columns = shownColumns(view, lines).filter(({ name }) => ERROR_PARTS.includes(name))
  return columns.length === 0 ? '' : tableOfGroups(view, names, 'Errors and throttles', columns.map(titled))
}

/** The latencies and times to first token of every group; empty text where the source tells none. */
export function latencyTable(view: ReportView, names: Names): string {
  const lines = [...linesOf(view), totalLine(view)]
  const columns = USAGE_COLUMNS.filter(({ timing, empty }) => timing && !lines.every(empty))
  return columns.length === 0 ? '' : tableOfGroups(view, names, 'Latency', columns.map(titled))
}

/** What the cost of every group is made of, and how much of its tokens is priced; empty text where nothing cost anything. */
export function costTable(view: ReportView, names: Names): string {
  if (!hasCosts(view)) return ''
  const kinds = costKinds(view.report.groups)
  const lines = [...linesOf(view), totalLine(view)]
  return tableOfGroups(view, names, 'What the cost is made of', [
    costSum({ heading: 'Cost', cell: ({ usage }) => costCell(usage) }),
    ...kinds.map(({ name, title }, index): PageColumn<GroupLine> => {
      const of = ({ usage: { costs } }: Line) => costs?.[name] ?? null
      return { heading: groupingTitle(title), cell: (line) => usd(of(line), '–'), sum: { how: index + 1, of } }
    }),
    ...pricedColumns(lines),
    ...(!hasListCosts(view.report)
      ? []
      : [{ heading: 'At list prices', cell: ({ usage }: Line) => listCostText(usage) }]),
  ])
}

/** By kind, each cost is made of one. */
const hasCosts = ({ report, by }: ReportView) => costKinds(report.groups).length > 0 && !by.includes('kind')

function tableOfGroups(
  view: ReportView,
  names: Names,
  caption: string,
  columns: readonly PageColumn<GroupLine>[],
): string {
  const { report, by } = view
  const lines = linesOf(view).map((line, index): GroupLine => {
    const group = report.groups[index]
    return group ? { ...line, group } : line
  })
  const inTime = by[0] !== undefined && isTimeGrouping(by[0])
  return htmlTable({
    caption,
    columns: [...keysOf(view, names), ...columns],
    rows: lines,
    total: totalLine(view),
    groups: { costUsd: report.total.costUsd, isFloor: ({ usage }) => usage.costIsFloor },
    ...(inTime && { most: MOST_TIMES, others: 'more' }),
  })
}

/** The numbers of every slot of the series in which anything was called: years of files are mostly days of nothing. */
export function seriesTable(view: ReportView): string {
  const { report, timeZone } = view
  const called = report.series.filter((slot) => COUNTERS.some((counter) => slot[counter] !== 0))
  const slots = called.map((slot): Line => ({ keys: [whenText(view, slot)], usage: slot, course: [] }))
  const start: PageColumn<Line> = { heading: `From (${timeZone})`, cell: ({ keys }) => keys[0] ?? '', kind: 'when' }
  const total = { keys: [], usage: report.total, course: [] }
  const columns = [start, ...usageColumns(view, [...slots, total])]
  return htmlTable({ caption: slotName(report), columns, rows: slots, total, most: MOST_TIMES, others: 'more' })
}

/** "2026-11-22 10:00", and of the last hour or day until when, where it is cut short. */
function whenText(view: ReportView, { start, partial }: Slot): string {
  const { report, timeZone } = view
  const isCut = partial && start === report.series.at(-1)?.start
  return `${clockText(start, timeZone)}${isCut ? ` until ${clockText(report.window.end, timeZone).slice(11)}` : ''}`
}

/** US dollars per million tokens, of each model by its exact id. */
export function priceTable(prices: readonly PriceLine[]): string {
  const rate = (price: number | null | undefined) =>
    price === null || price === undefined ? '–' : `$${grouped(price, 12, 2)}`
  const known = (heading: string, of: (line: PriceLine) => number | undefined): PageColumn<PriceLine>[] =>
    prices.some((line) => of(line) !== undefined) ? [{ heading, cell: (line) => rate(of(line)) }] : []
  const columns: PageColumn<PriceLine>[] = [
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
  ]
  return htmlTable({ caption: 'Prices', columns, rows: prices })
}

export function unpricedTable(lines: readonly UnpricedLine[]): string {
  const columns: PageColumn<UnpricedLine>[] = [
    { heading: 'Model', cell: (line) => line.model, kind: 'key' },
    { heading: 'Input tokens', cell: (line) => whole(line.inputTokens) },
    { heading: 'Output tokens', cell: (line) => whole(line.outputTokens) },
    { heading: 'Why', cell: (line) => line.reason, kind: 'key' },
  ]
  return htmlTable({ caption: 'Unpriced', columns, rows: lines })
}

/** The busiest minute of each model beside its quotas, nearest to its limit first. */
export function quotaTable(lines: readonly QuotaLine[], zone: string): string {
  const when = (peak: QuotaPeak | null) => (peak ? clockText(peak.at, zone) : '–')
  const columns = (what: string, of: (line: QuotaLine) => QuotaPeak | null): PageColumn<QuotaLine>[] => [
    { heading: `${what} a minute`, cell: (line) => whole(of(line)?.peak ?? null) },
    { heading: 'Quota', cell: (line) => whole(of(line)?.quota ?? null) },
    { heading: 'Used', cell: (line) => usedText(of(line)), tone: (line) => (isNear(line) ? 'bad' : undefined) },
    { heading: `When (${zone})`, cell: (line) => when(of(line)), kind: 'when' },
  ]
  return htmlTable({
    caption: 'Quotas',
    columns: [
      { heading: 'Model', cell: ({ model, sharedWith = [] }) => [model, ...sharedWith].join(', '), kind: 'key' },
      { heading: 'Region', cell: ({ region }) => region, kind: 'when' },
      ...columns('Tokens', (line) => line.tokensPerMinute),
      ...columns('Requests', (line) => line.requestsPerMinute),
    ],
    rows: lines,
  })
}

/** The dearest hours that cost more than expected first, and why. */
export function anomalyTable(view: ReportView, names: Names): string {
  const { anomalies } = view.report
  if (!anomalies) return '<p>Not known: see the notes.</p>'
  if (anomalies.length === 0) return '<p>None in this window.</p>'
  const money = (heading: string, of: (one: Anomaly) => number): PageColumn<Anomaly> => {
    return { heading, cell: (one) => signedUsd(of(one)) }
  }
  return htmlTable({
    caption: 'Anomalies',
    columns: [
      { heading: 'Of', cell: (one) => anomalyName(view, one, names.model), kind: 'key' },
      { heading: `From (${view.timeZone})`, cell: ({ start }) => clockText(start, view.timeZone), kind: 'when' },
      { heading: 'Hours', cell: ({ hours }) => whole(hours) },
      { heading: 'Cost', cell: ({ costUsd }) => usd(costUsd) },
      { heading: 'Expected', cell: ({ expectedUsd }) => usd(expectedUsd) },
      { ...money('More', ({ excessUsd }) => excessUsd), tone: () => 'bad' },
      money('Volume', ({ volumeUsd }) => volumeUsd),
      money('Mix', ({ mixUsd }) => mixUsd),
      money('Price', ({ priceUsd }) => priceUsd),
    ],
    rows: anomalies,
  })
}

/** What teams used, share and are charged, and how their budgets stand. */
export function teamTable({ report }: ReportView, teams: readonly TeamLine[]): string {
  const over = ({ budget }: TeamLine) => (budget?.isOver ? 'bad' : undefined)
  return htmlTable({
    caption: 'Teams',
    columns: [
      { heading: 'Team', cell: ({ team }) => team, kind: 'key' },
      { heading: 'Own use', cell: ({ costUsd, costIsFloor }) => costCell({ costUsd, costIsFloor, costLacks: [] }) },
      ...toldOfTeams(report).map(({ name, heading, cell }): PageColumn<TeamLine> => {
        return { heading, cell, ...(/^(used|left)Usd$/.test(name) && { tone: over }) }
      }),
      { heading: 'Calls', cell: ({ invocations }) => grouped(invocations) },
    ],
    rows: teams,
  })
}

function keysOf(view: ReportView, names: Names): PageColumn<GroupLine>[] {
  return view.by.map((name, index) => ({
    heading: groupingTitle(name),
    kind: isTimeGrouping(name) ? 'when' : 'key',
    cell: ({ keys, group }) => (group && !isTimeGrouping(name) ? names.label(group, name) : (keys[index] ?? '')),
    exact: ({ keys, group }) => (group ? keyText(view, group, name) : (keys[index] ?? '')),
  }))
}

/** Cost and its share first: they are what the page is for. */
function usageColumns(
  view: ReportView,
  lines: readonly Line[],
  isShown: (column: UsageColumn) => boolean = () => true,
): PageColumn<Line>[] {
  const { costUsd } = view.report.total
  const counts = shownColumns(view, lines).filter((column) => !column.timing && isShown(column))
  const share = ({ usage }: Line) => (costUsd && usage.costUsd !== null ? usage.costUsd / costUsd : null)
  return [
    costSum(COST_COLUMN),
    { heading: 'Share', cell: (line) => percent(share(line)), sum: { how: 'share', of: ({ usage }) => usage.costUsd } },
    ...counts.map(titled),
  ]
}

function costSum(column: PageColumn<Line>): PageColumn<Line> {
  return { ...column, sum: { how: 0, of: ({ usage }) => usage.costUsd } }
}

/** Counts add up; rates and times do not. */
function titled(column: UsageColumn): PageColumn<Line> {
  const heading = titleOf(column)
  if (column.timing || column.name === 'error rate') return { ...column, heading }
  return { ...column, heading, sum: { how: 'count', of: (line) => numberIn(column.cell(line)) } }
}
