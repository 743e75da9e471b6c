import { plain } from './escape.ts'
import { decimalText, plainDigits } from './numbers.ts'

export interface Decimal {
  units: bigint
  decimals: number
}

export type Cell = string | number | boolean | Decimal | null

/** RFC 4180, CRLF. Texts are no formulas, numbers plain decimals (some readers take an exponent for text), null is empty. */
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
