import stringWidth from 'string-width'
import type { Usage } from '../model.ts'
import { COLUMNS, type Column, DROP_ORDER } from './columns.ts'
import { largest } from './numbers.ts'

/** Keys are wrapped to no less than this and an eighth of the line; alone, a model's has room for a Claude's name, date and version on one line. */
const LEAST_KEY_WIDTHS = [24, 16, 12] as const
const TREND_WIDTHS = [24, 12, 0] as const
/** Between two columns and at the edges: " │ ". */
const FRAME = 3

export interface Fit {
  columns: Column[]
  /** 0: no trend. */
  trendWidth: number
  keyWidths: number[]
  /** The names of the columns that had something to tell and went. */
  leftOut: string[]
}

/**
 * What fits into the width. First go the columns in which there is nothing but zeros and unknowns, then the trend gets
 * narrower, then columns go in their order, the trend among the last. Numbers are never cut: what stays may be too wide.
 *
 * @param keys the texts of each column of the groups' keys, its heading among them
 */
export function fitToWidth(
  width: number,
  usages: readonly Usage[],
  keys: readonly (readonly string[])[],
  costWidth: number,
): Fit {
  const widest = keys.map((texts) => largest(texts.map((text) => stringWidth(text))))
  const floor = LEAST_KEY_WIDTHS[Math.min(keys.length, LEAST_KEY_WIDTHS.length) - 1] ?? 0
  const least = widest.map((most) => Math.min(most, Math.max(floor, Math.floor(width / 8))))
  const room = (columns: readonly Column[], trendWidth: number) => {
    const others = [...columns.map((column) => columnWidth(column, usages)), costWidth]
    if (trendWidth > 0) others.push(trendWidth)
    return width - total(others.map((other) => other + FRAME)) - FRAME * keys.length - 1
  }
  for (const { columns, trendWidth, whole } of candidates(usages)) {
    const keyRoom = room(columns, trendWidth)
    if (keyRoom >= total(whole ? widest : least)) {
      return result(columns, trendWidth, spread(keyRoom, least, widest), usages)
    }
  }
  const last = COLUMNS.filter((column) => !DROP_ORDER.includes(column))
  return result(last, 0, least, usages)
}

/** Widths that take no more than `room`: the least of each, and what is left over to whom it helps, first come first served. */
function spread(room: number, least: readonly number[], widest: readonly number[]): number[] {
  let left = room - total(least)
  return least.map((width, index) => {
    const more = Math.min(left, (widest[index] ?? width) - width)
    left -= more
    return width + more
  })
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function columnWidth(column: Column, usages: readonly Usage[]): number {
  return largest([...column.heading, ...usages.map(column.cell)].map((text) => stringWidth(text)))
}

interface Candidate {
  columns: Column[]
  trendWidth: number
  /** To be taken only where no key has to be wrapped. */
  whole?: true
}

function* candidates(usages: readonly Usage[]): Generator<Candidate> {
  const [wide, narrow, none] = TREND_WIDTHS
  yield { columns: [...COLUMNS], trendWidth: wide, whole: true }
  const dropped = new Set<Column>()
  const left = (trendWidth: number): Candidate => ({
    columns: COLUMNS.filter((column) => !dropped.has(column)),
    trendWidth,
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

function result(columns: Column[], trendWidth: number, keyWidths: number[], usages: readonly Usage[]): Fit {
  const gone = COLUMNS.filter((column) => !columns.includes(column) && !usages.every(column.empty))
  const leftOut = gone.map((column) => column.name)
  return { columns, trendWidth, keyWidths, leftOut: trendWidth > 0 ? leftOut : [...leftOut, 'trend'] }
}
