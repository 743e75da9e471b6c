import { plainDigits } from '../../text/numbers.ts'
import { FIELDS } from './fields.ts'
import { chronological } from './order.ts'
import type { Renderer } from './renderer.ts'
import { plain } from './text.ts'

/**
 * RFC 4180: a header, and one row a group; lines end in CRLF. Numbers are plain decimals, and empty where they are not known.
 * There is no total: whoever adds the column up gets it.
 */
export const renderCsv: Renderer = (given) => {
  const { report, by } = chronological(given)
  const header = [...by, ...FIELDS.map(({ name }) => name)]
  const rows = report.groups.map((group) => [
    ...by.map((name) => group.key[name] ?? ''),
    ...FIELDS.map(({ of }) => of(group)),
  ])
  return csvText([header, ...rows])
}

/** Lines of cells. Texts are kept from being taken for formulas; numbers have no exponent, which some readers take for text. */
export function csvText(lines: readonly (readonly (string | number | null)[])[]): string {
  return lines.map((cells) => `${cells.map((cell) => quote(cellText(cell))).join(',')}\r\n`).join('')
}

function cellText(cell: string | number | null): string {
  if (cell === null) return ''
  return typeof cell === 'string' ? harmless(cell) : plainDigits(cell)
}

/** How a formula begins in one spreadsheet or another, full-width forms included; and a command to GitHub's runner. */
const ACTIVE = /^\s*(?:[=+\-@|%＝＋－＠]|::)/u

/** Text that no spreadsheet takes for a formula, and no CI for a command: an apostrophe makes it text. */
function harmless(text: string): string {
  const safe = plain(text)
  return ACTIVE.test(safe) ? `'${safe}` : safe
}

function quote(cell: string): string {
  return /[",;'\s]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
