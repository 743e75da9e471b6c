import stringWidth from 'fast-string-width'
import { largest } from '../../text/numbers.ts'
import { padEnd, padStart } from './text.ts'

/** A cell: lines of unstyled text, and a style that is put on when its width is settled. */
export interface Cell {
  lines: readonly string[]
  style?: (text: string) => string
}

export interface BoxColumn {
  align: 'left' | 'right'
  heading: Cell
  cells: readonly Cell[]
}

/** Draws columns as a box; with a total the last row is set apart. Cells of several lines stand at the top. */
export function drawBox(
  columns: readonly BoxColumn[],
  frame: (text: string) => string,
  { total = true }: { total?: boolean } = {},
): string[] {
  const widths = columns.map(({ heading, cells }) =>
    largest([heading, ...cells].flatMap((cell) => cell.lines.map((line) => stringWidth(line)))),
  )
  const rule = (left: string, middle: string, right: string) =>
    frame(left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right)
  const draw = (cellOf: (column: BoxColumn) => Cell) => drawRow(columns, widths, cellOf, frame)
  const count = columns[0]?.cells.length ?? 0
  const rows = Array.from({ length: count }, (_, index) => draw((column) => column.cells[index] ?? { lines: [] }))
  return [
    rule('┌', '┬', '┐'),
    ...draw((column) => column.heading),
    rule('├', '┼', '┤'),
    ...rows.slice(0, -1).flat(),
    ...(total && rows.length > 1 ? [rule('├', '┼', '┤')] : []),
    ...(rows.at(-1) ?? []),
    rule('└', '┴', '┘'),
  ]
}

function drawRow(
  columns: readonly BoxColumn[],
  widths: readonly number[],
  cellOf: (column: BoxColumn) => Cell,
  frame: (text: string) => string,
): string[] {
  const height = Math.max(...columns.map((column) => cellOf(column).lines.length))
  return Array.from({ length: height }, (_, index) => {
    const cells = columns.map((column, position) => {
      const { lines, style = (text: string) => text } = cellOf(column)
      const pad = column.align === 'right' ? padStart : padEnd
      return ` ${style(pad(lines[index] ?? '', widths[position] ?? 0))} `
    })
    return frame('│') + cells.join(frame('│')) + frame('│')
  })
}
