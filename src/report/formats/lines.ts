import { plain } from '../../text/escape.ts'
import { lackCell } from '../../text/floor.ts'
import { shortNames } from '../../text/models.ts'
import { compact, duration, percent, UNKNOWN, whole } from '../../text/numbers.ts'
import { sparkline } from '../../text/sparkline.ts'
import type { Column } from '../../text/table.ts'
import { wrapId } from '../../text/wrap.ts'
import { isTimeGrouping } from '../grouping.ts'
import { type Group, HIGH_ERROR_RATE, type Timing, type Usage } from '../model.ts'
import type { ReportView } from '../view.ts'
import { TIMINGS } from './fields.ts'
import { costCell, groupingTitle, keyText, withoutCost } from './labels.ts'
import { slotName } from './times.ts'

/** What a table of a report has a row for: a group, or the total. */
export interface Line {
  /** The values that tell it apart, in the order of the groupings. */
  keys: readonly string[]
  usage: Usage & Partial<Pick<Group, 'key' | 'others' | 'before' | 'change'>>
  /** Invocations in each slot of the window. */
  course: readonly number[]
}

const TOTAL = 'Total'

/** @param short names of models, callers and hours as short as they tell each other apart, instead of exact ones */
export function linesOf(view: ReportView, { short = false } = {}): Line[] {
  const { report, by, trends } = view
  const keys = by.map((name) => {
    const texts = report.groups.map((group) => keyText(view, group, name))
    // A name that people gave is not shortened.
    const given = texts.filter((text, index) => !text.startsWith(plain(report.groups[index]?.key[name] ?? '')))
    return short ? shortNames(name, texts, new Set(given)) : texts
  })
  return report.groups.map((usage, index) => ({
    keys: keys.map((texts) => texts[index] ?? ''),
    usage,
    course: trends.groups[index] ?? [],
  }))
}

export function totalLine({ report, trends }: ReportView): Line {
  return { keys: [TOTAL], usage: { ...report.total, ...report.compare }, course: trends.total }
}

export function keyColumns({ by }: ReportView): (Column<Line> & { name: string; heading: string })[] {
  return by.map((name, index) => ({
    name,
    heading: groupingTitle(name),
    cell: ({ keys }) => keys[index] ?? '',
    // A time is read in one piece.
    ...(!isTimeGrouping(name) && { fold: wrapId }),
  }))
}

/** What it cost: the column that always stays. */
export const COST_COLUMN: Column<Line> & { heading: string } = {
  heading: 'Cost',
  align: 'right',
  cell: ({ usage }) => costCell(usage),
  tone: ({ usage }) => (usage.costIsFloor ? 'unsure' : undefined),
}

/** The part of all costs: nothing where there is but one group, or nothing cost anything. */
function shareColumns({ report: { total, groups } }: ReportView): NamedColumn[] {
  const all = total.costUsd ?? 0
  if (groups.length < 2 || all === 0) return []
  const share = (cost: number) => (cost > 0 && cost < all / 200 ? '<1 %' : `${Math.round((cost / all) * 100)} %`)
  const cell = ({ usage }: Line) => (usage.costUsd === null ? UNKNOWN : share(usage.costUsd))
  return [
    { name: 'share', heading: 'Share', align: 'right', cell: (line) => (line.keys[0] === TOTAL ? '' : cell(line)) },
  ]
}

/** Invocations over the window, as bars: nothing where each line is of one time. */
function trendColumns({ report, by }: ReportView): NamedColumn[] {
  const cell = ({ usage, course }: Line) => (usage.invocations === null ? UNKNOWN : sparkline(course, 12))
  const isOneTime = by.some(isTimeGrouping) || report.series.length < 2
  return isOneTime || report.bill ? [] : [{ name: 'trend', heading: slotName(report), cell }]
}

/** All columns beside keys and cost that have something to tell, in the order in which they stand. */
export function columnsOf(view: ReportView, lines: readonly Line[]): NamedColumn[] {
  return [...shareColumns(view), ...shownColumns(view, lines), ...trendColumns(view), ...pricedColumns(lines)]
}

