import type { Counter } from '../../model.ts'

/** What a course tells of a bar. */
export type Measure = Counter | 'costUsd'

/** What the page's script narrows, adds up and draws charts from; it comes in the page as JSON. Texts are safe to show. */
export interface PageData {
  /** The values of the first grouping that is not time, by which charts are stacked. */
  stacks: readonly string[]
  isByModel: boolean
  /** Whatever groups have in common when time is left aside. */
  names: readonly PageName[]
  groups: readonly PageGroup[]
  bars: readonly Bar[]
  /** What a course tells of each bar, in this order. */
  measures: readonly Measure[]
  charts: readonly Frame[]
  /** Percentiles of all calls together. */
  latency: Percents
  /** US dollars; null where nothing is priced. */
  costUsd: number | null
}

export interface PageName {
  label: string
  /** The exact ids, where the label is short for them. */
  ids?: string
  stack: number
  /** For each bar with use: its place, and a number for each measure. */
  course: readonly number[]
}

export interface PageGroup {
  name: number
  /** The hour or day it is of, where groups are told apart by these. */
  time?: string
  calls: number | null
  latency: Percents | null
  /** US dollars: of all, then of each kind of billed thing that the page has a column for. Null where nothing is priced. */
  costs: readonly (number | null)[]
  /** What it cost is at least that. */
  isFloor?: true
}

/** Milliseconds: p50, p90, p99. */
export type Percents = readonly [number | null, number | null, number | null]

/** A part of the window; `tick` is what stands under it, where something does. */
export interface Bar {
  name: string
  tick?: string
}

/** What stays of a chart whatever it shows. */
export interface Frame {
  title: string
  /** The source knows nothing of it: it is left out. */
  isUntold?: true
  /** What is said where there is nothing to draw. */
  without: string
  /** Not all is known, so nothing is drawn: a part would pass for the whole. */
  isIncomplete?: true
}
