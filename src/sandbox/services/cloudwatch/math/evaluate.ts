import { validation } from '../faults.ts'
import { combine, each, plainFunction, type Series, type Value } from './functions.ts'
import type { Expression, Operator } from './parse.ts'

export interface Scope {
  /** The value of another query by its id. @throws AwsFault where there is none. */
  reference(id: string): Value
  search(expression: string, statistic: string, period: number | undefined): Series[]
  /** The request's window in milliseconds, for what has to be filled. */
  start: number
  end: number
  /** The same with a window that starts earlier, by so many milliseconds. */
  before(milliseconds: number): Scope
}

const OPERATORS: Record<Operator, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
}

/** @throws AwsFault where types do not fit or a function is unknown. */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.type) {
    case 'number':
      return expression.value
    case 'string':
      throw validation(`Unexpected text '${expression.value}'`)
    case 'reference':
      return scope.reference(expression.id)
    case 'list':
      return expression.items.flatMap((item) => seriesOf(evaluate(item, scope)))
    case 'operator':
      return operate(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope))
    case 'call':
      return call(expression.name, expression.arguments, scope)
  }
}

export function seriesOf(value: Value): Series[] {
  if (typeof value === 'number') throw validation('The expression must give a time series, not a number')
  return Array.isArray(value) ? value : [value]
}

/** Arithmetic takes a point that one of two series lacks for 0 (CloudWatch User Guide, "Using metric math"). */
function operate(operator: Operator, left: Value, right: Value): Value {
  const both = (a: number | Series, b: number | Series) =>
    combine(a, b, OPERATORS[operator], '+-*/^'.includes(operator) ? 0 : undefined)
  if (Array.isArray(left)) {
    if (Array.isArray(right)) throw validation('Two arrays of time series cannot be combined')
    return left.map((one) => both(one, right) as Series)
  }
  return Array.isArray(right) ? right.map((one) => both(left, one) as Series) : both(left, right)
}

function call(name: string, args: Expression[], scope: Scope): Value {
  if (name === 'SEARCH') return search(args, scope)
  if (name === 'FILL') return filled(args, scope)
  if (name === 'ANOMALY_DETECTION_BAND') return band(args, scope)
  const values = args.map((argument) => evaluate(argument, scope))
  const value = plainFunction(name, values)
  if (value === undefined) throw validation(`The function ${name} is not supported`)
  return value
}

function search([expression, statistic, period]: Expression[], scope: Scope): Series[] {
  if (!expression || !statistic) throw validation('SEARCH needs an expression and a statistic')
  if (period !== undefined && period.type !== 'number') throw validation('The period of SEARCH must be a number')
  return scope.search(textOf(expression), textOf(statistic), period?.value)
}

function filled([argument, by]: Expression[], scope: Scope): Value {
  if (!argument || !by) throw validation('FILL needs a time series and what to fill it with')
  const filler = numberOf('FILL', evaluate(by, scope))
  return each(
    evaluate(argument, scope),
    (series) => fill(series, filler, scope),
    (number) => number,
  )
}

/** `ANOMALY_DETECTION_BAND(m1, 2)`; two standard deviations by default. */
function band([argument, width]: Expression[], scope: Scope): Series[] {
  if (!argument) throw validation('ANOMALY_DETECTION_BAND needs a time series')
  const [series, past] = [scope, scope.before(LEARNED_MS)].map((within) => evaluate(argument, within))
  if (!isSeries(series) || !isSeries(past)) throw validation('ANOMALY_DETECTION_BAND needs a single time series')
  return anomalyBand(series, past, width === undefined ? 2 : numberOf('ANOMALY_DETECTION_BAND', evaluate(width, scope)))
}

function isSeries(value: Value | undefined): value is Series {
  return typeof value === 'object' && !Array.isArray(value)
}

function numberOf(name: string, value: Value): number {
  if (typeof value !== 'number') throw validation(`${name} needs a number as its second argument`)
  return value
}

function textOf(expression: Expression): string {
  if (expression.type !== 'string') throw validation('A text in quotes is needed')
  return expression.value
}

/** A model learns from this much of the past. */
const LEARNED_MS = 14 * 86_400_000
const DAY_MS = 86_400_000
const HALF_HOUR_MS = 1_800_000
/** With fewer points of the past there is no band. */
const FEWEST = 3

/** The mean of the same hour over fourteen days, and deviations. CloudWatch's own model is not published. */
function anomalyBand(series: Series, past: Series, deviations: number): [upper: Series, lower: Series] {
  const upper = new Map<number, number>()
  const lower = new Map<number, number>()
  const known = [...past.points]
  for (const time of series.points.keys()) {
    const values = known.flatMap(([at, value]) => (isAlike(at, time) ? [value] : []))
    if (values.length < FEWEST) continue
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    upper.set(time, mean + deviations * deviation)
    lower.set(time, mean - deviations * deviation)
  }
  return [
    { ...series, label: `${series.label} (expected, high)`, points: upper },
    { ...series, label: `${series.label} (expected, low)`, points: lower },
  ]
}

/** Whether a time is of the same hour of the day as `time`, a day to fourteen days earlier. */
function isAlike(at: number, time: number): boolean {
  const earlier = time - at
  const days = Math.round(earlier / DAY_MS)
  return days >= 1 && days * DAY_MS <= LEARNED_MS && Math.abs(earlier - days * DAY_MS) <= HALF_HOUR_MS
}

/** `FILL(m1, 0)`: a point for every period of the window that has none. The sandbox fills with numbers only. */
function fill(series: Series, filler: number, window: { start: number; end: number }): Series {
  const step = series.period * 1_000
  // What a SEARCH found nothing for has no period, so nothing to fill.
  if (step <= 0) return series
  const points = new Map<number, number>()
  for (let time = window.start; time < window.end; time += step) points.set(time, series.points.get(time) ?? filler)
  return { ...series, points }
}
