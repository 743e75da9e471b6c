import { withoutCommands } from './escape.ts'
import type { Painter, TextOptions } from './painter.ts'
import { padEnd, widest, wrapId } from './wrap.ts'

const COLOURS = { good: 'green', unsure: 'yellow', bad: 'red', course: 'cyan' } as const
export type Tone = keyof typeof COLOURS

/** A column of a table, whatever the table is drawn as. */
export interface Column<Row> {
  heading: string | readonly [string, string]
  align?: 'right'
  cell(row: Row): string
  /** Sets a cell into lines of at most so many columns. A column that has none is never narrower than its widest cell. */
  fold?(text: string, width: number): readonly string[]
  tone?(row: Row): Tone | undefined
}

/** Columns that may stand side by side, if they fit. */
export interface Candidate<Row> {
  columns: readonly Column<Row>[]
  /** What cells may be folded to; not at all where it is left out. */
  least?: number
  gap?: number
}

export interface Fitted<Row> extends Candidate<Row> {
  widths: readonly number[]
  fits: boolean
}

const GAP = 2

/** The first candidate that fits into the width, which it may take as a whole; else the last, as narrow as it gets. */
export function arrange<Row>(candidates: Iterable<Candidate<Row>>, rows: readonly Row[], width: number): Fitted<Row> {
  // Measured once each: all that may fit are tried with the same columns, and there may be thousands of rows.
  const measured = new Map<Column<Row>, number>()
  const measure = (column: Column<Row>) => {
    const known = measured.get(column) ?? widest([...headingOf(column), ...rows.map((row) => column.cell(row))])
    measured.set(column, known)
    return known
  }
  let last: Fitted<Row> = { columns: [], widths: [], fits: false }
  for (const candidate of candidates) {
    const { columns, least = Number.POSITIVE_INFINITY, gap = GAP } = candidate
    const whole = columns.map(measure)
    const fixed = total(whole.filter((_, index) => !columns[index]?.fold)) + gap * (columns.length - 1)
    const needs = whole.map((own, index) => (columns[index]?.fold ? own : 0))
    const folded = needs.map((own) => Math.min(own, least))
    const fits = fixed + total(folded) <= width
    const rooms = fits ? sharedRoom(needs, width - fixed, least) : folded
    last = { ...candidate, widths: whole.map((own, index) => (columns[index]?.fold ? (rooms[index] ?? 0) : own)), fits }
    if (fits) return last
  }
  return last
}

/** What each text gets of the room that all have: the shortest what it needs, the others as much as each other. */
function sharedRoom(needs: readonly number[], room: number, least: number): number[] {
  const given = needs.map(() => 0)
  let left = room
  const order = [...needs.keys()].filter((index) => (needs[index] ?? 0) > 0)
  order.sort((a, b) => (needs[a] ?? 0) - (needs[b] ?? 0))
  for (const [place, index] of order.entries()) {
    const fair = Math.max(least, Math.floor(left / (order.length - place)))
    given[index] = Math.min(needs[index] ?? 0, fair)
    left -= given[index] ?? 0
  }
  return given
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

function headingOf({ heading }: Pick<Column<never>, 'heading'>): readonly string[] {
  return typeof heading === 'string' ? [heading] : heading
}

/** A cell of the drawing: its lines, and the style that is put on when they have their width. */
interface Drawn {
  lines: readonly string[]
  style(text: string): string
}

/** Draws what fits: headings, then the rows; a total is set apart. `bare` is without rules, where each line counts. */
export function draw<Row>(
  { columns, widths, gap = GAP }: Fitted<Row>,
  rows: readonly Row[],
  paint: Painter,
  { total: hasTotal = false, bare = false }: { total?: boolean; bare?: boolean } = {},
): string[] {
  const head = headings(columns, widths, paint)
  const body = rows.map((row, line) =>
    columns.map(({ cell, fold, tone }, index): Drawn => {
      const text = cell(row)
      const colour = toned(paint, tone?.(row))
      const isTotal = hasTotal && line === rows.length - 1
      const style = isTotal ? (line: string) => paint.bold(colour(line)) : colour
      const lines = fold ? fold(text, widths[index] ?? 0) : [text]
      // Where a line begins, the last gate before a terminal would make it wider.
      return { lines: index === 0 ? lines.map(withoutCommands) : lines, style }
    }),
  )
  // What is folded mostly takes less than it may.
  const drawn = columns.map(({ fold }, index) =>
    fold ? widest([head, ...body].flatMap((row) => row[index]?.lines ?? [])) : (widths[index] ?? 0),
  )
  const linesOf = (row: readonly Drawn[]) =>
    Array.from({ length: Math.max(...row.map(({ lines }) => lines.length)) }, (_, line) =>
      row
        .map(({ lines, style }, index) => {
          const text = lines[line] ?? ''
          const room = ' '.repeat(Math.max(0, (drawn[index] ?? 0) - widest([text])))
          const cell = text && style(text)
          return columns[index]?.align === 'right' ? room + cell : cell + room
        })
        .join(' '.repeat(gap))
        .trimEnd(),
    )
  const rule = bare ? [] : [paint.dim('─'.repeat(total(drawn) + gap * (columns.length - 1)))]
  const drawnRows = body.map(linesOf)
  const above = hasTotal && rows.length > 1 ? rule : []
  return [...linesOf(head), ...rule, ...drawnRows.slice(0, -1).flat(), ...above, ...(drawnRows.at(-1) ?? [])]
}

/** In as many lines as the longest takes; a shorter one stands on the lower lines. */
function headings<Row>(columns: readonly Column<Row>[], widths: readonly number[], { bold }: Painter): Drawn[] {
  const texts = columns.map(({ fold, heading }, index) =>
    typeof heading === 'string' && fold ? fold(heading, widths[index] ?? 0) : headingOf({ heading }),
  )
  const height = Math.max(0, ...texts.map((lines) => lines.length))
  return texts.map((lines) => ({ lines: [...Array<string>(height - lines.length).fill(''), ...lines], style: bold }))
}

export function toned(paint: Painter, tone: Tone | undefined): (text: string) => string {
  return tone ? paint[COLOURS[tone]] : (text) => text
}

/** A table without a total where it fits into the width, else its rows one after the other. A column in which no row has anything is left out. */
export function table<Row>(candidate: Candidate<Row>, rows: readonly Row[], { width, paint }: TextOptions): string[] {
  const columns = candidate.columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''))
  const fitted = arrange([{ ...candidate, columns }], rows, width)
  return fitted.fits ? draw(fitted, rows, paint) : blocks(columns, rows, { width, paint })
}

const LEAST_VALUE = 8

/** Row after row: its first cell, and under it the others, each after its heading. What is empty is left out. */
function blocks<Row>(
  [first, ...others]: readonly Column<Row>[],
  rows: readonly Row[],
  { width, paint }: TextOptions,
): string[] {
  const names = others.map((column) => headingOf(column).join(' ').trim())
  const left = widest(names)
  return rows.flatMap((row) => [
    ...wrapId(first?.cell(row) ?? '', width).map((line) => paint.bold(line)),
    ...others.flatMap(({ cell, fold = wrapId, tone }, index) => {
      const text = cell(row)
      if (text === '') return []
      return fold(text, Math.max(LEAST_VALUE, width - left - 3)).map(
        (line, part) => `  ${padEnd(part === 0 ? (names[index] ?? '') : '', left)} ${toned(paint, tone?.(row))(line)}`,
      )
    }),
  ])
}
