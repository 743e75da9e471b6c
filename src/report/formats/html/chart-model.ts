import type { PageData } from './page-data.ts'

/** A chart, ready to be drawn. */
export interface Chart {
  title: string
  legend: readonly Entry[]
  /** Undefined where there is nothing to draw; then `without` says so. */
  body: Body | undefined
  without: string
}

export interface Entry {
  label: string
  colour: string
  /** What the page is narrowed to by this entry: places in `stacks`. */
  stacks?: readonly number[]
}

export type Body = Stacked | Rows | Ranges

/** Bars over time, one series on the other. */
export interface Stacked {
  kind: 'stacked'
  unit: 'usd' | 'count'
  bars: PageData['bars']
  series: readonly Series[]
}

export interface Series extends Entry {
  /** One for each bar. */
  values: readonly number[]
}

/** A bar for each row, under its label. */
export interface Rows {
  kind: 'rows'
  rows: readonly { label: string; ids: string; text: string; value: number; colour: string }[]
}

/** A line for each row from its least to its largest point. */
export interface Ranges {
  kind: 'ranges'
  rows: readonly { label: string; ids: string; points: readonly Point[] }[]
}

export interface Point {
  name: string
  /** Milliseconds. */
  value: number
  colour: string
}
