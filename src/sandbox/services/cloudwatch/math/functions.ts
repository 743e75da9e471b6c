import { sum } from '../../../numbers.ts'
import { pushTo } from '../../../state.ts'
import { validation } from '../faults.ts'
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

function map(series: Series, apply: (value: number) => number): Series {
  const points: Points = new Map()
  for (const [time, value] of series.points) put(points, time, apply(value))
  return { ...series, points }
}

/** Many series as one, at every time at which any has a point. */
function merge(all: readonly Series[], apply: (values: number[]) => number): Series {
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

/** Over one series a number, over several the series of what they make at each time. */
const AGGREGATES: ReadonlyMap<string, (values: number[]) => number> = new Map(
  Object.entries<(values: number[]) => number>({
    SUM: sum,
    AVG: (values) => sum(values) / values.length,
    MIN: (values) => Math.min(...values),
    MAX: (values) => Math.max(...values),
  }),
)

/** A function that needs nothing but its arguments; undefined when there is none of that name. */
export function plainFunction(name: string, values: Value[]): Value | undefined {
  const [first] = values
  const aggregate = AGGREGATES.get(name)
  if (aggregate) {
    if (Array.isArray(first)) return merge(first, aggregate)
    if (typeof first === 'object') return first.points.size > 0 ? aggregate([...first.points.values()]) : 0
    throw validation(`${name} needs a time series`)
  }
  if (name === 'ABS' && first !== undefined) return each(first, (series) => map(series, Math.abs), Math.abs)
  if (name === 'IF') return choose(values)
  if (name === 'PERIOD' && typeof first === 'object' && !Array.isArray(first)) return first.period
  return undefined
}

/** Applies to a number, to a series, or to each of several. */
export function each(value: Value, series: (one: Series) => Series, number: (one: number) => number): Value {
  if (typeof value === 'number') return number(value)
  return Array.isArray(value) ? value.map(series) : series(value)
}

/** `IF(condition, then, otherwise)`, at each time; without `otherwise` there is no point where the condition fails. */
function choose([condition, then, otherwise]: Value[]): Value {
  if (condition === undefined || then === undefined) throw validation('IF needs a condition and a value')
  if (typeof condition === 'number') {
    if (condition !== 0) return then
    if (otherwise === undefined) throw validation('IF with a scalar condition needs both values')
    return otherwise
  }
  if (Array.isArray(condition) || Array.isArray(then) || Array.isArray(otherwise)) {
    throw validation('IF takes time series and numbers, not arrays')
  }
  const at = (value: number | Series | undefined, time: number) =>
    typeof value === 'object' ? value.points.get(time) : value
  const points = new Map<number, number>()
  for (const [time, holds] of condition.points) {
    const value = at(holds !== 0 ? then : otherwise, time)
    if (value !== undefined) points.set(time, value)
  }
  return { ...condition, points }
}
