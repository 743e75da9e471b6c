import stringWidth from 'fast-string-width'
import { withoutCommands } from '../../core/ci-commands.ts'
import type { ReportView, Usage } from '../model.ts'
import { type BoxColumn, type Cell, drawBox } from './box.ts'
import { fitToWidth } from './fit.ts'
import { footer } from './footer.ts'
import { accountsText, groupingTitle, keyValue } from './labels.ts'
import { costFormat, largest } from './numbers.ts'
import { chronological } from './order.ts'
import type { Painter, Renderer, RenderOptions } from './renderer.ts'
import { sparkline } from './sparkline.ts'
import { plain, wrapId, wrapParts } from './text.ts'
import { slotName, windowText } from './times.ts'

const TOTAL = 'Total'
const COST = 'Cost'

/** For people: a heading, the table, the course of the window, the projection and all that has to be said. */
export const renderTable: Renderer = (given, options) => {
  const view = chronological(given)
  const { lines, leftOut } = box(view, options)
  const parts = [...heading(view, options), '', ...lines, '', ...footer(view, leftOut, options)]
  // Where a name is wrapped, any part of it may come to begin a line.
  return withoutCommands(`${parts.join('\n')}\n`)
}

function heading(view: ReportView, { paint, width }: RenderOptions): string[] {
  const { regions, source } = view.report
  const parts = [accountsText(view.report).toLowerCase(), regions.join(', '), windowText(view), `from ${source}`]
  return [paint.bold('Amazon Bedrock usage'), ...wrapParts(parts.map(plain), width).map(paint.dim)]
}

function box(
  { report, by, trends }: ReportView,
  { paint, width }: RenderOptions,
): { lines: string[]; leftOut: string[] } {
  const usages: Usage[] = [...report.groups, report.total]
  const keys = by.map((name, index) => [
    ...report.groups.map((group) => keyValue(group, name)),
    index === 0 ? TOTAL : '',
  ])
  const titles = by.map(groupingTitle)
  const cost = costFormat(usages.map((usage) => usage.costUsd))
  const costs = usages.map((usage) => cost(usage.costUsd))
  const chosen = fitToWidth(
    width,
    usages,
    keys.map((texts, index) => [titles[index] ?? '', ...texts]),
    largest([COST, ...costs].map((text) => stringWidth(text))),
  )
  const columns: BoxColumn[] = [
    ...keys.map((texts, index) => {
      const room = chosen.keyWidths[index] ?? 0
      const cells = texts.map((text) => ({ lines: wrapId(text, room) }))
      return column('left', bottom(wrapId(titles[index] ?? '', room)), cells, paint)
    }),
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
      ['', COST],
      costs.map((text) => costCell(text, paint)),
      paint,
    ),
  )
  return { lines: drawBox(columns, paint.dim), leftOut: chosen.leftOut }
}

/** A heading of two lines: it stands on the lower one where it needs but one. */
function bottom(lines: readonly string[]): readonly string[] {
  return lines.length > 1 ? lines : ['', ...lines]
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
