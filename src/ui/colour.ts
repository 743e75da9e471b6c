/** What decides about colour: a stream's own word, which knows the terminal and its TERM. */
export interface ColourStream {
  isTTY?: boolean
  getColorDepth?(env?: object): number
}

type ColourLevel = 0 | 1 | 2 | 3

/**
 * How many colours to use: 0 none, 1 sixteen, 2 256, 3 all. `--no-color` beats FORCE_COLOR (0 to 3, or any other text for
 * "yes"), which beats NO_COLOR, as in Node itself; otherwise the stream says what it can show. chalk looks at none of
 * NO_COLOR and the stream, so it is handed this number.
 */
export function colourLevel(
  stream: ColourStream,
  env: Readonly<Record<string, string | undefined>>,
  wanted = true,
): ColourLevel {
  if (!wanted) return 0
  if (env.FORCE_COLOR) return forced(env.FORCE_COLOR)
  if (env.NO_COLOR) return 0
  if (!stream.isTTY || !stream.getColorDepth) return 0
  return levelOfDepth(stream.getColorDepth(env))
}

function forced(value: string): ColourLevel {
  if (value === '0' || value === 'false') return 0
  if (value === '2') return 2
  return value === '3' ? 3 : 1
}

/** `tty.WriteStream.getColorDepth` answers bits a pixel: 1, 4, 8 or 24. */
function levelOfDepth(bits: number): ColourLevel {
  if (bits >= 24) return 3
  if (bits >= 8) return 2
  return bits >= 4 ? 1 : 0
}
