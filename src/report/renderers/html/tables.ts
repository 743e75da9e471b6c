import { grouped } from '../../../core/numbers.ts'
import { CHARGE_KINDS } from '../../charges.ts'
import { isTimeGrouping } from '../../grouping.ts'
import {
  COUNTERS,
  type PriceLine,
  type ReportView,
  type Slot,
  type Timing,
  type UnpricedLine,
  type Usage,
} from '../../model.ts'
import { TIMINGS } from '../fields.ts'
import { groupingTitle, keyValue } from '../labels.ts'
import { costFormat, percent, whole } from '../numbers.ts'
import { clockText } from '../times.ts'
import { htmlTable, type TableColumn } from './table.ts'

/** A row of a usage with what it is of, as texts. */
interface Line {
  keys: readonly string[]
  usage: Usage
}

/** Use and cost of every group; columns with nothing in them are left out. */
export function groupTable(view: ReportView): string {
  const { report } = view
  return htmlTable(
    'Use and cost',
    [...keyColumns(view), ...usageColumns([...report.groups, report.total])],
    linesOf(view),
    ['Total', totalLine(view)],
  )
}

/** The latencies and times to first token of every group; empty text where the source tells none. */
export function latencyTable(view: ReportView): string {
  const all = [...view.report.groups, view.report.total]
  const timing = (title: string, of: (usage: Usage) => Timing): TableColumn<Line>[] =>
    TIMINGS.flatMap((stat) => {
      if (all.every((usage) => of(usage)[stat] === null)) return []
      return { title: `${title} ${stat}`, cell: ({ usage }: Line) => whole(of(usage)[stat]) }
    })
  const columns = [
    ...timing('Latency', (usage) => usage.latencyMs),
    ...timing('First token', (usage) => usage.timeToFirstTokenMs),
  ]
  if (columns.length === 0) return ''
  return htmlTable('Latency', [...keyColumns(view), ...columns], linesOf(view), ['Total', totalLine(view)])
}

/** What the cost of every group is made of, and how much of its tokens is priced; empty text where nothing cost anything. */
export function costTable(view: ReportView): string {
  const all = [...view.report.groups, view.report.total]
  const kinds = CHARGE_KINDS.filter(({ name }) => all.some(({ costs }) => (costs?.[name] ?? 0) > 0))
  if (kinds.length === 0) return ''
  const cost = costFormat(
    all.flatMap(({ costUsd, costs }) => [costUsd, ...kinds.map(({ name }) => costs?.[name] ?? null)]),
  )
  const isWhole = all.every(({ pricedShare }) => pricedShare === null || pricedShare === 1)
  const columns: TableColumn<Line>[] = [
    ...kinds.map(({ name, title }) => ({
      title: groupingTitle(title),
      cell: ({ usage: { costs } }: Line) => (costs ? cost(costs[name] ?? 0) : '–'),
    })),
    ...(isWhole ? [] : [{ title: 'Tokens priced', cell: ({ usage }: Line) => percent(atMost(usage.pricedShare)) }]),
    { title: 'Cost', cell: ({ usage }) => cost(usage.costUsd), pinned: true },
  ]
  return htmlTable('What the cost is made of', [...keyColumns(view), ...columns], linesOf(view), [
    'Total',
    totalLine(view),
  ])
}

/** A share in whole thousandths, so that what is not whole does not read as 100 %. */
function atMost(share: number | null): number | null {
  return share === null ? null : Math.floor(share * 1_000) / 1_000
}

/** The numbers of every slot of the series in which anything was called: years of files are mostly days of nothing. */
export function seriesTable({ report, timeZone }: ReportView): string {
  const called = report.series.filter((slot) => COUNTERS.some((counter) => slot[counter] !== 0))
  const slots = called.map((slot: Slot): Line => ({ keys: [clockText(slot.start, timeZone)], usage: slot }))
  const start: TableColumn<Line> = { title: `From (${timeZone})`, cell: ({ keys }) => keys[0] ?? '', kind: 'when' }
  const total = { keys: [], usage: report.total }
  return htmlTable('Over time', [start, ...usageColumns([...report.series, report.total])], slots, ['Total', total])
}

