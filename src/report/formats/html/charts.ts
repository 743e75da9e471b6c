import type { Spec } from 'vega'
import { lackText } from '../../../text/floor.ts'
import { whole } from '../../../text/numbers.ts'
import type { ReportView, Timing, Usage } from '../../model.ts'
import { offsetAt, wallTime } from '../../window-zone.ts'
import { costCell, groupLabel, withoutCost } from '../labels.ts'
import { isByDay } from '../times.ts'
import { ranking } from './ranked.ts'
import { barsSpec, rangesSpec } from './rows.ts'
import { type Series, stackedSpec, type TimeAxis } from './stacked.ts'

export interface Chart {
  title: string
  /** Time runs from left to right; in the others there is a line for each group. */
  overTime: boolean
  legend: readonly { label: string; colour: string }[]
  /** Undefined where there is nothing to draw; then `without` says so. */
  spec: Spec | undefined
  without: string
}

const MOST_ROWS = 7

/** Nothing to draw is not the same as nothing there. */
const INCOMPLETE = 'Incomplete: CloudWatch did not tell all of it.'

/** The charts of a report, in the order in which they stand. */
export function chartsOf(view: ReportView): Chart[] {
  const { report, trends } = view
  const axis = timeAxis(view)
  const over = (title: string, series: readonly Series[], format: 'count' | 'usd', without: string): Chart => {
    const shown = series.filter(({ values }) => values.some((value) => value > 0))
    const legend = shown.map(({ label, colour }) => ({ label, colour }))
    return {
      title,
      overTime: true,
      legend,
      // A part would pass for the whole.
      spec: shown.length > 0 && without !== INCOMPLETE ? stackedSpec(shown, axis, format) : undefined,
      without,
    }
  }
  const groups = ranking(view)
  const { total } = report
  const known = (without: string, ...of: readonly (number | null)[]) => (of.includes(null) ? INCOMPLETE : without)
  const counted = (
    label: string,
    colour: string,
    of: (slot: ReportView['report']['series'][number]) => number | null,
  ) => ({
    label,
    colour,
    values: report.series.map((slot) => of(slot) ?? 0),
  })
  return [
    over(costTitle('Cost over time', total), groups(trends.costs), 'usd', uncosted(total)),
    over(
      'Tokens over time',
      [
        counted('input', 'var(--c1)', (slot) => slot.inputTokens),
        counted('output', 'var(--c2)', (slot) => slot.outputTokens),
        counted('cache read', 'var(--c3)', (slot) => slot.cacheReadTokens),
        counted('cache write', 'var(--c4)', (slot) => slot.cacheWriteTokens),
      ],
      'count',
      known(
        'No tokens were used.',
        total.inputTokens,
        total.outputTokens,
        total.cacheReadTokens,
        total.cacheWriteTokens,
      ),
    ),
    over('Invocations over time', groups(trends.groups), 'count', known('Nothing was invoked.', total.invocations)),
    costChart(view),
    latencyChart(view),
    over(
      'Errors and throttles over time',
      [
        counted('client errors', 'var(--c2)', (slot) => slot.clientErrors),
        counted('server errors', 'var(--bad)', (slot) => slot.serverErrors),
        counted('throttles', 'var(--c4)', (slot) => slot.throttles),
      ],
      'count',
      known('No errors and no throttles.', total.clientErrors, total.serverErrors, total.throttles),
    ),
  ]
}

/** Why there is no chart of the cost. */
function uncosted(total: Usage): string {
  return total.costUsd === null && withoutCost(total) === 'incomplete' ? INCOMPLETE : 'Nothing here has a cost.'
}

/** What is drawn of a floor is a floor. */
function costTitle(title: string, { costIsFloor, costUsd, costLacks: lacks, pricedShare }: Usage): string {
  return costIsFloor && costUsd !== null ? `${title}, at least: ${lackText({ lacks, pricedShare })}` : title
}

/** Days are as wide as the clocks show them, also where these change; hours as they pass. */
function timeAxis({ report, timeZone }: ReportView): TimeAxis {
  const moments = [...report.series.map(({ start }) => start), report.window.end].map((time) => Date.parse(time))
  if (isByDay(report)) return { bounds: moments.map((moment) => wallTime(moment, timeZone)) }
  const offset = offsetAt(moments[0] ?? 0, timeZone)
  const bounds = moments.map((moment) => moment + offset)
  const shifted = moments.slice(0, -1).find((at) => offsetAt(at, timeZone) !== offset)
  if (shifted === undefined) return { bounds }
  return { bounds, shift: { at: shifted + offset, by: offsetAt(shifted, timeZone) - offset } }
}

function costChart(view: ReportView): Chart {
  const { report, by } = view
  const priced = report.groups.filter(({ costUsd }) => (costUsd ?? 0) > 0)
  const dearest = [...priced].sort((a, b) => (b.costUsd ?? 0) - (a.costUsd ?? 0)).slice(0, MOST_ROWS)
  const rows = dearest.map((group) => ({
    label: groupLabel(view, group),
    text: costCell(group),
    value: group.costUsd ?? 0,
    colour: 'var(--c1)',
  }))
  const title = priced.length > MOST_ROWS ? `Cost, the ${MOST_ROWS} dearest` : `Cost by ${by.join(' and ')}`
  return {
    title: costTitle(title, report.total),
    overTime: false,
    legend: [],
    spec: rows.length > 0 ? barsSpec(rows) : undefined,
    without: uncosted(report.total),
  }
}

const PERCENTILES = [
  { name: 'p50', colour: 'var(--c1)' },
  { name: 'p90', colour: 'var(--c2)' },
  { name: 'p99', colour: 'var(--bad)' },
] as const

/** Total first, then the groups that were called most, as far as their percentiles are known. */
function latencyChart(view: ReportView): Chart {
  const { report } = view
  const busiest = [...report.groups].sort((a, b) => (b.invocations ?? 0) - (a.invocations ?? 0))
  const all = [
    { label: 'Total', timing: report.total.latencyMs },
    ...busiest.map((group) => ({ label: groupLabel(view, group), timing: group.latencyMs })),
  ]
  const rows = all.flatMap(({ label, timing }) => {
    const points = PERCENTILES.flatMap(({ name, colour }) => {
      const value = timing[name]
      return value === null ? [] : { value, colour }
    })
    return points.length > 0 ? { label, text: timingText(timing), points } : []
  })
  return {
    title: 'Latency percentiles',
    overTime: false,
    legend: PERCENTILES.map(({ name, colour }) => ({ label: name, colour })),
    spec: rows.length > 0 ? rangesSpec(rows.slice(0, MOST_ROWS)) : undefined,
    without: 'This source does not tell percentiles of latency.',
  }
}

function timingText({ p50, p99 }: Timing): string {
  return `${whole(p50)} – ${whole(p99)} ms`
}
