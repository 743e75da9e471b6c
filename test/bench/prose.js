const SYLLABLES =
  'al an ar be ca co de di el en er es fi ga ge ha he in is ka la le li lo ma me mi mo na ne no ol on or pa pe po ra re ri ro sa se si so ta te ti to tra un ur va ve vi'.split(
    ' ',
  )

/** Twenty thousand invented words. Word n comes up about 1/n as often as the first, as in natural language. */
function vocabulary(random) {
  return Array.from({ length: 20_000 }, (_, rank) => {
    const syllables = 1 + Math.floor(random() * Math.min(4, 1 + Math.log10(rank + 1)))
    return Array.from({ length: syllables }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join('')
  })
}

/**
 * Text that gzip makes about a third of, as it does of English, with line breaks, quotation marks and now and then a
 * letter beyond ASCII.
 * @param {() => number} random
 */
export function proseWriter(random) {
  const words = vocabulary(random)
  const word = () => words[Math.floor(words.length ** random()) - 1] ?? 'a'
  const mark = () => {
    const chance = random()
    if (chance < 0.06) return '. '
    if (chance < 0.1) return ', '
    if (chance < 0.11) return '.\n\n'
    if (chance < 0.115) return ' “é” '
    if (chance < 0.12) return ' "so" '
    return ' '
  }
  return {
    word,
    /** @param {number} length in characters, about */
    text(length) {
      let text = ''
      while (text.length < length) text += word() + mark()
      return text
    },
  }
}
