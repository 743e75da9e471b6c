/** Colours, given from outside: what is laid out knows no terminal. Each returns its text with the style added or untouched. */
export interface Painter {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  green(text: string): string
  cyan(text: string): string
}

export const STYLES = ['bold', 'dim', 'red', 'yellow', 'green', 'cyan'] as const satisfies readonly (keyof Painter)[]

export const NO_PAINT = Object.fromEntries(STYLES.map((style) => [style, (text: string) => text])) as unknown as Painter

export interface TextOptions {
  width: number
  paint: Painter
  verbose?: boolean
}
