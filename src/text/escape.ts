import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'fast-string-width'
import { escapeEntities } from './entities.ts'

/** Where the logs of GitHub Actions and Azure Pipelines take commands from, wherever in a line: `##[group]`, `##vso[task.…]`. */
const MARKS = /##(?=\[|vso\[)/gi
/** GitHub takes a line for a command (`::add-mask::…`) when this is what it begins with, white space and colours aside. */
const COMMAND = new RegExp(`^((?:[^\\S\\r\\n]|${String.fromCharCode(27)}\\[[\\d;]*m)*):(?=:)`, 'gmu')

/** A text within a line that no runner takes for a command: a space parts the two signs. */
function withoutMarks(text: string): string {
  return text.includes('##') ? text.replace(MARKS, '# #') : text
}

/** The same for whole lines. None of ours begins with two colons. */
export function withoutCommands(text: string): string {
  const safe = withoutMarks(text)
  return safe.includes('::') ? safe.replace(COMMAND, '$1: ') : safe
}

/** One line without anything to take out, as most texts are. */
const PLAIN_LINE = /^[\x20-\x7e]*$/
const BREAKING = '[\\p{Cc}\\p{Zl}\\p{Zp}]+'

let invisible: Record<'ends' | 'breaks' | 'marks', RegExp> | undefined

/**
 * Text from outside (names, ids, messages of AWS) as one line that is safe in a terminal, a CI's log, a page and a file: no
 * escape sequences, no control, format or direction characters, and nothing that is no character at all.
 */
export function plain(text: string): string {
  if (PLAIN_LINE.test(text)) return withoutMarks(text)
  // Half a millisecond to make, since they hold tables of Unicode.
  invisible ??= {
    ends: new RegExp(`^${BREAKING}|${BREAKING}$`, 'gu'),
    breaks: new RegExp(BREAKING, 'gu'),
    marks: /[\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]+/gu,
  }
  const { ends, breaks, marks } = invisible
  const line = stripVTControlCharacters(text).replace(marks, '').replace(ends, '').replace(breaks, ' ')
  return withoutMarks(line)
}

/** Text in which nothing can steer a terminal, as most is. */
const PLAIN_LINES = /^[\n\x20-\x7e]*$/

let steering: RegExp | undefined

/**
 * The last gate before a terminal, or the log of a CI: text may colour itself and end lines, and nothing else. What comes from
 * outside goes through `plain` where it is put into text; this is for what was forgotten.
 */
export function harmless(text: string): string {
  if (PLAIN_LINES.test(text)) return withoutCommands(text)
  // Our own colours and line ends, or else a character that steers a terminal, turns the direction of text or is none.
  steering ??= new RegExp(
    `(${String.fromCharCode(27)}\\[[\\d;]*m|\\r?\\n|\\t)|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Noncharacter_Code_Point}]`,
    'gu',
  )
  return withoutCommands(text.replace(steering, (_found, ours: string | undefined) => ours ?? ''))
}

/** Our own signs that no rule of Unicode takes to ASCII. */
const SIGNS = '·–—×─‘’“”✔✖○›█░▁▂▃▄▅▆▇'
const SIGNS_IN_ASCII = `---x-''""+xo>#-_.:-=+*`

/** Text in ASCII: our own signs as others that say the same, letters without their accents, `?` for all else, as wide as it. */
export function ascii(text: string): string {
  return text.replaceAll('→', '->').replace(/\P{ASCII}/gu, (character) => {
    const sign = SIGNS_IN_ASCII[SIGNS.indexOf(character)]
    return sign || character.normalize('NFKD').replace(/\P{ASCII}/gu, '') || '?'.repeat(stringWidth(character))
  })
}

/** Text as text in HTML, between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return escapeEntities(plain(text))
}

/**
 * Text as text in GitHub-flavoured Markdown, in a table cell too: nothing in it makes a link, a picture, HTML, a formula or
 * a mention. An empty comment after `@` keeps people and mail addresses from being linked.
 */
export function escapeMarkdown(text: string): string {
  return plain(text)
    .replace(/[\\`*_[\]<>|~#&$]/g, '\\$&')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.')
    .replaceAll('@', '@<!-- -->')
}

/**
 * Text in a Markdown code span, which holds everything but backticks and, within a table, bars. A bar is escaped there; so are
 * the backslashes before it, since a table takes them first.
 */
export function codeSpan(text: string): string {
  const inner = plain(text).replace(/(\\*)\|/g, '$1$1\\|')
  const longest = [...inner.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0)
  const fence = '`'.repeat(longest + 1)
  const padded = /^[\s`]|[\s`]$/.test(inner) ? ` ${inner} ` : inner
  return inner.trim() === '' ? '' : `${fence}${padded}${fence}`
}
