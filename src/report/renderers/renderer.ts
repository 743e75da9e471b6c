import type { ReportView } from '../model.ts'

/** Colours, given from outside: the renderer knows no terminal. Each returns its text with the style added or untouched. */
export interface Painter {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  green(text: string): string
  cyan(text: string): string
}

export interface RenderOptions {
  /** Columns of the terminal; what is written for a person keeps within them. */
  width: number
  paint: Painter
}

/** Turns a report into text that ends with a line break. Pure. */
export type Renderer = (view: ReportView, options: RenderOptions) => string
