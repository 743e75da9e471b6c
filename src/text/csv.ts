import { plain } from './escape.ts'
import { decimalText, plainDigits } from './numbers.ts'

/** An exact decimal: so many units of its last decimal. */
export interface Decimal {
  units: bigint
  decimals: number
}

export type Cell = string | number | boolean | Decimal | null

/**
 * RFC 4180: lines of cells, each ending in CRLF. Texts are kept from being taken for formulas. Numbers are plain decimals: some
 * readers take an exponent for text. What is null is empty.
 */
export function csvText(lines: readonly (readonly Cell[])[]): string {
  return lines.map((cells) => `${cells.map((cell) => quote(cellText(cell))).join(',')}\r\n`).join('')
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'boolean') return String(cell)
  if (typeof cell === 'object') return decimalText(cell.units, cell.decimals)
  return typeof cell === 'string' ? inactive(cell) : plainDigits(cell)
}

/** How a formula begins in one spreadsheet or another, full-width forms included; and a command to GitHub's runner. */
const ACTIVE = /^\s*(?:[=+\-@|%＝＋－＠]|::)/u

/** Text that no spreadsheet takes for a formula, and no CI for a command: an apostrophe makes it text. */
function inactive(text: string): string {
  const safe = plain(text)
  return ACTIVE.test(safe) ? `'${safe}` : safe
}

function quote(cell: string): string {
  return /[",;'\s]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
