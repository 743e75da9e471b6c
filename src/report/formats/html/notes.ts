import type { Warning } from '../../../core/events.ts'
import { WARNINGS } from '../../../core/warnings.ts'
import { escapeHtml } from '../../../text/escape.ts'

/** A message of no more stands as it is. */
const SHORT = 120

/** Notes, one line a kind: a short one as it is, others folded under what their kind means. */
export function notes(warnings: readonly Warning[]): string {
  const kinds = new Map<Warning['code'], string[]>()
  for (const { code, message } of warnings) kinds.set(code, [...(kinds.get(code) ?? []), message])
  const lines = [...kinds].map(([code, [first = '', ...more]]) => {
    if (more.length === 0 && first.length <= SHORT) return escapeHtml(first)
    const messages = [first, ...more].map((message) => `<li>${escapeHtml(message)}</li>`).join('')
    const many = more.length > 0 ? ` <span class="count">${more.length + 1}</span>` : ''
    return `<details><summary>${escapeHtml(sentence(WARNINGS[code]))}${many}</summary><ul>${messages}</ul></details>`
  })
  return `<ul class="notes">${lines.map((line) => `<li>${line}</li>`).join('\n')}</ul>`
}

function sentence(meaning: string): string {
  return `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}`
}
