import { lackCell } from '../../text/floor.ts'
import { costFormat, percent, whole } from '../../text/numbers.ts'
import type { Column } from '../../text/table.ts'
import { wrapId } from '../../text/wrap.ts'
import type { Group, ReportView, Timing, Usage } from '../model.ts'
import { TIMINGS } from './fields.ts'
import { costCell, groupingTitle, keyText, withoutCost } from './labels.ts'

/** What a table of a report has a row for: a group, or the total. */
export interface Line {
  /** The values that tell it apart, in the order of the groupings. */
  keys: readonly string[]
  usage: Usage & Partial<Pick<Group, 'before' | 'change'>>
  /** Invocations in each slot of the window. */
  course: readonly number[]
}

export function linesOf(view: ReportView): Line[] {
  const { report, by, trends } = view
  return report.groups.map((usage, index) => ({
    keys: by.map((name) => keyText(view, usage, name)),
    usage,
    course: trends.groups[index] ?? [],
  }))
}

export function totalLine({ report, trends }: ReportView): Line {
  return { keys: ['Total'], usage: { ...report.total, ...report.compare }, course: trends.total }
}

/** A column for each grouping. */
export function keyColumns({ by }: ReportView): (Column<Line> & { name: string; heading: string })[] {
  return by.map((name, index) => ({
    name,
    heading: groupingTitle(name),
    cell: ({ keys }) => keys[index] ?? '',
    fold: wrapId,
  }))
}

/** What it cost: the column that always stays. */
export function costColumn(lines: readonly Line[]): Column<Line> & { heading: string } {
  const cost = costFormat(lines.map(({ usage }) => usage.costUsd))
  return {
    heading: 'Cost',
    align: 'right',
    cell: ({ usage }) => costCell(cost, usage),
    tone: ({ usage }) => (usage.costIsFloor ? 'unsure' : 'good'),
  }
}

/** How much of it is priced, beside the cost: only where that leaves something out in one of the lines. */
export function pricedColumns(lines: readonly Line[]): (Column<Line> & { heading: string })[] {
  if (!lines.some(({ usage }) => usage.costIsFloor)) return []
  const cell = ({ usage }: Line) => {
    if (!usage.costIsFloor) return 'all'
    const { costUsd, costLacks: lacks, pricedShare } = usage
    return costUsd === null && withoutCost(usage) === 'unpriced' ? 'none' : lackCell({ lacks, pricedShare })
  }
  return [{ heading: PRICED, align: 'right', cell, tone: ({ usage }) => (usage.costIsFloor ? 'unsure' : undefined) }]
}

export const PRICED = 'Priced'

/** A column of numbers between the keys and the cost. */
export interface UsageColumn extends Column<Line> {
  /** How it is called where there is room, and when it is left out. */
  name: string
  heading: readonly [string, string]
  /** What the report is for: it stands even where there is nothing in it. */
  essential?: true
  /** Milliseconds. */
  timing?: true
  /** Nothing to tell: a count of zero, a time that was not measured. A count that is not known is not zero. */
  empty(line: Line): boolean
}

/** Counts; with `failures` a number above zero needs attention. */
function count(
  name: string,
  heading: readonly [string, string],
  of: (usage: Usage) => number | null,
  more: { essential?: true; failures?: true; text?: (value: number | null) => string } = {},
): UsageColumn {
  const { essential, failures, text = whole } = more
  return {
    name,
    heading,
    align: 'right',
    ...(essential && { essential }),
    cell: ({ usage }) => text(of(usage)),
    empty: ({ usage }) => of(usage) === 0,
    ...(failures && { tone: ({ usage }: Line) => ((of(usage) ?? 0) > 0 ? 'bad' : undefined) }),
  }
}

function timings(name: string, heading: (stat: string) => readonly [string, string], of: (usage: Usage) => Timing) {
  return TIMINGS.map(
    (stat): UsageColumn => ({
      name: `${name} ${stat}`,
      heading: heading(stat),
      align: 'right',
      timing: true,
      cell: ({ usage }) => whole(of(usage)[stat]),
      empty: ({ usage }) => of(usage)[stat] === null,
    }),
  )
}

/** All columns in the order in which they stand. */
export const USAGE_COLUMNS: readonly UsageColumn[] = [
  count('invocations', ['', 'Invocations'], (usage) => usage.invocations, { essential: true }),
  count('client errors', ['Client', 'errors'], (usage) => usage.clientErrors, { failures: true }),
  count('server errors', ['Server', 'errors'], (usage) => usage.serverErrors, { failures: true }),
  count('error rate', ['Error', 'rate'], (usage) => usage.errorRate, {
    essential: true,
    failures: true,
    text: percent,
  }),
  count('throttles', ['', 'Throttles'], (usage) => usage.throttles, { failures: true }),
  count('input tokens', ['Input', 'tokens'], (usage) => usage.inputTokens, { essential: true }),
  count('output tokens', ['Output', 'tokens'], (usage) => usage.outputTokens, { essential: true }),
  count('cache read', ['Cache', 'read'], (usage) => usage.cacheReadTokens),
  count('cache write', ['Cache', 'write'], (usage) => usage.cacheWriteTokens),
  count('images', ['', 'Images'], (usage) => usage.images),
  ...timings(
    'latency',
    (stat) => [stat, 'ms'],
    (usage) => usage.latencyMs,
  ),
  ...timings(
    'first token',
    (stat) => ['TTFT', stat],
    (usage) => usage.timeToFirstTokenMs,
  ),
]

/** "Input tokens", as a heading of one line. */
export function titleOf({ name }: UsageColumn): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}
