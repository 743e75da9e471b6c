import { escapeHtml } from '../../../text/escape.ts'
import type { Column } from '../../../text/table.ts'

/** A column on a page. Numbers stand right. */
export interface PageColumn<Row> extends Column<Row> {
  heading: string
  /** Names and times stand left and are the row's heading. */
  kind?: 'key' | 'when'
  /** Stays in sight when the table is scrolled sideways. */
  pinned?: true
}

/** A table that scrolls sideways where the page is narrow. `total` is set apart at its foot. */
export function htmlTable<Row>(
  caption: string,
  columns: readonly PageColumn<Row>[],
  rows: readonly Row[],
  total?: readonly [label: string, row: Row],
): string {
  const head = columns.map(
    ({ heading, kind, pinned }) =>
      `<th scope="col"${classes(kind && name(kind), pinned && 'pinned')}>${escapeHtml(heading)}</th>`,
  )
  const body = rows.map((row) => `<tr>${columns.map((column) => cellOf(column, row)).join('')}</tr>`)
  const foot = total && `<tfoot><tr>${totalCells(columns, ...total).join('')}</tr></tfoot>`
  return [
    `<div class="scroll" role="region" aria-label="${escapeHtml(caption)}" tabindex="0"><table>`,
    `<thead><tr>${head.join('')}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody>${foot ?? ''}`,
    '</table></div>',
  ].join('\n')
}

function totalCells<Row>(columns: readonly PageColumn<Row>[], label: string, row: Row): string[] {
  return columns.map((column, index) => {
    if (index === 0) return `<th scope="row" class="key">${escapeHtml(label)}</th>`
    return column.kind ? '<td></td>' : cellOf(column, row)
  })
}

function cellOf<Row>({ cell, kind, tone, pinned }: PageColumn<Row>, row: Row): string {
  const text = cell(row)
  if (kind) return `<th scope="row"${classes(name(kind))}>${kind === 'when' ? escapeHtml(text) : breakable(text)}</th>`
  const look = tone?.(row) === 'bad' ? 'bad' : text === '–' || text === '0' ? 'none' : undefined
  return `<td${classes(look, pinned && 'pinned')}>${escapeHtml(text)}</td>`
}

/** Model ids and ARNs may be broken after their separators, as words are, but not before the revision (`:0`) they end in. */
function breakable(text: string): string {
  return escapeHtml(text).replace(/[-/_](?=.)|:(?!\d+$)(?=.)|\.(?=[a-z])/g, '$&<wbr>')
}

function name(kind: 'key' | 'when'): string {
  return kind === 'when' ? 'key when' : 'key'
}

function classes(...names: (string | undefined)[]): string {
  const given = names.filter((one) => one !== undefined)
  return given.length === 0 ? '' : ` class="${given.join(' ')}"`
}
