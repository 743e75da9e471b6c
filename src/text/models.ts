import stringWidth from 'fast-string-width'
import { plain } from './escape.ts'
import { middleCut } from './width.ts'

/** An ARN by what it ends in. */
export function withoutArn(id: string): string {
  return id.replace(/^arn:[^/]*\/(?=.)/, '')
}

/** Ways to write a model's id, each shorter than the one before: whole; without what only tells versions apart; without maker. */
const SHORTER: readonly ((id: string) => string)[] = [
  (id) => id,
  withoutArn,
  (id) => shortest(id, /-v1(:0)?$/, /:0$/),
  (id) => shortest(id, /-v1(:0)?$/, /:0$/, /-20\d{6}$/),
  (id) =>
    shortest(id, /-v1(:0)?$/, /:0$/, /-20\d{6}$/, /(?<=^|\.)(anthropic|amazon|meta|mistral|cohere|deepseek|openai)\./),
]

function shortest(id: string, ...parts: readonly RegExp[]): string {
  return parts.reduce((text, part) => text.replace(part, ''), withoutArn(id))
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
