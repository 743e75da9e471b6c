import type { Axis, Mark, Spec } from 'vega'
import { DAY_MS } from '../../window.ts'

/** Charts are drawn for a phone's width and stand side by side on wider screens, so that their text is never scaled much. */
const WIDTH = 380
const HEIGHT = 210

export interface Series {
  label: string
  colour: string
  /** One for each slot. */
  values: readonly number[]
}

export interface TimeAxis {
  /** Start of the first slot on the wall clock, and the length of a slot; ms. */
  start: number
  slotMs: number
}

/** The most bars that can be told apart; more slots are added up. */
const MOST_BARS = 96

/** Bars over time, one series on the other. */
export function stackedSpec(series: readonly Series[], { start, slotMs }: TimeAxis, format: 'count' | 'usd'): Spec {
  const slots = series[0]?.values.length ?? 0
  const size = Math.max(1, Math.ceil(slots / MOST_BARS))
  const bars = Math.ceil(slots / size)
  const values = Array.from({ length: bars }, (_, bar) => bar).flatMap((bar) => {
    let below = 0
    return series.flatMap(({ values: course, colour }) => {
      const sum = course.slice(bar * size, (bar + 1) * size).reduce((total, value) => total + value, 0)
      if (sum === 0) return []
      below += sum
      return { t: start + bar * size * slotMs, u: start + (bar + 1) * size * slotMs, y: below - sum, z: below, colour }
    })
  })
  const most = values.reduce((highest, { z }) => Math.max(highest, z), 0)
  const span = bars * size * slotMs
  const gap = bars > 48 ? 0.25 : 1
  return {
    ...frame(HEIGHT),
    data: [{ name: 'bars', values }],
    scales: [
      { name: 'x', type: 'utc', domain: [start, start + span], range: 'width' },
      { name: 'y', domain: [0, most], range: 'height', nice: 4, zero: true },
    ],
    axes: [
      {
        orient: 'bottom',
        scale: 'x',
        tickCount: 5,
        format: span <= 2 * DAY_MS ? '%H:%M' : '%d %b',
        labelOverlap: true,
        labelFlush: true,
      },
      { orient: 'left', scale: 'y', grid: true, ticks: false, ...valueAxis(most, format) },
    ],
    marks: [
      {
        type: 'rect',
        aria: false,
        from: { data: 'bars' },
        encode: {
          enter: {
            x: { scale: 'x', field: 't', offset: gap / 2 },
            x2: { scale: 'x', field: 'u', offset: -gap / 2 },
            y: { scale: 'y', field: 'y' },
            y2: { scale: 'y', field: 'z' },
            fill: { field: 'colour' },
          },
        },
      },
    ],
  }
}

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
/** A generous guess at the width of a letter: without a browser nobody can measure it. */
const LETTER = 6.4

/** A bar for each row, under its label. */
export function barsSpec(rows: readonly BarRow[]): Spec {
  const most = rows.reduce((highest, { value }) => Math.max(highest, value), 0)
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
  const most = points.reduce((highest, { value }) => Math.max(highest, value), 0)
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

/** A name that leaves room for the text at the end of its line; the tables have it whole. */
function fitted(label: string, text: string): string {
  const most = Math.floor((WIDTH - 2 * SIDE) / LETTER) - 2 - text.length
  return label.length <= most ? label : `${label.slice(0, Math.max(1, most - 1))}…`
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

/** Ticks for a value that goes up to `most`: whole counts as 1.5k, 2M or 3B; dollars with the decimals that they need. */
function valueAxis(most: number, format: 'count' | 'usd'): Partial<Axis> {
  if (format === 'count') {
    const text = { signal: "replace(format(datum.value, '~s'), 'G', 'B')" }
    return { tickCount: 4, tickMinStep: 1, encode: { labels: { update: { text } } } }
  }
  const digits = most > 0 ? Math.min(9, Math.max(0, 1 - Math.floor(Math.log10(most)))) : 2
  return { tickCount: 4, format: `$,.${digits}~f` }
}

function frame(height: number): Spec {
  return {
    width: WIDTH,
    height,
    padding: 4,
    autosize: { type: 'fit', contains: 'padding' },
    config: {
      axis: {
        domain: false,
        gridColor: 'var(--grid)',
        tickColor: 'var(--grid)',
        labelColor: 'var(--muted)',
        labelFontSize: 11,
        titleColor: 'var(--muted)',
        titleFontSize: 11,
        titleFontWeight: 'normal',
      },
    },
  }
}
