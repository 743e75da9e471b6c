import { validation } from '../faults.ts'
import { anomalyBand, LEARNED_MS } from './band.ts'
import { fill, fillerOf } from './fill.ts'
import { each, plainFunction } from './functions.ts'
import type { Expression, Operator } from './parse.ts'
import { combine, type Series, type Value } from './series.ts'

/** What an expression can reach. */
export interface Scope {
  /** The value of another query by its id. @throws AwsFault where there is none. */
  reference(id: string): Value
  /** All metrics of the request (not expressions), those whose id holds a text. */
  metrics(idPart: string): Series[]
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

/** A value as the time series that it is. */
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
  if (name === 'METRICS') return scope.metrics(args[0] === undefined ? '' : textOf(args[0]))
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
  const filler = by.type === 'reference' ? fillerOf(by.id) : numberOf('FILL', evaluate(by, scope))
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
