import { plain } from '../../text/escape.ts'
import { lackCell } from '../../text/floor.ts'
import { shortNames } from '../../text/models.ts'
import { compact, duration, percent, signedPercent, UNKNOWN, usd, whole } from '../../text/numbers.ts'
import { sparkline } from '../../text/sparkline.ts'
import type { Column } from '../../text/table.ts'
import { wrapId } from '../../text/wrap.ts'
import { isTimeGrouping } from '../grouping.ts'
import { type Group, HIGH_ERROR_RATE, type Timing, type Usage } from '../model.ts'
import { findValue, TIMINGS } from '../values.ts'
import type { ReportView } from '../view.ts'
import { costCell, groupingTitle, keyText, slotName, withoutCost } from './labels.ts'
import { changeText, isGone, isNew } from './texts.ts'

/** What a table of a report has a row for: a group, or the total. */
export interface Line {
  /** The values that tell it apart, in the order of the groupings. */
  keys: readonly string[]
  usage: Usage & Partial<Pick<Group, 'key' | 'others' | 'before' | 'change'>>
  course: readonly number[]
}

type TextColumn = Column<Line> & { heading: string }

export interface NamedColumn extends Column<Line> {
  name: string
  brief?(line: Line): string
}

export interface UsageColumn extends NamedColumn {
  /** What the report is for: it stands even where there is nothing in it. */
  essential?: true
  timing?: true
  /** Nothing to tell: a count of zero, a time that was not measured. A count that is not known is not zero. */
  empty(line: Line): boolean
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

export function keyColumns({ by }: ReportView): (TextColumn & { name: string })[] {
  return by.map((name, index) => ({
    name,
    heading: groupingTitle(name),
    cell: ({ keys }) => keys[index] ?? '',
    ...(!isTimeGrouping(name) && { fold: wrapId }),
  }))
}

export const COST_COLUMN: TextColumn = {
  heading: 'Cost',
  align: 'right',
  cell: ({ usage }) => costCell(usage),
  tone: ({ usage }) => (usage.costIsFloor ? 'unsure' : undefined),
}

/** The columns of `--columns`; undefined where none were asked for. */
export function askedColumns({ columns, report }: ReportView): TextColumn[] | undefined {
  return columns?.flatMap((name): TextColumn[] => {
    const value = findValue(name)
    if (!value) return []
    if (name === 'change.usd') return [CHANGE]
    const cell = ({ usage }: Line) =>
      name === 'costUsd' ? costCell(usage) : valueText(value.name, value.of(usage, report.total))
    return [{ heading: valueTitle(name), align: 'right', cell }]
  })
}

function valueText(name: string, value: number | string | boolean | null): string {
  if (value === null || value === '') return UNKNOWN
  if (typeof value !== 'number') return String(value)
  if (name.endsWith('Usd') || name.startsWith('costs.')) return usd(value)
  if (name === 'change.percent') return signedPercent(value / 100)
  return /Rate$|[sS]hare$/.test(name) ? percent(value) : whole(value)
}

/** "costs.cacheRead" → "Costs cache read", "latencyMs.p99" → "Latency p99 ms", "inputTokens" → "Input tokens" */
function valueTitle(name: string): string {
  const words = name
    .replace(/Usd$/, '')
    .replace(/^(.+)Ms\.(.+)$/, '$1 $2 ms')
    .replace(/\./g, ' ')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return titleOf(words)
}

/** "Input tokens", as a heading of one line. */
function titleOf(name: string): string {
  return name === 'invocations' ? 'Calls' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

export function titled<Of extends UsageColumn>(column: Of): Of & { heading: string } {
  return { ...column, heading: titleOf(column.name) }
}

const CHANGE: TextColumn & NamedColumn = {
  name: 'change',
  heading: 'Change',
  align: 'right',
  cell: ({ usage }) => `${changeText(usage.change)}${isNew(usage) ? ' (new)' : isGone(usage) ? ' (gone)' : ''}`,
}

export function changeColumns({ report }: ReportView): (TextColumn & NamedColumn)[] {
  return report.compare ? [CHANGE] : []
}

/** All columns beside keys and cost that have something to tell, in the order in which they stand. */
export function columnsOf(view: ReportView, lines: readonly Line[]): NamedColumn[] {
  return [...shareColumns(view), ...shownColumns(view, lines), ...trendColumns(view), ...pricedColumns(lines)]
}

/** The part of all costs: nothing where there is but one group, or nothing cost anything. */
function shareColumns({ report: { total, groups } }: ReportView): NamedColumn[] {
  const all = total.costUsd ?? 0
  if (groups.length < 2 || all === 0) return []
  const cell = ({ keys, usage: { costUsd: cost } }: Line) => {
    if (keys[0] === TOTAL) return ''
    if (cost === null) return UNKNOWN
    return cost > 0 && cost < all / 200 ? '<1 %' : `${Math.round((cost / all) * 100)} %`
  }
  return [{ name: 'share', heading: 'Share', align: 'right', cell }]
}

/** Invocations over the window, as bars: nothing where each line is of one time. */
function trendColumns({ report, by }: ReportView): NamedColumn[] {
  if (report.bill || report.series.length < 2 || by.some(isTimeGrouping)) return []
  const cell = ({ usage, course }: Line) => (usage.invocations === null ? UNKNOWN : sparkline(course, 12))
  return [{ name: 'trend', heading: slotName(report), cell }]
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

function count(
  name: string,
  heading: Column<Line>['heading'],
  of: (usage: Usage) => number | null,
  more: Partial<UsageColumn> = {},
): UsageColumn {
  const cell = ({ usage }: Line) => whole(of(usage))
  return { name, heading, align: 'right', cell, empty: ({ usage }) => of(usage) === 0, ...more }
}

function tokens(name: string, of: (usage: Usage) => number | null, more: Partial<UsageColumn> = {}): UsageColumn {
  const [first = '', second = ''] = titleOf(name).split(' ')
  return count(name, [first, second], of, { brief: ({ usage }) => compact(of(usage)), ...more })
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

export const USAGE_COLUMNS: readonly UsageColumn[] = [
  count('invocations', 'Calls', (usage) => usage.invocations, { essential: true }),
  tokens('input tokens', (usage) => usage.inputTokens, { essential: true }),
  tokens('output tokens', (usage) => usage.outputTokens, { essential: true }),
  tokens('cache read', (usage) => usage.cacheReadTokens),
  tokens('cache write', (usage) => usage.cacheWriteTokens),
  count('images', 'Images', (usage) => usage.images),
  count('error rate', 'Errors', (usage) => usage.errorRate, ERROR_RATE),
  count('client errors', ['Client', 'errors'], (usage) => usage.clientErrors),
  count('server errors', ['Server', 'errors'], (usage) => usage.serverErrors),
  count('throttles', 'Throttles', (usage) => usage.throttles),
  ...timings('latency', 'Latency', (usage) => usage.latencyMs),
  ...timings('first token', 'TTFT', (usage) => usage.timeToFirstTokenMs),
]

/** Those that have something to tell, or are what the report is for. A bill knows nothing of calls. */
export function shownColumns({ report }: Pick<ReportView, 'report'>, lines: readonly Line[]): UsageColumn[] {
  return USAGE_COLUMNS.filter(({ name, essential, empty }) => {
    if (report.bill && /^invocations$|error|throttles/.test(name)) return false
    return essential || !lines.every(empty)
  })
}
