import { validation } from '../faults.ts'

/** A metric math expression as a tree. */
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

/** @throws AwsFault where the expression is not of the grammar. */
export function parseExpression(text: string): Expression {
  const tokens = tokenize(text)
  let at = 0
  const peek = (): Token => tokens[at] ?? { type: 'end', text: '' }
  const fail = () => validation(`Error in expression '${text}': unexpected '${peek().text || 'end of expression'}'`)
  const take = (symbol: string): boolean => {
    const found = peek().type === 'symbol' && peek().text === symbol
    if (found) at += 1
    return found
  }
  const expect = (symbol: string) => {
    if (!take(symbol)) throw fail()
  }
  const listUntil = (close: string): Expression[] => {
    const items: Expression[] = []
    if (take(close)) return items
    do items.push(binary(0))
    while (take(','))
    expect(close)
    return items
  }

  const binary = (level: number): Expression => {
    const operators = PRECEDENCE[level]
    if (!operators) return unary()
    let left = binary(level + 1)
    while (peek().type !== 'string' && operators.includes(peek().text)) {
      const operator = peek().text
      at += 1
      left = {
        type: 'operator',
        operator: SPELLINGS.get(operator) ?? (operator as Operator),
        left,
        right: binary(level + 1),
      }
    }
    return left
  }

  const unary = (): Expression => {
    if (take('-')) return { type: 'operator', operator: '-', left: { type: 'number', value: 0 }, right: unary() }
    if (take('(')) {
      const inner = binary(0)
      expect(')')
      return inner
    }
    if (take('[')) return { type: 'list', items: listUntil(']') }
    const token = peek()
    if (token.type !== 'number' && token.type !== 'string' && token.type !== 'name') throw fail()
    at += 1
    if (token.type === 'number') return { type: 'number', value: Number(token.text) }
    if (token.type === 'string') return { type: 'string', value: token.text }
    return take('(')
      ? { type: 'call', name: token.text.toUpperCase(), arguments: listUntil(')') }
      : { type: 'reference', id: token.text }
  }

  const expression = binary(0)
  if (peek().type !== 'end') throw fail()
  return expression
}

export function functionsOf(expression: Expression): string[] {
  switch (expression.type) {
    case 'call':
      return [expression.name, ...expression.arguments.flatMap(functionsOf)]
    case 'operator':
      return [...functionsOf(expression.left), ...functionsOf(expression.right)]
    case 'list':
      return expression.items.flatMap(functionsOf)
    default:
      return []
  }
}

/** The id of every query that an expression refers to. */
export function referencesOf(expression: Expression): string[] {
  switch (expression.type) {
    case 'reference':
      return [expression.id]
    case 'call': {
      const inner = expression.arguments.flatMap(referencesOf)
      return expression.name === 'FILL' ? inner.filter((id) => id !== 'REPEAT' && id !== 'LINEAR') : inner
    }
    case 'operator':
      return [...referencesOf(expression.left), ...referencesOf(expression.right)]
    case 'list':
      return expression.items.flatMap(referencesOf)
    default:
      return []
  }
}

interface Token {
  type: 'number' | 'string' | 'name' | 'symbol' | 'end'
  text: string
}

const PATTERNS: readonly [Token['type'] | 'space', RegExp][] = [
  ['space', /\s+/y],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['string', /'([^']*)'|"([^"]*)"/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['symbol', /==|!=|<=|>=|&&|\|\||[-+*/^(),<>[\]]/y],
]

/** @throws AwsFault at a character that belongs to no metric math expression. */
function tokenize(expression: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < expression.length; ) {
    const token = tokenAt(expression, at)
    if (!token) throw validation(`Error in expression '${expression}': unexpected character at ${at}`)
    if (token.type !== 'space') tokens.push({ type: token.type, text: token.text })
    at += token.length
  }
  return [...tokens, { type: 'end', text: '' }]
}

function tokenAt(expression: string, at: number) {
  for (const [type, pattern] of PATTERNS) {
    pattern.lastIndex = at
    const match = pattern.exec(expression)
    if (match) return { type, text: match[1] ?? match[2] ?? match[0], length: match[0].length }
  }
  return undefined
}
