import { plain } from './escape.ts'
import { plainDigits } from './numbers.ts'

/**
 * RFC 4180: lines of cells, each ending in CRLF. Texts are kept from being taken for formulas. Numbers are plain decimals: some
 * readers take an exponent for text. What is null is empty.
 */
export function csvText(lines: readonly (readonly (string | number | boolean | null)[])[]): string {
  return lines.map((cells) => `${cells.map((cell) => quote(cellText(cell))).join(',')}\r\n`).join('')
}

function cellText(cell: string | number | boolean | null): string {
  if (cell === null) return ''
  if (typeof cell === 'boolean') return String(cell)
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
