import type { Painter } from '../report/renderers/index.ts'
import type { Output } from '../ui/output.ts'

const STYLES = ['bold', 'dim', 'red', 'yellow', 'green', 'cyan'] as const satisfies (keyof Painter)[]

/** The colours of an output for the report's renderers. chalk joins all its arguments, which breaks `lines.map(paint.dim)`. */
export function painterOf({ paint }: Output): Painter {
  return Object.fromEntries(STYLES.map((style) => [style, (text: string) => paint[style](text)])) as unknown as Painter
}

/** No colours, for what goes to a file. */
export const plainPainter = Object.fromEntries(
  STYLES.map((style) => [style, (text: string) => text]),
) as unknown as Painter
