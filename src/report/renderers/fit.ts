import stringWidth from 'string-width'
import type { Usage } from '../model.ts'
import { COLUMNS, type Column, DROP_ORDER } from './columns.ts'

/** Model ids are wrapped to no less than this, which holds a Claude's name, date and version on one line. */
const LEAST_MODEL_WIDTH = 24
const TREND_WIDTHS = [24, 12, 0] as const
/** Between two columns and at the edges: " │ ". */
const FRAME = 3

export interface Fit {
  columns: Column[]
  /** 0: no trend. */
  trendWidth: number
  modelWidth: number
  /** The names of the columns that had something to tell and went. */
  leftOut: string[]
}

/**
 * What fits into the width. First go the columns in which there is nothing but zeros and unknowns, then the trend gets
 * narrower, then columns go in their order, the trend among the last. Numbers are never cut: what stays may be too wide.
 */
export function fitToWidth(width: number, usages: readonly Usage[], models: readonly string[], costWidth: number): Fit {
  const widest = Math.max(...models.map((model) => stringWidth(model)), LEAST_MODEL_WIDTH)
  const room = (columns: readonly Column[], trendWidth: number) => {
    const others = [...columns.map((column) => columnWidth(column, usages)), costWidth]
    if (trendWidth > 0) others.push(trendWidth)
    return width - others.reduce((sum, other) => sum + other + FRAME, 0) - FRAME - 1
  }
  for (const { columns, trendWidth, enough } of candidates(usages, widest)) {
    const modelWidth = room(columns, trendWidth)
    if (modelWidth >= enough) return result(columns, trendWidth, Math.min(modelWidth, widest), usages)
  }
  const least = COLUMNS.filter((column) => !DROP_ORDER.includes(column))
  return result(least, 0, LEAST_MODEL_WIDTH, usages)
}

function columnWidth(column: Column, usages: readonly Usage[]): number {
  return Math.max(...[...column.heading, ...usages.map(column.cell)].map((text) => stringWidth(text)))
}

interface Candidate {
  columns: Column[]
  trendWidth: number
  /** How much room the model needs for this one to be taken. */
  enough: number
}

function* candidates(usages: readonly Usage[], widest: number): Generator<Candidate> {
  const [wide, narrow, none] = TREND_WIDTHS
  yield { columns: [...COLUMNS], trendWidth: wide, enough: widest }
  const dropped = new Set<Column>()
  const left = (trendWidth: number): Candidate => ({
    columns: COLUMNS.filter((column) => !dropped.has(column)),
    trendWidth,
    enough: LEAST_MODEL_WIDTH,
  })
  for (const column of DROP_ORDER) {
    if (!usages.every(column.empty)) continue
    dropped.add(column)
    yield left(wide)
  }
  yield left(narrow)
  for (const column of DROP_ORDER) {
    dropped.add(column)
    yield left(narrow)
  }
  yield left(none)
}

function result(columns: Column[], trendWidth: number, modelWidth: number, usages: readonly Usage[]): Fit {
  const gone = COLUMNS.filter((column) => !columns.includes(column) && !usages.every(column.empty))
  const leftOut = gone.map((column) => column.name)
  return { columns, trendWidth, modelWidth, leftOut: trendWidth > 0 ? leftOut : [...leftOut, 'trend'] }
}
