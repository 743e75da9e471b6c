import { plain, withoutCommands } from '../../../text/escape.ts'
import { atLeast } from '../../../text/floor.ts'
import { shortNames } from '../../../text/models.ts'
import { duration, percent, UNKNOWN, usd, whole } from '../../../text/numbers.ts'
import type { TextOptions } from '../../../text/painter.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap, wrapId, wrapParts } from '../../../text/wrap.ts'
import type { QueryColumn, QueryRow } from '../../queries/answer.ts'
import { type AnswerView, FLOOR_COLUMN, scannedText, shownColumns } from '../../queries/answer.ts'
import { accountsText } from '../labels.ts'

/** Texts are not wrapped to less. */
const LEAST_WIDTH = 12

/** For people: what was asked, the rows, and what it cost to ask. */
export function renderAnswer(view: AnswerView, options: TextOptions): string {
  const { report, summary } = view
  const { width, paint } = options
  const { accounts, regions, logGroup, window, rows, warnings } = report
  const span = `${minutes(window.start)} to ${minutes(window.end)} UTC`
  const where = [accountsText({ accounts: [...accounts] }).toLowerCase(), regions.join(', '), logGroup, span]
  const notes = [...scannedText(report), ...warnings.map(({ message }) => `- ${message}`)]
  const lines = [
    ...wrap(`${report.query}: ${summary}`, width).map((line) => paint.bold(line)),
    ...wrapParts(where.map(plain), width).map((line) => paint.dim(line)),
    '',
    ...(rows.length === 0
      ? ['No request in this window that this query is about.']
      : table({ columns: columnsOf(view, options), least: LEAST_WIDTH }, rows, options)),
    '',
    ...notes.flatMap((note) => wrap(plain(note), width, '  ')),
  ]
  // Where a text is wrapped, any part of it may come to begin a line.
  return withoutCommands(`${lines.join('\n')}\n`)
}

function columnsOf(view: AnswerView, { verbose = false }: TextOptions): Column<QueryRow>[] {
  const columns = shownColumns(view).filter(({ kind }) => kind !== 'floor')
  const single = columns.every(({ heading: [first] }) => first === '')
  return columns.map((column) => ({
    heading: single ? column.heading[1] : column.heading,
    ...(column.kind !== 'text' && column.kind !== 'time' && { align: 'right' }),
    ...(column.kind === 'text' && { fold: wrapId }),
    cell: cellText(column, view.report.rows, verbose),
  }))
}

function cellText({ name, kind }: QueryColumn, rows: readonly QueryRow[], verbose: boolean): (row: QueryRow) => string {
  const texts = kind === 'text' && !verbose ? [...new Set(rows.map((row) => plain(String(row[name] ?? ''))))] : []
  const names = shortNames(name, texts)
  const short = new Map(texts.map((text, index) => [text, names[index] ?? text]))
  return (row) => {
    const value = row[name] ?? null
    if (value === null || value === '') return UNKNOWN
    if (kind === 'time') return String(value).slice(0, 19).replace('T', ' ')
    if (typeof value !== 'number') return short.get(plain(String(value))) ?? plain(String(value))
    if (kind === 'usd') return row[FLOOR_COLUMN] === true ? atLeast(usd(value)) : usd(value)
    if (kind === 'ms') return duration(value)
    return kind === 'share' ? percent(value) : whole(value)
  }
}

/** `2026-11-23 10:00` */
function minutes(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}
