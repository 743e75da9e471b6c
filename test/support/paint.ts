import type { Painter } from '../../src/report/renderers/renderer.ts'

const STYLES = ['bold', 'dim', 'red', 'yellow', 'green', 'cyan'] as const

/** No colour at all. */
export const noPaint = Object.fromEntries(STYLES.map((style) => [style, (text: string) => text])) as unknown as Painter

/** Real escape sequences, so that a test sees what a terminal gets. */
export const ansiPaint = Object.fromEntries(
  STYLES.map((style, index) => [style, (text: string) => `\u001b[${31 + index}m${text}\u001b[0m`]),
) as unknown as Painter
