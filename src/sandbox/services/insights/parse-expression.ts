import type { Reader, Token } from '../reader.ts'
import { type Expression, QuerySyntaxError } from './syntax.ts'

const COMPARISONS = ['=', '!=', '<', '>', '<=', '>=']
const ARITHMETIC = [['+', '-'], ['*', '/', '%'], ['^']]
const UNIT_MS: ReadonlyMap<string, number> = new Map(
  Object.entries<number>({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }),
)

export function parseExpression(reader: Reader): Expression {
  return reader.binary([['or'], ['and']], () => comparison(reader), joinIn(reader))
}

const joinIn =
  (reader: Reader) =>
  (operator: string, left: Expression, right: Expression, start: number): Expression => ({
    type: 'binary',
    operator,
    left,
    right,
    text: reader.textFrom(start),
  })

function comparison(reader: Reader): Expression {
  const { start } = reader.peek
  if (reader.take('not')) return { type: 'not', inner: comparison(reader), text: reader.textFrom(start) }
  const operand = () => reader.binary(ARITHMETIC, () => primary(reader), joinIn(reader))
  const compared = reader.binary([COMPARISONS], operand, joinIn(reader))
  return membership(reader, compared, start) ?? compared
}

/** `in [...]`, `like "text"`, `like /regex/`, `=~ /regex/`, each also after `not`. */
function membership(reader: Reader, value: Expression, start: number): Expression | undefined {
  const negated = reader.take('not')
  const test = ((): Expression | undefined => {
    if (reader.take('in')) {
      reader.expect('[')
      const items = reader.commaList(() => parseExpression(reader))
      reader.expect(']')
      return { type: 'in', value, items, text: '' }
    }
    if (reader.take('like') || reader.take('=~'))
      return { type: 'like', value, pattern: patternOf(reader.next()), text: '' }
    return undefined
  })()
  if (!test) {
    if (negated) throw reader.fail("'in' or 'like'")
    return undefined
  }
  const text = reader.textFrom(start)
  return negated ? { type: 'not', inner: { ...test, text }, text } : { ...test, text }
}

/** A text is looked for as it is; a regular expression may begin with its flags, as in `(?i)`. */
export function patternOf(token: Token): RegExp {
  if (token.type === 'string') return new RegExp(token.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const [, flags = '', source = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(token.text) ?? []
  try {
    if (token.type === 'regex') return new RegExp(source, flags)
  } catch {
    // Falls through to the one error for whatever is no pattern.
  }
  throw new QuerySyntaxError(`invalid pattern at offset ${token.start}`, token.start, token.end)
}

function primary(reader: Reader): Expression {
  const { start } = reader.peek
  if (reader.take('(')) {
    const inner = parseExpression(reader)
    reader.expect(')')
    return inner
  }
  if (reader.take('-')) {
    const right = primary(reader)
    const zero: Expression = { type: 'literal', value: 0, text: '0' }
    return { type: 'binary', operator: '-', left: zero, right, text: reader.textFrom(start) }
  }
  if (reader.take('*')) return { type: 'literal', value: 1, text: '*' }
  const token = reader.next()
  switch (token.type) {
    case 'number':
      return { type: 'literal', value: Number(token.text), text: reader.textFrom(start) }
    case 'string':
      return { type: 'literal', value: token.text, text: reader.textFrom(start) }
    case 'duration':
      return { type: 'duration', ms: durationOf(token.text), text: reader.textFrom(start) }
    case 'name':
      if (token.quoted || !reader.take('(')) return { type: 'field', name: token.text, text: token.text }
      return callOf(reader, token.text.toLowerCase(), start)
    default:
      throw new QuerySyntaxError(`unexpected '${token.text || 'end'}' at offset ${start}`, start, token.end)
  }
}

function callOf(reader: Reader, name: string, start: number): Expression {
  const args: Expression[] = []
  if (!reader.take(')')) {
    args.push(...reader.commaList(() => parseExpression(reader)))
    reader.expect(')')
  }
  return { type: 'call', name, arguments: args, text: reader.textFrom(start) }
}

function durationOf(text: string): number {
  const [, count = '1', unit = 'ms'] = /^(\d+)([a-z]+)$/.exec(text) ?? []
  return Number(count) * (UNIT_MS.get(unit) ?? 1)
}
