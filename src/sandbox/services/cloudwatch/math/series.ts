import { pushTo } from '../../../state.ts'
import type { Points } from '../points.ts'

/** One time series on its way through an expression. */
export interface Series {
  label: string
  /** Seconds between points. */
  period: number
  points: Points
}

/** What an expression is worth: a number, a time series, or several of them. */
export type Value = number | Series | Series[]

/** A point only where all series have one; with `missing`, where any has, which counts as that. */
export function combine(
  a: number | Series,
  b: number | Series,
  apply: (a: number, b: number) => number,
  missing?: number,
): number | Series {
  if (typeof a === 'number') return typeof b === 'number' ? apply(a, b) : map(b, (value) => apply(a, value))
  if (typeof b === 'number') return map(a, (value) => apply(value, b))
  const points: Points = new Map()
  const isAny = missing !== undefined && a.points.size > 0 && b.points.size > 0
  for (const time of [...new Set([...a.points.keys(), ...b.points.keys()])].sort((one, other) => one - other)) {
    const [value, other] = [a, b].map((series) => series.points.get(time) ?? (isAny ? missing : undefined))
    if (value !== undefined && other !== undefined) put(points, time, apply(value, other))
  }
  return { ...a, points }
}

export function map(series: Series, apply: (value: number) => number): Series {
  const points: Points = new Map()
  for (const [time, value] of series.points) put(points, time, apply(value))
  return { ...series, points }
}

/** Many series as one, at every time at which any has a point. */
export function merge(all: readonly Series[], apply: (values: number[]) => number): Series {
  const values = new Map<number, number[]>()
  for (const { points } of all) {
    for (const [time, value] of points) pushTo(values, time, value)
  }
  const points: Points = new Map()
  for (const time of [...values.keys()].sort((a, b) => a - b)) put(points, time, apply(values.get(time) ?? []))
  return { label: '', period: all[0]?.period ?? 0, points }
}

/** A division by nothing gives no point. */
function put(points: Points, time: number, value: number): void {
  if (Number.isFinite(value)) points.set(time, value)
}
