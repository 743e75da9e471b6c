import type { Axis, Spec } from 'vega'
import { largest } from '../../../text/numbers.ts'
import { DAY_MS } from '../../window.ts'
import { frame } from './frame.ts'

const HEIGHT = 210

export interface Series {
  label: string
  colour: string
  /** One for each slot. */
  values: readonly number[]
}

export interface TimeAxis {
  /** When the slots begin on the wall clock, and the last one ends; ms. */
  bounds: readonly number[]
  /** From where on the clocks, put forward or back on the way, show so many ms more than the axis counts. */
  shift?: { at: number; by: number }
}

const YEAR_MS = 366 * DAY_MS

/** The most bars that can be told apart; more slots are added up. */
const MOST_BARS = 96

/** Bars over time, one series on the other. */
export function stackedSpec(series: readonly Series[], axis: TimeAxis, format: 'count' | 'usd'): Spec {
  const { bounds } = axis
  const slots = bounds.length - 1
  const at = (slot: number) => bounds[Math.min(slot, slots)] ?? 0
  const size = Math.max(1, Math.ceil(slots / MOST_BARS))
  const bars = Math.ceil(slots / size)
  const values = Array.from({ length: bars }, (_, bar) => bar).flatMap((bar) => {
    let below = 0
    return series.flatMap(({ values: course, colour }) => {
      const sum = course.slice(bar * size, (bar + 1) * size).reduce((total, value) => total + value, 0)
      if (sum === 0) return []
      below += sum
      return { t: at(bar * size), u: at((bar + 1) * size), y: below - sum, z: below, colour }
    })
  })
  const most = largest(values.map(({ z }) => z))
  const [start, end] = [at(0), at(slots)]
  const gap = bars > 48 ? 0.25 : 1
  return {
    ...frame(HEIGHT),
    data: [{ name: 'bars', values }],
    scales: [
      { name: 'x', type: 'utc', domain: [start, end], range: 'width' },
      { name: 'y', domain: [0, most], range: 'height', nice: 4, zero: true },
    ],
    axes: [
      {
        orient: 'bottom',
        scale: 'x',
        tickCount: 5,
        ...timeLabels(end - start, axis),
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

/** Hours of the clock where there are no more than two days of them, then days, then months. */
function timeLabels(span: number, { shift }: TimeAxis): Partial<Axis> {
  if (span > 2 * DAY_MS) return { format: span <= YEAR_MS ? '%d %b' : '%b %Y' }
  if (!shift) return { format: '%H:%M' }
  const shown = `time(datum.value) + (time(datum.value) < ${shift.at} ? 0 : ${shift.by})`
  return { encode: { labels: { update: { text: { signal: `utcFormat(${shown}, '%H:%M')` } } } } }
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
