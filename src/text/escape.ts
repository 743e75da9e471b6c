import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'fast-string-width'
import { escapeEntities } from './entities.ts'

/** Where the logs of GitHub Actions and Azure Pipelines take commands from, wherever in a line: `##[group]`, `##vso[task.…]`. */
const MARKS = /##(?=\[|vso\[)/gi
/** GitHub takes a line for a command (`::add-mask::…`) when this is what it begins with, white space and colours aside. */
const COMMAND = new RegExp(`^((?:[^\\S\\r\\n]|${String.fromCharCode(27)}\\[[\\d;]*m)*):(?=:)`, 'gmu')

function withoutMarks(text: string): string {
  return text.includes('##') ? text.replace(MARKS, '# #') : text
}

/** The same for whole lines. None of ours begins with two colons. */
export function withoutCommands(text: string): string {
  const safe = withoutMarks(text)
  return safe.includes('::') ? safe.replace(COMMAND, '$1: ') : safe
}

const PLAIN_LINE = /^[\x20-\x7e]*$/
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
const BREAKS_AT_ENDS = /^[\p{Cc}\p{Zl}\p{Zp}]+|[\p{Cc}\p{Zl}\p{Zp}]+$/gu
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]+/gu

/** Text from outside as one line that is safe in a terminal, a CI's log, a page and a file. */
export function plain(text: string): string {
  if (PLAIN_LINE.test(text)) return withoutMarks(text)
  const visible = stripVTControlCharacters(text).replace(INVISIBLE, '')
  return withoutMarks(visible.replace(BREAKS_AT_ENDS, '').replace(BREAKS, ' '))
}

const PLAIN_LINES = /^[\n\x20-\x7e]*$/

/** Our own colours and line ends, or else a character that steers a terminal, turns the direction of text or is none. */
const STEERING = new RegExp(
  `(${String.fromCharCode(27)}\\[[\\d;]*m|\\r?\\n|\\t)|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Noncharacter_Code_Point}]`,
  'gu',
)

/** The last gate before a terminal or a CI's log, for what did not go through `plain`: colours and line ends stay. */
export function harmless(text: string): string {
  if (PLAIN_LINES.test(text)) return withoutCommands(text)
  return withoutCommands(text.replace(STEERING, (_found, ours: string | undefined) => ours ?? ''))
}

const SIGNS = '·–—×─‘’“”✔✖○›█░▁▂▃▄▅▆▇'
const SIGNS_IN_ASCII = `---x-''""+xo>#-_.:-=+*`

/** Text in ASCII: our own signs as others that say the same, letters without their accents, `?` for all else, as wide as it. */
export function ascii(text: string): string {
  return text.replaceAll('→', '->').replace(/\P{ASCII}/gu, (character) => {
    const sign = SIGNS_IN_ASCII[SIGNS.indexOf(character)]
    return sign || character.normalize('NFKD').replace(/\P{ASCII}/gu, '') || '?'.repeat(stringWidth(character))
  })
}

export function escapeHtml(text: string): string {
  return escapeEntities(plain(text))
}

/** Text as text in GitHub's Markdown, in a table too. An empty comment after `@` keeps people and addresses unlinked. */
export function escapeMarkdown(text: string): string {
  return plain(text)
    .replace(/[\\`*_[\]<>|~#&$]/g, '\\$&')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.')
    .replaceAll('@', '@<!-- -->')
}

/** Text in a Markdown code span. In a table a bar is escaped, and the backslashes before it, which a table takes first. */
export function codeSpan(text: string): string {
  const inner = plain(text).replace(/(\\*)\|/g, '$1$1\\|')
  const longest = [...inner.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0)
  const fence = '`'.repeat(longest + 1)
  const padded = /^[\s`]|[\s`]$/.test(inner) ? ` ${inner} ` : inner
  return inner.trim() === '' ? '' : `${fence}${padded}${fence}`
}
