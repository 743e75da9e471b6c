import { validation } from '../faults.ts'

export interface Token {
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
export function tokenize(expression: string): Token[] {
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
