import stringWidth from 'fast-string-width'
import { costFormat, largest, percent, usd, whole } from '../../text/numbers.ts'
import { type BoxColumn, drawBox } from '../renderers/box.ts'
import { csvText } from '../renderers/csv.ts'
import type { RenderOptions } from '../renderers/renderer.ts'
import { sharedRoom } from '../renderers/room.ts'
import { plain, wrapId, wrapParts, wrapWords } from '../renderers/text.ts'
import type { Cell, QueryColumn, QueryRow } from './ready-query.ts'

/** A query's answer as it is published: what `query NAME --json` prints. */
export interface QueryReport {
  schemaVersion: 1
  command: 'query'
  query: string
  accountId: string
  regions: readonly string[]
  logGroup: string
  window: { start: string; end: string }
  models: readonly string[]
  key?: string
  limit: number
  /** There are more rows than the limit let through, or may be. */
  limited: boolean
  rows: readonly QueryRow[]
  /** Bytes that CloudWatch read for it, in how many queries, and what it bills for that. */
  scanned: { bytes: number; queries: number; costUsd: number }
  warnings: readonly { code: string; message: string }[]
}

const UNKNOWN = '–'
/** Between two columns and at the edges: " │ ". */
const FRAME = 3
/** Texts are not wrapped to less. */
const LEAST_WIDTH = 8

/** One line a row under a header. Only the rows: where they come from, and what they cost, is no part of a table of data. */
export function queryCsv({ rows }: QueryReport, columns: readonly QueryColumn[]): string {
  const names = shownColumns(rows, columns).map(({ name }) => name)
  return csvText([names, ...rows.map((row) => names.map((name) => row[name] ?? null))])
}

/** For people: what was asked, the rows, and what it cost to ask. */
export function queryTable(
  report: QueryReport,
  summary: string,
  columns: readonly QueryColumn[],
  { width, paint }: RenderOptions,
): string {
  const { accountId, regions, logGroup, window, rows } = report
  const span = `${minutes(window.start)} to ${minutes(window.end)} UTC`
  const where = [`account ${accountId}`, regions.join(', '), logGroup, span]
  const lines = [
    ...wrapWords(`${report.query}: ${summary}`, width).map((line) => paint.bold(line)),
    ...wrapParts(where.map(plain), width).map((line) => paint.dim(line)),
    '',
    ...(rows.length === 0
      ? ['No request in this window that this query is about.']
      : drawRows(rows, shownColumns(rows, columns), width, paint)),
    '',
    ...notes(report).flatMap((note) => wrapWords(plain(note), width, '  ')),
  ]
  return `${lines.join('\n')}\n`
}

/** The Region stands in front where there are several. */
function shownColumns(rows: readonly QueryRow[], columns: readonly QueryColumn[]): readonly QueryColumn[] {
  if (rows[0]?.region === undefined) return columns
  return [{ name: 'region', heading: ['', 'Region'], kind: 'text', of: () => '' }, ...columns]
}

/** A box, or where not even its narrowest form fits, row after row with a line for each column. */
function drawRows(
  rows: readonly QueryRow[],
  columns: readonly QueryColumn[],
  width: number,
  paint: RenderOptions['paint'],
): string[] {
  const texts = columns.map((column) => cellTexts(column, rows))
  const widths = texts.map((cells, index) =>
    largest([...(columns[index]?.heading ?? []), ...cells].map((text) => stringWidth(text))),
  )
  const isText = columns.map(({ kind }) => kind === 'text')
  const fixed = widths.reduce((sum, own, index) => sum + FRAME + (isText[index] ? 0 : own), 1)
  if (fixed + LEAST_WIDTH * isText.filter(Boolean).length > width) return blocks(columns, texts, width, paint)
  const room = sharedRoom(
    widths.map((own, index) => (isText[index] ? own : 0)),
    width - fixed,
    LEAST_WIDTH,
  )
  const single = columns.every(({ heading: [first] }) => first === '')
  const box = columns.map(({ kind, heading }, index): BoxColumn => {
    const cells = texts[index] ?? []
    return {
      align: kind === 'text' || kind === 'time' ? 'left' : 'right',
      heading: { lines: single ? heading.slice(1) : heading, style: paint.bold },
      cells: cells.map((text) => ({ lines: isText[index] ? wrapId(text, room[index] ?? LEAST_WIDTH) : [text] })),
    }
  })
  return drawBox(box, paint.dim, { total: false })
}

function blocks(
  columns: readonly QueryColumn[],
  texts: readonly (readonly string[])[],
  width: number,
  paint: RenderOptions['paint'],
): string[] {
  const names = columns.map(({ heading }) => heading.join(' ').trim())
  const widest = largest(names.map((name) => name.length))
  const room = Math.max(LEAST_WIDTH, width - widest - 2)
  const count = texts[0]?.length ?? 0
  return Array.from({ length: count }, (_, row) =>
    names.flatMap((name, index) =>
      wrapId(texts[index]?.[row] ?? '', room).map(
        (line, part) => `${paint.bold((part === 0 ? name : '').padEnd(widest))}  ${line}`,
      ),
    ),
  ).flatMap((lines, row) => (row === 0 ? lines : ['', ...lines]))
}

function cellTexts({ name, kind }: QueryColumn, rows: readonly QueryRow[]): string[] {
  const values = rows.map((row) => row[name] ?? null)
  const cost = costFormat(values.map((value) => (typeof value === 'number' ? value : null)))
  return values.map((value) => (value === null || value === '' ? UNKNOWN : cellText(kind, value, cost)))
}

function cellText(kind: QueryColumn['kind'], value: NonNullable<Cell>, cost: (usd: number) => string): string {
  if (kind === 'time') return seconds(String(value))
  if (typeof value === 'string') return plain(value)
  if (kind === 'usd') return cost(value)
  return kind === 'share' ? percent(value) : whole(value)
}

function notes(report: QueryReport): string[] {
  return [...scannedText(report), ...report.warnings.map(({ message }) => `- ${message}`)]
}

/** Whether this is all, and what it cost to ask. */
export function scannedText({ limited, limit, scanned }: QueryReport): string[] {
  const { bytes, queries, costUsd } = scanned
  return [
    ...(limited ? [`These are the first ${whole(limit)} rows; --limit N shows more.`] : []),
    `Logs Insights scanned ${whole(bytes)} bytes in ${queries} ${queries === 1 ? 'query' : 'queries'}, which costs about ${usd(costUsd)}.`,
  ]
}

/** `2026-11-23 10:00` */
function minutes(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}

function seconds(time: string): string {
  return time.slice(0, 19).replace('T', ' ')
}
