import { plain } from './text.ts'

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
 * Text in a code span, which holds everything but backticks and, within a table, bars. A bar is escaped there; so are the
 * backslashes before it, since a table takes them first.
 */
export function codeSpan(text: string): string {
  const inner = plain(text).replace(/(\\*)\|/g, '$1$1\\|')
  const longest = [...inner.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0)
  const fence = '`'.repeat(longest + 1)
  const padded = /^[\s`]|[\s`]$/.test(inner) ? ` ${inner} ` : inner
  return inner.trim() === '' ? '' : `${fence}${padded}${fence}`
}
