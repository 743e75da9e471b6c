import stringWidth from 'fast-string-width'
import { largest } from '../../text/numbers.ts'
import type { Usage } from '../model.ts'
import { COLUMNS, type Column, DROP_LAST, DROP_ORDER } from './columns.ts'

/** Keys are wrapped to no less than this and an eighth of the line; alone, a model's has room for a Claude's name, date and version on one line. */
const LEAST_KEY_WIDTHS = [24, 16, 12] as const
/** What keys are wrapped to before numbers have to go that are what the report is for. */
const TIGHT_KEY_WIDTH = 8
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
 * narrower, then columns go in their order, the trend among the last. Where not even the tokens fit, keys are wrapped
 * tightly, and then the tokens go, too. Numbers are never cut: keys and cost stay, even if they are too wide.
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
  const tight = widest.map((most) => Math.min(most, TIGHT_KEY_WIDTH))
  // Measured once each: all that may fit are tried with the same columns, and there may be thousands of rows.
  const widths = new Map(COLUMNS.map((column) => [column, columnWidth(column, usages)]))
  const room = (columns: readonly Column[], trendWidth: number) => {
    const others = [...columns.map((column) => widths.get(column) ?? 0), costWidth]
    if (trendWidth > 0) others.push(trendWidth)
    return width - total(others.map((other) => other + FRAME)) - FRAME * keys.length - 1
  }
  const needs = { whole: widest, wrapped: least, tight }
  for (const { columns, trendWidth, keys: needed } of candidates(usages)) {
    const keyRoom = room(columns, trendWidth)
    if (keyRoom >= total(needs[needed])) {
      return result(columns, trendWidth, spread(keyRoom, needed === 'tight' ? tight : least, widest), usages)
    }
  }
  return result([], 0, tight, usages)
}

/** Widths that take no more than `room`: the least of each, and what is left over to those first that it makes whole soonest. */
function spread(room: number, least: readonly number[], widest: readonly number[]): number[] {
  const widths = [...least]
  const missing = (index: number) => (widest[index] ?? 0) - (least[index] ?? 0)
  let left = room - total(least)
  for (const index of [...least.keys()].sort((a, b) => missing(a) - missing(b))) {
    const more = Math.min(left, missing(index))
    widths[index] = (least[index] ?? 0) + more
    left -= more
  }
  return widths
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
  /** To be taken where the keys need not be wrapped, or not more than so. */
  keys: 'whole' | 'wrapped' | 'tight'
}

function* candidates(usages: readonly Usage[]): Generator<Candidate> {
  const [wide, narrow, none] = TREND_WIDTHS
  yield { columns: [...COLUMNS], trendWidth: wide, keys: 'whole' }
  const dropped = new Set<Column>()
  const left = (trendWidth: number, keys: Candidate['keys'] = 'wrapped'): Candidate => ({
    columns: COLUMNS.filter((column) => !dropped.has(column)),
    trendWidth,
    keys,
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
  yield left(none, 'tight')
  for (const column of DROP_LAST) {
    dropped.add(column)
    yield left(none, 'tight')
  }
}

function result(columns: Column[], trendWidth: number, keyWidths: number[], usages: readonly Usage[]): Fit {
  const gone = COLUMNS.filter((column) => !columns.includes(column) && !usages.every(column.empty))
  const leftOut = gone.map((column) => column.name)
  return { columns, trendWidth, keyWidths, leftOut: trendWidth > 0 ? leftOut : [...leftOut, 'trend'] }
}
