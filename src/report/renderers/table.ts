import stringWidth from 'string-width'
import type { Group, Report, ReportView, Timing, Usage } from '../model.ts'
import { HOUR_MS } from '../window.ts'
import { type BoxColumn, type Cell, drawBox } from './box.ts'
import { fitToWidth } from './fit.ts'
import { type CostFormat, costFormat, percent, whole } from './numbers.ts'
import type { Painter, Renderer, RenderOptions } from './renderer.ts'
import { sparkline } from './sparkline.ts'
import { plain, wrapId, wrapWords } from './text.ts'

const TOTAL = 'Total'

/** For people: a heading, the table, the course of the window, the projection and all that has to be said. */
export const renderTable: Renderer = (view, options) => {
  const { report } = view
  const { lines, leftOut } = box(view, options)
  const parts = [...heading(report, options), '', ...lines, '', ...footer(view, leftOut, options)]
  return `${parts.join('\n')}\n`
}

function heading({ accountId, regions, source, window }: Report, { paint, width }: RenderOptions): string[] {
  const [start, end] = [window.start, window.end].map((time) => time.slice(0, 16).replace('T', ' '))
  const text = `account ${accountId} · ${regions.join(', ')} · ${start} to ${end} UTC (${window.hours} h) · from ${source}`
  return [paint.bold('Amazon Bedrock usage'), ...wrapWords(plain(text), width).map(paint.dim)]
}

function box({ report, trends }: ReportView, { paint, width }: RenderOptions): { lines: string[]; leftOut: string[] } {
  const usages: Usage[] = [...report.groups, report.total]
  const names = [...report.groups.map(nameOf), TOTAL]
  const cost = costFormat(usages.map((usage) => usage.costUsd))
  const costs = usages.map((usage) => cost(usage.costUsd))
  const chosen = fitToWidth(width, usages, names, Math.max(...costs.map((text) => stringWidth(text))))
  const columns: BoxColumn[] = [
    column(
      'left',
      ['', 'Model'],
      names.map((name) => ({ lines: wrapId(name, chosen.modelWidth) })),
      paint,
    ),
    ...chosen.columns.map(({ heading: title, cell, alarming }) =>
      column(
        'right',
        title,
        usages.map((usage) => ({ lines: [cell(usage)], ...(alarming?.(usage) && { style: paint.red }) })),
        paint,
      ),
    ),
  ]
  if (chosen.trendWidth > 0) {
    const rows = [...trends.groups, trends.total]
    const cells = rows.map((values) => ({ lines: [sparkline(values, chosen.trendWidth)], style: paint.cyan }))
    columns.push(column('left', ['', slotName(report)], cells, paint))
  }
  columns.push(
    column(
      'right',
      ['', 'Cost'],
      costs.map((text) => costCell(text, paint)),
      paint,
    ),
  )
  return { lines: drawBox(columns, paint.dim), leftOut: chosen.leftOut }
}

function costCell(text: string, paint: Painter): Cell {
  return { lines: [text], style: text === 'unpriced' ? paint.yellow : paint.green }
}

/** The total stands in the last row, in bold. */
function column(
  align: BoxColumn['align'],
  title: readonly string[],
  cells: readonly Cell[],
  paint: Painter,
): BoxColumn {
  const last = cells.length - 1
  return {
    align,
    heading: { lines: title, style: paint.bold },
    cells: cells.map((cell, index) =>
      index < last ? cell : { ...cell, style: (text) => paint.bold(cell.style?.(text) ?? text) },
    ),
  }
}

function footer({ report, trends }: ReportView, leftOut: readonly string[], { paint, width }: RenderOptions): string[] {
  const { projection, prices, unpriced, warnings } = report
  const cost = costFormat([projection.costUsd])
  const say = (label: string, text: string, style: (text: string) => string = paint.bold) => {
    const [first = '', ...others] = wrapWords(`${label}: ${plain(text)}`, width, '  ')
    return [style(first.slice(0, label.length + 1)) + first.slice(label.length + 1), ...others]
  }
  return [
    ...say('Reliability', reliabilityText(report.total)),
    ...say(
      'Latency',
      `${timingText(report.total.latencyMs)}; to first token ${timingText(report.total.timeToFirstTokenMs)}`,
    ),
    ...say(slotName(report), course(report, trends.total)),
    ...say(`${projection.days} days at this rate`, projectionText(report, cost)),
    ...[...new Set(prices.map(sourceText))].flatMap((text) => say('Prices', text)),
    ...unpriced.flatMap(({ model, inputTokens, outputTokens, reason }) =>
      say(
        'Unpriced',
        `${model} (${whole(inputTokens)} input, ${whole(outputTokens)} output tokens): ${reason}`,
        paint.yellow,
      ),
    ),
    ...warnings.flatMap(({ message }) => say('Note', message, paint.yellow)),
    ...(leftOut.length > 0 ? say('Left out for width', leftOut.join(', '), paint.dim) : []),
  ]
}

function reliabilityText({ errorRate, clientErrors, serverErrors, throttles }: Usage): string {
  return `${percent(errorRate)} errors (${whole(clientErrors)} client, ${whole(serverErrors)} server), ${whole(throttles)} throttles`
}

function timingText({ avg, p50, p90, p99, max }: Timing): string {
  return `avg ${whole(avg)}, p50 ${whole(p50)}, p90 ${whole(p90)}, p99 ${whole(p99)}, max ${whole(max)} ms`
}

function projectionText({ projection }: Report, cost: CostFormat): string {
  const { invocations, inputTokens, outputTokens, costUsd } = projection
  return `${whole(invocations)} invocations, ${whole(inputTokens)} input and ${whole(outputTokens)} output tokens, ${cost(costUsd)}`
}

/** Invocations over the window, and when they were most. */
function course(report: Report, values: readonly number[]): string {
  const most = Math.max(...values, 0)
  const peak = report.series[values.indexOf(most)]
  const bars = sparkline(values, 48)
  return most === 0 || !peak ? bars : `${bars} most: ${whole(most)} from ${peak.start.slice(0, 16).replace('T', ' ')}`
}

function slotName({ series }: Report): string {
  const [first, second] = series
  if (!first || !second) return 'Course'
  return Date.parse(second.start) - Date.parse(first.start) <= HOUR_MS ? 'By hour' : 'By day'
}

function sourceText({ source, asOf }: Report['prices'][number]): string {
  return `${source}${asOf === null ? '' : ` of ${asOf}`}, on demand`
}

function nameOf({ key }: Group): string {
  return plain(Object.values(key).join(' · '))
}
