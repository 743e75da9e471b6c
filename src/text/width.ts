import stringWidth from 'fast-string-width'

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
