import { escapeHtml } from '../../../text/escape.ts'
import { whole } from '../../../text/numbers.ts'
import type { Column } from '../../../text/table.ts'
import { widest } from '../../../text/wrap.ts'
import { type Sum, sumOf } from './page-data.ts'

/** A column on a page. Numbers stand right. */
export interface PageColumn<Row> extends Column<Row> {
  heading: string
  /** Names and times stand left and are the row's heading. */
  kind?: 'key' | 'when'
  exact?(row: Row): string
  /** Where the cells of others can be added up, how, and what they are. */
  sum?: { how: Sum; of(row: Row): number | null }
}

export interface PageTable<Row> {
  caption: string
  columns: readonly PageColumn<Row>[]
  rows: readonly Row[]
  total?: Row
  /** So many rows show; the others do when they are asked for. */
  most?: number
  /** How the others are called; "others" by default. */
  others?: string
  /** Its rows are the report's groups, in their order; this is the cost of all of them. */
  groups?: { costUsd: number | null; isFloor(row: Row): boolean }
}

const MOST_ROWS = 12
const OTHERS = 'others'
/** Fewer others than that take no more room than the line that says how many there are. */
const LEAST_OTHERS = 3

/**
 * A table that scrolls sideways where the page is narrow. What is beyond its first rows is text to a browser that runs the page's
 * script, which makes rows of it when they are asked for: ten thousand would take seconds to open. For others it is a table.
 */
export function htmlTable<Row>(table: PageTable<Row>): string {
  const { caption, columns, rows, total, most = MOST_ROWS, groups } = table
  const cut = rows.length > most + LEAST_OTHERS ? most : rows.length
  const others = rows.slice(cut)
  const head = columns.map((column) => {
    const { heading, kind, sum } = column
    const how = sum === undefined ? '' : ` data-sum="${sum.how}"`
    const look =
      kind === 'when' ? ' class="key when"' : kind ? ` class="key w${widest(rows.map(column.cell)) > 9 ? 2 : 1}"` : ''
    return `<th scope="col"${look}${how}>${escapeHtml(heading)}</th>`
  })
  const body = (some: readonly Row[]) =>
    some.map((row) => `<tr>${columns.map((column) => cellOf(column, row)).join('')}</tr>`).join('\n')
  const headRow = `<thead><tr>${head.join('')}</tr></thead>`
  const summary = `${whole(others.length)} ${escapeHtml(table.others ?? OTHERS)}`
  return [
    `<div class="scroll" role="region" aria-label="${escapeHtml(caption)}" tabindex="0">`,
    `<table data-most="${most}"${groups ? ' data-groups' : ''}>`,
    headRow,
    `<tbody>${body(rows.slice(0, cut))}</tbody>`,
    ...(others.length > 0 ? [foldOf(table, others)] : []),
    ...(total ? [`<tfoot><tr>${totalCells(columns, total).join('')}</tr></tfoot>`] : []),
    '</table>',
    ...(others.length > 0
      ? [
          `<noscript><details><summary>${summary}</summary><table>${headRow}<tbody>`,
          body(others),
          '</tbody></table></details></noscript>',
        ]
      : []),
    '</div>',
  ].join('\n')
}

/** One line for all others, which opens them; with their sums where they are groups. */
function foldOf<Row>({ columns, groups, others: word = OTHERS }: PageTable<Row>, others: readonly Row[]): string {
  const isFloor = others.some((row) => groups?.isFloor(row))
  const cells = columns.map(({ kind, sum }, index) => {
    if (index === 0) {
      const button = `<button type="button" aria-expanded="false" disabled>${whole(others.length)} ${escapeHtml(word)}</button>`
      return `<th>${button}</th>`
    }
    if (kind || !sum) return '<td></td>'
    const values = others.map((row) => sum.of(row))
    return `<td>${escapeHtml(sumOf(sum.how, values, isFloor, groups?.costUsd ?? null))}</td>`
  })
  return `<tbody class="fold"><tr>${cells.join('')}</tr></tbody>`
}

function totalCells<Row>(columns: readonly PageColumn<Row>[], row: Row): string[] {
  return columns.map((column, index) => {
    if (index === 0) return '<th>Total</th>'
    return column.kind ? '<td></td>' : cellOf(column, row)
  })
}

function cellOf<Row>({ cell, kind, tone, exact }: PageColumn<Row>, row: Row): string {
  const text = cell(row)
  if (kind) {
    const whole = exact?.(row) ?? text
    const title = whole === text ? '' : ` title="${escapeHtml(whole)}"`
    return kind === 'when' ? `<th class=when${title}>${escapeHtml(text)}</th>` : `<th${title}>${breakable(text)}</th>`
  }
  const look = tone?.(row) === 'bad' ? ' class=bad' : text === '–' || text === '0' ? ' class=none' : ''
  return `<td${look}>${inParts(escapeHtml(text))}</td>`
}

/** "at least $12.30" and "+$1.20 (+12.0 %)" may take two lines, but no part of them does. */
function inParts(text: string): string {
  const parts = text.split(/ (?=\()|(?<=^(?:at least|more than)) /)
  return parts.length === 1 ? text : parts.map((part) => `<span>${part}</span>`).join(' ')
}

/** Model ids and ARNs may be broken after their separators, as words are, but not before the revision (`:0`) they end in. */
function breakable(text: string): string {
  return escapeHtml(text).replace(/[-/_](?=.)|:(?!\d+$)(?=.)|\.(?=[a-z])/g, '$&<wbr>')
}
