import stringWidth from 'string-width'
import type { Group, Report, ReportView, Usage } from '../model.ts'
import { type BoxColumn, type Cell, drawBox } from './box.ts'
import { fitToWidth } from './fit.ts'
import { footer } from './footer.ts'
import { costFormat } from './numbers.ts'
import type { Painter, Renderer, RenderOptions } from './renderer.ts'
import { sparkline } from './sparkline.ts'
import { plain, slotName, wrapId, wrapWords } from './text.ts'

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

function nameOf({ key }: Group): string {
  return plain(Object.values(key).join(' · '))
}
