import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'fast-string-width'
import { withoutCommands, withoutMarks } from '../core/ci-commands.ts'
import { grouped } from '../text/numbers.ts'

/**
 * Text from outside (names, messages of AWS) made safe for a terminal: no escape sequences, no control or direction
 * characters, one line.
 */
export function clean(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]+/gu, '')
    .trim()
  return withoutMarks(line)
}

/** Text in which nothing can steer a terminal, as most is. */
const PLAIN = /^[\n\x20-\x7e]*$/

let steering: RegExp | undefined

/**
 * The last gate before a terminal, or the log of a CI: text may colour itself and end lines, and nothing else. What comes from outside is
 * cleaned where it is put into text; this is for what was forgotten.
 */
export function harmless(text: string): string {
  if (PLAIN.test(text)) return withoutCommands(text)
  // Our own colours and line ends, or else a character that steers a terminal, turns the direction of text or is none.
  // Half a millisecond to make, since it holds tables of Unicode.
  steering ??= new RegExp(
    `(${String.fromCharCode(27)}\\[[\\d;]*m|\\r?\\n|\\t)|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Noncharacter_Code_Point}]`,
    'gu',
  )
  return withoutCommands(text.replace(steering, (_found, ours: string | undefined) => ours ?? ''))
}

/** Words set into lines of at most `width` columns; a word that is longer stands alone and is never cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && stringWidth(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** A name set into lines of at most `width` columns, after its own separators; a part that is longer is not cut. */
export function foldName(name: string, width: number): string[] {
  const [first = '', ...parts] = name.split(/(?<=[-./_:])/)
  const lines = [first]
  for (const part of parts) {
    const longer = `${lines.at(-1)}${part}`
    if (stringWidth(longer) > width) lines.push(part)
    else lines[lines.length - 1] = longer
  }
  return lines
}

/** At most `width` columns; what was cut off ends in an ellipsis. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (stringWidth(text) <= width) return text
  const room = width - ellipsis.length
  if (room < 0) return ellipsis.slice(0, Math.max(0, width))
  let kept = ''
  for (const character of text) {
    if (stringWidth(kept + character) > room) break
    kept += character
  }
  return kept + ellipsis
}

/** "1 alarm", "3 alarms"; digits in groups of three. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`
}
