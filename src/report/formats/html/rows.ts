import stringWidth from 'fast-string-width'
import type { Mark, Spec } from 'vega'
import { largest } from '../../../text/numbers.ts'
import { middleCut } from '../../../text/width.ts'
import { frame, WIDTH } from './frame.ts'

export interface BarRow {
  label: string
  /** The value as text, at the right end of the label's line. */
  text: string
  value: number
  colour: string
}

const ROW = 27
/** What an axis takes. */
const AXIS = 24
/** Room for half a point at either end. */
const SIDE = 5
/** A generous guess at the width of a letter, half of that of a Chinese one: without a browser nobody can measure it. */
const LETTER = 6.4

/** A bar for each row, under its label. */
export function barsSpec(rows: readonly BarRow[]): Spec {
  const most = largest(rows.map(({ value }) => value))
  return {
    ...rowsFrame(rows, [0, most], 4),
    marks: [
      ...labelMarks(),
      {
        type: 'rect',
        aria: false,
        from: { data: 'rows' },
        encode: {
          enter: {
            x: { scale: 'x', value: 0 },
            x2: { scale: 'x', field: 'value' },
            y: { signal: `datum.row * ${ROW} + 16` },
            height: { value: 6 },
            cornerRadius: { value: 2 },
            fill: { field: 'colour' },
          },
        },
      },
    ],
  }
}

export interface RangeRow {
  label: string
  text: string
  points: readonly { value: number; colour: string }[]
}

/** A line for each row from its least to its largest point, under its label. */
export function rangesSpec(rows: readonly RangeRow[]): Spec {
  const points = rows.flatMap(({ points: own }, row) => own.map((point) => ({ row, ...point })))
  const most = largest(points.map(({ value }) => value))
  const spans = rows.map(({ points: own }, row) => {
    const values = own.map(({ value }) => value)
    return { row, least: Math.min(...values), most: Math.max(...values) }
  })
  const base = rowsFrame(rows, [0, most], AXIS)
  const middle = { signal: `datum.row * ${ROW} + 20` }
  return {
    ...base,
    data: [...(base.data ?? []), { name: 'points', values: points }, { name: 'spans', values: spans }],
    axes: [{ orient: 'bottom', scale: 'x', grid: true, ticks: false, tickCount: 5, labelFlush: true }],
    marks: [
      {
        type: 'rule',
        aria: false,
        from: { data: 'spans' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'least' },
            x2: { scale: 'x', field: 'most' },
            y: middle,
            stroke: { value: 'var(--line)' },
            strokeWidth: { value: 3 },
          },
        },
      },
      {
        type: 'symbol',
        aria: false,
        from: { data: 'points' },
        encode: {
          enter: { x: { scale: 'x', field: 'value' }, y: middle, size: { value: 50 }, fill: { field: 'colour' } },
        },
      },
      ...labelMarks(),
    ],
  }
}

/** @param below room under the rows, for an axis */
function rowsFrame(rows: readonly { label: string; text: string }[], domain: [number, number], below: number): Spec {
  const values = rows.map(({ label, text, ...row }, index) => ({
    ...row,
    label: fitted(label, text),
    text,
    row: index,
  }))
  return {
    ...frame(rows.length * ROW),
    // Nobody knows how wide the names are: a layout that made room for them would guess.
    autosize: 'none',
    width: WIDTH - 2 * SIDE,
    padding: { left: SIDE, right: SIDE, top: 0, bottom: below },
    data: [{ name: 'rows', values }],
    scales: [{ name: 'x', type: 'linear', domain, range: 'width', zero: true, nice: false }],
  }
}

/**
 * A name that leaves room for the text at the end of its line; the tables have it whole. It is cut in its middle, since
 * names of several keys often differ in the last.
 */
function fitted(label: string, text: string): string {
  return middleCut(label, Math.floor((WIDTH - 2 * SIDE) / LETTER) - 2 - stringWidth(text))
}

function labelMarks(): Mark[] {
  const text = (field: string, ink: string, place: Record<string, unknown>): Mark => ({
    type: 'text',
    aria: false,
    from: { data: 'rows' },
    encode: {
      enter: {
        text: { field },
        y: { signal: `datum.row * ${ROW} + 10` },
        fontSize: { value: 11 },
        fill: { value: ink },
        ...place,
      },
    },
  })
  return [
    text('label', 'var(--ink)', { x: { value: 0 } }),
    text('text', 'var(--muted)', { x: { signal: 'width' }, align: { value: 'right' } }),
  ]
}
