import { validation } from '../faults.ts'
import type { Series } from './series.ts'

/** What stands where a point is missing: a number, the last point before the gap, or the line between its two ends. */
export type Filler = number | 'REPEAT' | 'LINEAR'

/** `FILL(m1, 0)`: a point for every period of the window that has none. REPEAT and LINEAR give none where they have no end to go by. */
export function fill(series: Series, filler: Filler, window: { start: number; end: number }): Series {
  const step = series.period * 1_000
  // What a SEARCH found nothing for has no period, so nothing to fill.
  if (step <= 0) return series
  const points = new Map<number, number>()
  let before: [time: number, value: number] | undefined
  const known = [...series.points]
  for (let time = window.start, next = 0; time < window.end; time += step) {
    const value = series.points.get(time)
    if (value !== undefined) {
      before = [time, value]
      next += 1
    }
    const filled = value ?? between(time, filler, before, known[next])
    if (filled !== undefined) points.set(time, filled)
  }
  return { ...series, points }
}

function between(
  time: number,
  filler: Filler,
  before: [time: number, value: number] | undefined,
  after: [time: number, value: number] | undefined,
): number | undefined {
  if (typeof filler === 'number') return filler
  if (filler === 'REPEAT' || !before || !after) return filler === 'REPEAT' ? before?.[1] : undefined
  return before[1] + ((after[1] - before[1]) * (time - before[0])) / (after[0] - before[0])
}

export function fillerOf(word: string): Filler {
  if (word === 'REPEAT' || word === 'LINEAR') return word
  throw validation(`FILL needs a number, REPEAT or LINEAR, not ${word}`)
}
