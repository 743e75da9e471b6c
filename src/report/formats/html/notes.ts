import type { Warning } from '../../../core/events.ts'
import { WARNINGS } from '../../../core/warnings.ts'
import { escapeHtml } from '../../../text/escape.ts'

/** A message of no more stands as it is. */
const SHORT = 120

/** @param lines of HTML */
export function noteList(lines: readonly string[]): string {
  return `<ul class="notes">${lines.map((line) => `<li>${line}</li>`).join('\n')}</ul>`
}

/** Notes, one line a kind: a short one as it is, others folded under what their kind means. */
export function notes(warnings: readonly Warning[]): string {
  const kinds = new Map<Warning['code'], string[]>()
  for (const { code, message } of warnings) kinds.set(code, [...(kinds.get(code) ?? []), message])
  const lines = [...kinds].map(([code, all]) => {
    const [first = '', ...more] = all
    if (more.length === 0 && first.length <= SHORT) return escapeHtml(first)
    const messages = all.map((message) => `<li>${escapeHtml(message)}</li>`).join('')
    const many = more.length > 0 ? ` <span class="count">${all.length}</span>` : ''
    const meaning = WARNINGS[code].replace(/^./, (letter) => letter.toUpperCase())
    return `<details><summary>${escapeHtml(meaning)}${many}</summary><ul>${messages}</ul></details>`
  })
  return noteList(lines)
}