/** US dollars per million tokens. */
export function priceTable(prices: readonly PriceLine[]): string {
  const usd = (price: number | null | undefined) =>
    price === null || price === undefined ? '–' : `$${grouped(price, 12, 2)}`
  const known = (title: string, of: (line: PriceLine) => number | undefined): TableColumn<PriceLine>[] =>
    prices.some((line) => of(line) !== undefined) ? [{ title, cell: (line) => usd(of(line)) }] : []
  return htmlTable(
    'Prices',
    [
      { title: 'Model', cell: (line) => line.model, kind: 'key' },
      { title: 'Region', cell: (line) => line.region, kind: 'when' },
      { title: 'Input', cell: (line) => usd(line.inputPerMillion) },
      { title: 'Output', cell: (line) => usd(line.outputPerMillion) },
      { title: 'Cache read', cell: (line) => usd(line.cacheReadPerMillion) },
      { title: 'Cache write', cell: (line) => usd(line.cacheWritePerMillion) },
      ...known('Cache write, 1 hour', (line) => line.cacheWrite1hPerMillion),
      ...known('An image', (line) => line.perImage),
      { title: 'Source', cell: (line) => line.source, kind: 'key' },
      { title: 'As of', cell: (line) => line.asOf ?? '–', kind: 'when' },
    ],
    prices,
  )
}

export function unpricedTable(lines: readonly UnpricedLine[]): string {
  return htmlTable(
    'Unpriced',
    [
      { title: 'Model', cell: (line) => line.model, kind: 'key' },
      { title: 'Input tokens', cell: (line) => whole(line.inputTokens) },
      { title: 'Output tokens', cell: (line) => whole(line.outputTokens) },
      { title: 'Why', cell: (line) => line.reason, kind: 'key' },
    ],
    lines,
  )
}

function linesOf({ report, by }: ReportView): Line[] {
  return report.groups.map((group) => ({ keys: by.map((name) => keyValue(group, name)), usage: group }))
}

function totalLine({ report }: ReportView): Line {
  return { keys: [], usage: report.total }
}

function keyColumns({ by }: ReportView): TableColumn<Line>[] {
  return by.map((name, index) => ({
    title: groupingTitle(name),
    cell: ({ keys }) => keys[index] ?? '',
    kind: isTimeGrouping(name) ? 'when' : 'key',
  }))
}

function usageColumns(all: readonly Usage[]): TableColumn<Line>[] {
  const cost = costFormat(all.map((usage) => usage.costUsd))
  const count = (
    title: string,
    of: (usage: Usage) => number | null,
    kind: 'always' | 'used' | 'bad',
  ): TableColumn<Line>[] => {
    if (kind !== 'always' && all.every((usage) => of(usage) === 0)) return []
    const cell = ({ usage }: Line) => whole(of(usage))
    return [{ title, cell, ...(kind === 'bad' && { bad: ({ usage }: Line) => (of(usage) ?? 0) > 0 }) }]
  }
  return [
    ...count('Invocations', (usage) => usage.invocations, 'always'),
    ...count('Client errors', (usage) => usage.clientErrors, 'bad'),
    ...count('Server errors', (usage) => usage.serverErrors, 'bad'),
    {
      title: 'Error rate',
      cell: ({ usage }) => percent(usage.errorRate),
      bad: ({ usage }) => (usage.errorRate ?? 0) > 0,
    },
    ...count('Throttles', (usage) => usage.throttles, 'bad'),
    ...count('Input tokens', (usage) => usage.inputTokens, 'always'),
    ...count('Output tokens', (usage) => usage.outputTokens, 'always'),
    ...count('Cache read', (usage) => usage.cacheReadTokens, 'used'),
    ...count('Cache write', (usage) => usage.cacheWriteTokens, 'used'),
    ...count('Images', (usage) => usage.images, 'used'),
    { title: 'Cost', cell: ({ usage }) => cost(usage.costUsd), pinned: true },
  ]
}
