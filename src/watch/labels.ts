import stringWidth from 'fast-string-width'
import { plain } from '../report/renderers/text.ts'

/** Ways to write a model's id, each shorter than the one before: whole; without what only tells versions apart; without maker. */
const SHORTER: readonly ((id: string) => string)[] = [
  (id) => id,
  (id) => id.replace(/^arn:[^/]*\/(?=.)/, ''),
  (id) => shortest(id, /-v1(:0)?$/, /:0$/),
  (id) => shortest(id, /-v1(:0)?$/, /:0$/, /-20\d{6}$/),
  (id) =>
    shortest(id, /-v1(:0)?$/, /:0$/, /-20\d{6}$/, /(?<=^|\.)(anthropic|amazon|meta|mistral|cohere|deepseek|openai)\./),
]

function shortest(id: string, ...parts: readonly RegExp[]): string {
  return parts.reduce((text, part) => text.replace(part, ''), id.replace(/^arn:[^/]*\/(?=.)/, ''))
}

/**
 * The models' ids within a width: the longest way to write them in which all fit and none reads as another. Where there is
 * none, the middle of those that are too long is left out.
 */
export function modelLabels(ids: readonly string[], width: number, ellipsis: string): string[] {
  const clean = ids.map((id) => plain(id) || '–')
  for (const shorter of SHORTER) {
    const labels = clean.map(shorter)
    const distinct = new Set(labels).size === new Set(clean).size
    if (distinct && labels.every((label) => stringWidth(label) <= width)) return labels
  }
  const last = SHORTER.findLast((shorter) => new Set(clean.map(shorter)).size === new Set(clean).size)
  return clean.map((id) => middleCut((last ?? plain)(id), width, ellipsis))
}

/** Without its middle where it is wider: what comes first and what comes last tells most of an id. */
export function middleCut(text: string, width: number, ellipsis: string): string {
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