/** How much of it is priced, beside the cost: only where that leaves something out in one of the lines. */
export function pricedColumns(lines: readonly Line[]): (NamedColumn & { heading: string })[] {
  if (!lines.some(({ usage }) => usage.costIsFloor)) return []
  const cell = ({ usage }: Line) => {
    if (!usage.costIsFloor) return 'all'
    const { costUsd, costLacks: lacks, pricedShare } = usage
    return costUsd === null && withoutCost(usage) === 'unpriced' ? 'none' : lackCell({ lacks, pricedShare })
  }
  return [{ ...COST_COLUMN, name: 'priced', heading: 'Priced', cell }]
}

/** A column with a name of its own, by which it is ranked. */
export interface NamedColumn extends Column<Line> {
  name: string
  /** In fewer characters, where it is narrow. */
  brief?(line: Line): string
}

/** A column of what was used and how it went. */
export interface UsageColumn extends NamedColumn {
  /** What the report is for: it stands even where there is nothing in it. */
  essential?: true
  timing?: true
  /** Nothing to tell: a count of zero, a time that was not measured. A count that is not known is not zero. */
  empty(line: Line): boolean
}

function count(
  name: string,
  heading: Column<Line>['heading'],
  of: (usage: Usage) => number | null,
  more: Partial<UsageColumn> = {},
): UsageColumn {
  return {
    name,
    heading,
    align: 'right',
    cell: ({ usage }) => whole(of(usage)),
    empty: ({ usage }) => of(usage) === 0,
    ...more,
  }
}

function tokens(name: string, heading: readonly [string, string], of: (usage: Usage) => number | null): UsageColumn {
  return count(name, heading, of, { brief: ({ usage }) => compact(of(usage)) })
}

function timings(name: string, top: string, of: (usage: Usage) => Timing) {
  return TIMINGS.map(
    (stat): UsageColumn => ({
      name: `${name} ${stat}`,
      heading: [top, stat],
      align: 'right',
      timing: true,
      cell: ({ usage }) => duration(of(usage)[stat]),
      empty: ({ usage }) => of(usage)[stat] === null,
    }),
  )
}

const ERROR_RATE: Partial<UsageColumn> = {
  essential: true,
  cell: ({ usage }) => percent(usage.errorRate),
  tone: ({ usage }) => ((usage.errorRate ?? 0) > HIGH_ERROR_RATE ? 'bad' : undefined),
}

/** All columns in the order in which they stand. */
export const USAGE_COLUMNS: readonly UsageColumn[] = [
  count('invocations', 'Calls', (usage) => usage.invocations, { essential: true }),
  { ...tokens('input tokens', ['Input', 'tokens'], (usage) => usage.inputTokens), essential: true },
  { ...tokens('output tokens', ['Output', 'tokens'], (usage) => usage.outputTokens), essential: true },
  tokens('cache read', ['Cache', 'read'], (usage) => usage.cacheReadTokens),
  tokens('cache write', ['Cache', 'write'], (usage) => usage.cacheWriteTokens),
  count('images', 'Images', (usage) => usage.images),
  count('error rate', 'Errors', (usage) => usage.errorRate, ERROR_RATE),
  count('client errors', ['Client', 'errors'], (usage) => usage.clientErrors),
  count('server errors', ['Server', 'errors'], (usage) => usage.serverErrors),
  count('throttles', 'Throttles', (usage) => usage.throttles),
  ...timings('latency', 'Latency', (usage) => usage.latencyMs),
  ...timings('first token', 'TTFT', (usage) => usage.timeToFirstTokenMs),
]

/** What a bill knows nothing of. */
const OF_CALLS: readonly string[] = ['invocations', 'error rate', 'client errors', 'server errors', 'throttles']

/** Those that have something to tell, or are what the report is for. */
export function shownColumns({ report }: Pick<ReportView, 'report'>, lines: readonly Line[]): UsageColumn[] {
  return USAGE_COLUMNS.filter(({ name, essential, empty }) => {
    if (report.bill && OF_CALLS.includes(name)) return false
    return essential || !lines.every(empty)
  })
}

/** "Input tokens", as a heading of one line. */
export function titleOf({ name }: UsageColumn): string {
  return name === 'invocations' ? 'Calls' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}
