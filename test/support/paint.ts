import { type Painter, STYLES } from '../../src/text/painter.ts'

export { NO_PAINT as noPaint } from '../../src/text/painter.ts'

/** Real escape sequences, so that a test sees what a terminal gets. */
export const ansiPaint = Object.fromEntries(
  STYLES.map((style, index) => [style, (text: string) => `\u001b[${31 + index}m${text}\u001b[0m`]),
) as unknown as Painter
