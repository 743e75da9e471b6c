import stringWidth from 'fast-string-width'
import { withoutMarks } from '../../core/ci-commands.ts'

/**
 * Text from AWS without control, format and line-separating characters, none of which may steer the reader's terminal, and
 * without what is no character at all, which is not allowed in a page; nor may any of it be a command to a CI's log.
 */
export function plain(text: string): string {
  return withoutMarks(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/gu, ''))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

/** Wraps at spaces; a word longer than a line stands on a line of its own. Further lines are indented. */
export function wrapWords(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && stringWidth(longer) > width) {
      lines.push(line)
      line = indent + word
    } else line = longer
  }
  return [...lines, line]
}

/** "a · b · c", broken between its parts; a part that is longer than a line is wrapped at its spaces. */
export function wrapParts(parts: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    const longer = last === undefined ? part : `${last} · ${part}`
    if (last !== undefined && stringWidth(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(...wrapWords(part, width))
  }
  return lines
}

/** Where a model id or ARN may be broken: after its separators, but never before the revision (`:0`) that it ends in. */
const BREAKS = /(?<=[-./_])|(?<=:)(?!\d+$)/

/** Wraps a model id or ARN to lines of at most `width`, after one of its own separators where there is one. */
export function wrapId(id: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const part of id.split(BREAKS).flatMap((piece) => hardWrap(piece, width))) {
    if (line !== '' && stringWidth(line + part) > width) {
      lines.push(line)
      line = part
    } else line += part
  }
  return [...lines, line]
}

function hardWrap(text: string, width: number): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const character of text) {
    if (piece !== '' && stringWidth(piece + character) > width) {
      pieces.push(piece)
      piece = character
    } else piece += character
  }
  return piece === '' ? pieces : [...pieces, piece]
}

/** Without its middle where it is wider: what comes first and what comes last tells most of an id. */
export function middleCut(text: string, width: number, ellipsis = '…'): string {
  if (stringWidth(text) <= width) return text
  const room = Math.max(0, width - stringWidth(ellipsis))
  const characters = [...text]
  const head = take(characters, Math.ceil(room / 2))
  const tail = take(characters.toReversed(), room - stringWidth(head.join(''))).toReversed()
  return take([...head, ...ellipsis, ...tail], width).join('')
}

/** The first characters that take no more than `width` columns. */
function take(characters: readonly string[], width: number): string[] {
  let used = 0
  const end = characters.findIndex((character) => {
    used += stringWidth(character)
    return used > width
  })
  return end === -1 ? [...characters] : characters.slice(0, end)
}
