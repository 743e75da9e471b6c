import stringWidth from 'fast-string-width'
import { COLUMNS, type Column, DROP_ORDER } from './columns.ts'
import type { Watched } from './view.ts'

/** Widths of the course of the hour, a bar for one, two, three, four or six minutes. */
const TRENDS = [60, 30, 20, 15, 10, 0] as const
/** A model's id is shortened to this before numbers have to go that are what the view is for. */
const LEAST_LABEL = 22
/** And to this in the end. */
const NARROWEST_LABEL = 6

export interface Layout {
  columns: readonly { column: Column; width: number }[]
  labelWidth: number
  /** 0: none. */
  trendWidth: number
  /** Between two columns. */
  gap: number
}

/**
 * What fits into a line. First the course of the hour gets narrower, then columns go in their order, then what lies between
 * them and the models' ids get narrower, then more columns go. A number is never cut. Pure.
 * @param labels the widest of the models' ids, and what stands left of it (Regions)
 */
export function layoutOf(width: number, shown: readonly Watched[], labels: { model: number; left: number }): Layout {
  const widths = COLUMNS.map((column: Column) => ({
    column,
    width: Math.max(...[...column.heading, ...shown.map(column.cell)].map((text) => stringWidth(text))),
  }))
  for (const { dropped, trendWidth, gap, label } of candidates()) {
    const gone: readonly string[] = DROP_ORDER.slice(0, dropped)
    const columns = widths.filter(({ column }) => !gone.includes(column.name))
    const trend = trendWidth > 0 ? trendWidth + gap : 0
    const room = width - labels.left - trend - columns.reduce((sum, column) => sum + column.width + gap, 0)
    const least = label === 'whole' ? labels.model : Math.min(labels.model, label)
    if (room >= least) return { columns, labelWidth: Math.min(labels.model, room), trendWidth, gap }
  }
  return { columns: [], labelWidth: Math.max(0, Math.min(labels.model, width - labels.left)), trendWidth: 0, gap: 1 }
}

interface Candidate {
  /** So many of `DROP_ORDER`. */
  dropped: number
  trendWidth: number
  gap: number
  label: 'whole' | number
}

function* candidates(): Generator<Candidate> {
  for (const trendWidth of TRENDS) yield { dropped: 0, trendWidth, gap: 2, label: 'whole' }
  for (const trendWidth of TRENDS) yield { dropped: 0, trendWidth, gap: 2, label: LEAST_LABEL }
  for (const gap of [2, 1]) {
    for (let dropped = 0; dropped <= 3; dropped += 1) yield { dropped, trendWidth: 0, gap, label: LEAST_LABEL }
  }
  for (let dropped = 3; dropped <= DROP_ORDER.length; dropped += 1) {
    for (const label of [LEAST_LABEL, 14, NARROWEST_LABEL]) yield { dropped, trendWidth: 0, gap: 1, label }
  }
}
