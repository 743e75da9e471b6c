import stringWidth from 'fast-string-width'

/** Words set into lines of at most `width` columns; a word that is longer stands alone and is never cut. Further lines are indented. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const words = text.split(/\s+/).filter(Boolean)
  return words.length === 0 ? [''] : packed(words, width, ' ', indent)
}

/** Pieces set into lines; one that is longer than a line stands alone. */
function packed(pieces: readonly string[], width: number, glue = '', indent = ''): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const piece of pieces) {
    const longer: string = line === undefined ? piece : line + glue + piece
    if (line !== undefined && stringWidth(longer) > width) {
      lines.push(line)
      line = indent + piece
    } else line = longer
  }
  return [...lines, line ?? '']
}

/** A command as one line or, where that is too wide, as several that a shell reads as one. Other texts are wrapped. */
export function wrapCommand(text: string, width: number): string[] {
  if (stringWidth(text) <= width || !/^(bedrock-monitor|aws) /.test(text)) return wrap(text, width)
  const lines = wrap(text, width - 2, '  ')
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line))
}

/** "a · b · c", broken between its parts; a part that is longer than a line is wrapped at its spaces. */
export function wrapParts(parts: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    const longer = last === undefined ? part : `${last} · ${part}`
    if (last !== undefined && stringWidth(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(...wrap(part, width))
  }
  return lines
}

const LEAST_MEANING = 20

/** Terms left, meanings right, wrapped within their own column. */
export function wrapTerms(
  rows: readonly (readonly [term: string, meaning: string])[],
  width: number,
  { left = widest(rows.map(([term]) => term)), style = (term: string) => term } = {},
): string[] {
  return rows.flatMap(([term, meaning]) =>
    wrap(meaning, Math.max(LEAST_MEANING, width - left - 2)).map((line, index) =>
      `${style(padEnd(index === 0 ? term : '', left))}  ${line}`.trimEnd(),
    ),
  )
}

/** Where a name, a model id or an ARN may be broken: after its separators, but never before the revision (`:0`) that it ends in. */
const BREAKS = /(?<=[-./_])|(?<=:)(?!\d+$)/

/** Sets a name, a model id or an ARN into lines of at most `width` columns, after one of its own separators where there is one. */
export function wrapId(id: string, width: number): string[] {
  const cut = (piece: string) => (stringWidth(piece) <= width ? [piece] : packed([...piece], width))
  return packed(id.split(BREAKS).flatMap(cut), width)
}

/** The columns that the widest of these texts takes. `Math.max(...)` fails on a hundred thousand of them. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0)
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

/** At most `width` columns; what was cut off ends in an ellipsis. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (stringWidth(text) <= width) return text
  const room = width - ellipsis.length
  if (room < 0) return ellipsis.slice(0, Math.max(0, width))
  return take([...text], room).join('') + ellipsis
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

function take(characters: readonly string[], width: number): string[] {
  let used = 0
  const end = characters.findIndex((character) => {
    used += stringWidth(character)
    return used > width
  })
  return end === -1 ? [...characters] : characters.slice(0, end)
}
