import { callFunction, floorTime } from './functions.ts'
import type { Expression } from './syntax.ts'
import { compare, format, holds, toNumber, type Value } from './value.ts'

export interface Scope {
  field(name: string): Value
  /** The value of a whole expression that is known already: a column of an earlier command, or an aggregate. */
  known?(expression: Expression): { value: Value } | undefined
}

export function evaluate(expression: Expression, scope: Scope): Value {
  const known = scope.known?.(expression)
  if (known) return known.value
  switch (expression.type) {
    case 'literal':
      return expression.value
    case 'duration':
      return expression.ms
    case 'field':
      return scope.field(expression.name)
    case 'not':
      return Number(!holds(evaluate(expression.inner, scope)))
    case 'in': {
      const value = evaluate(expression.value, scope)
      return Number(expression.items.some((item) => equal(value, evaluate(item, scope))))
    }
    case 'like': {
      const value = evaluate(expression.value, scope)
      return Number(value !== undefined && expression.pattern.test(format(value)))
    }
    case 'call': {
      const values = expression.arguments.map((argument) => evaluate(argument, scope))
      return expression.name === 'bin'
        ? floorTime(scope.field('@timestamp'), values[0])
        : callFunction(expression.name, values)
    }
    case 'binary':
      return operate(expression.operator, evaluate(expression.left, scope), () => evaluate(expression.right, scope))
  }
}

function equal(a: Value, b: Value): boolean {
  return a !== undefined && b !== undefined && compare(a, b) === 0
}

function operate(operator: string, left: Value, later: () => Value): Value {
  if (operator === 'and') return Number(holds(left) && holds(later()))
  if (operator === 'or') return Number(holds(left) || holds(later()))
  const right = later()
  if (operator === '=') return Number(equal(left, right))
  if (operator === '!=') return Number(!equal(left, right))
  const order = ORDERS.get(operator)
  if (order) return Number(left !== undefined && right !== undefined && order(compare(left, right)))
  const [x, y] = [toNumber(left), toNumber(right)]
  const result = x === undefined || y === undefined ? undefined : ARITHMETIC.get(operator)?.(x, y)
  return result !== undefined && Number.isFinite(result) ? result : undefined
}

const ORDERS: ReadonlyMap<string, (order: number) => boolean> = new Map(
  Object.entries<(order: number) => boolean>({
    '<': (order) => order < 0,
    '>': (order) => order > 0,
    '<=': (order) => order <= 0,
    '>=': (order) => order >= 0,
  }),
)

const ARITHMETIC: ReadonlyMap<string, (x: number, y: number) => number> = new Map(
  Object.entries<(x: number, y: number) => number>({
    '+': (x, y) => x + y,
    '-': (x, y) => x - y,
    '*': (x, y) => x * y,
    '/': (x, y) => x / y,
    '%': (x, y) => x % y,
    '^': (x, y) => x ** y,
  }),
)
