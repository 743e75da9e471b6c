import { type Patterns, Reader } from '../../reader.ts'
import { validation } from '../faults.ts'

export type Expression =
  | { type: 'number'; value: number }
  | { type: 'string'; value: string }
  /** The id of another query of the request. */
  | { type: 'reference'; id: string }
  | { type: 'operator'; operator: Operator; left: Expression; right: Expression }
  | { type: 'call'; name: string; arguments: Expression[] }
  | { type: 'list'; items: Expression[] }

export type Operator = '+' | '-' | '*' | '/' | '^' | '<' | '>' | '<=' | '>=' | '==' | '!=' | 'AND' | 'OR'

/** Loosest first. */
const PRECEDENCE: readonly (readonly string[])[] = [
  ['OR', '||'],
  ['AND', '&&'],
  ['<', '>', '<=', '>=', '==', '!='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
]
const SPELLINGS: ReadonlyMap<string, Operator> = new Map(Object.entries<Operator>({ '&&': 'AND', '||': 'OR' }))

const PATTERNS: Patterns = [
  ['space', /\s+/y],
  ['number', /((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y],
  ['string', /'([^']*)'|"([^"]*)"/y],
  ['name', /([A-Za-z_][A-Za-z0-9_]*)/y],
  ['symbol', /(==|!=|<=|>=|&&|\|\||[-+*/^(),<>[\]])/y],
]

/** @throws AwsFault where the expression is not of the grammar. */
export function parseExpression(text: string): Expression {
  const reader = new Reader(text, PATTERNS, (message) => validation(`Error in expression '${text}': ${message}`))
  const listUntil = (close: string): Expression[] => {
    if (reader.take(close)) return []
    const items = reader.commaList(whole)
    reader.expect(close)
    return items
  }
  const whole = (): Expression =>
    reader.binary(PRECEDENCE, operand, (word, left, right) => {
      const operator = SPELLINGS.get(word) ?? (word as Operator)
      return { type: 'operator', operator, left, right }
    })
  const operand = (): Expression => {
    if (reader.take('-'))
      return { type: 'operator', operator: '-', left: { type: 'number', value: 0 }, right: operand() }
    if (reader.take('(')) {
      const inner = whole()
      reader.expect(')')
      return inner
    }
    if (reader.take('[')) return { type: 'list', items: listUntil(']') }
    const token = reader.peek
    if (token.type !== 'number' && token.type !== 'string' && token.type !== 'name') throw reader.fail('a value')
    reader.next()
    if (token.type === 'number') return { type: 'number', value: Number(token.text) }
    if (token.type === 'string') return { type: 'string', value: token.text }
    return reader.take('(')
      ? { type: 'call', name: token.text.toUpperCase(), arguments: listUntil(')') }
      : { type: 'reference', id: token.text }
  }
  const expression = whole()
  reader.read('end', 'an operator')
  return expression
}

export function everyPart(expression: Expression): Expression[] {
  return [expression, ...partsOf(expression).flatMap(everyPart)]
}

function partsOf(expression: Expression): Expression[] {
  if (expression.type === 'call') return expression.arguments
  if (expression.type === 'list') return expression.items
  return expression.type === 'operator' ? [expression.left, expression.right] : []
}

export function functionsOf(expression: Expression): string[] {
  return everyPart(expression).flatMap((part) => (part.type === 'call' ? [part.name] : []))
}

export function referencesOf(expression: Expression): string[] {
  return everyPart(expression).flatMap((part) => (part.type === 'reference' ? [part.id] : []))
}
