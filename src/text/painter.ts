export const STYLES = ['bold', 'dim', 'red', 'yellow', 'green', 'cyan'] as const

/** Colours, given from outside: what is laid out knows no terminal. Each returns its text with the style added or untouched. */
export type Painter = Record<(typeof STYLES)[number], (text: string) => string>

export const NO_PAINT = Object.fromEntries(STYLES.map((style) => [style, (text: string) => text])) as unknown as Painter

export interface TextOptions {
  width: number
  paint: Painter
  verbose?: boolean
}
