import { invalidParameter } from './faults.ts'

export type MessageTest = (message: string) => boolean

/**
 * A filter pattern of CloudWatch Logs: terms that all have to occur (`-term` must not, of all `?term` one must), or a JSON
 * pattern such as `{ $.modelId = "x" && $.input.inputTokenCount > 10 }`.
 * @throws AwsFault where it is neither.
 */
export function parseFilterPattern(pattern: string): MessageTest {
  const trimmed = pattern.trim()
  return trimmed.startsWith('{') ? jsonTest(trimmed) : termsTest(trimmed)
}

function termsTest(pattern: string): MessageTest {
  const terms = [...pattern.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign = '', quoted, plain]) => ({
    sign,
    text: quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
  }))
  const any = terms.filter(({ sign }) => sign === '?')
  return (message) =>
    terms.every(({ sign, text }) => sign === '?' || message.includes(text) === (sign === '')) &&
    (any.length === 0 || any.some(({ text }) => message.includes(text)))
}

type NodeTest = (root: unknown) => boolean

const JSON_TOKEN =
  /\s*(\(|\)|&&|\|\||!=|<=|>=|=|<|>|\$(?:\.[A-Za-z0-9_-]+|\[\d+\])+|"(?:[^"\\]|\\.)*"|[^\s()&|=<>!{}]+)/y

function jsonTest(pattern: string): MessageTest {
  const broken = () => invalidParameter(`Invalid filter pattern: ${pattern}`)
  if (!pattern.endsWith('}')) throw broken()
  const tokens = tokenize(pattern.slice(1, -1).trim(), broken)
  let at = 0
  const next = (): string => {
    const token = tokens[at++]
    if (token === undefined) throw broken()
    return token
  }
  const joined = (operator: string, part: () => NodeTest, some: boolean): NodeTest => {
    const tests = [part()]
    while (tokens[at] === operator) {
      at += 1
      tests.push(part())
    }
    return (root) => (some ? tests.some((test) => test(root)) : tests.every((test) => test(root)))
  }
  const either = (): NodeTest => joined('||', both, true)
  const both = (): NodeTest => joined('&&', single, false)
  const single = (): NodeTest => {
    const token = next()
    if (token === '(') {
      const inner = either()
      if (next() !== ')') throw broken()
      return inner
    }
    if (!token.startsWith('$')) throw broken()
    const operator = next()
    const test = operator === 'IS' ? isTest(next()) : comparison(operator, next())
    if (!test) throw broken()
    return (root) => test(select(root, token))
  }
  const test = either()
  if (at < tokens.length) throw broken()
  return (message) => {
    const root = parse(message)
    return root !== undefined && test(root)
  }
}

function tokenize(text: string, broken: () => Error): string[] {
  const tokens: string[] = []
  for (let at = 0; at < text.length; ) {
    JSON_TOKEN.lastIndex = at
    const match = JSON_TOKEN.exec(text)
    if (!match?.[1]) throw broken()
    tokens.push(match[1])
    at += match[0].length
  }
  return tokens
}

function isTest(what: string): ((value: unknown) => boolean) | undefined {
  const wanted = { NULL: null, TRUE: true, FALSE: false }[what]
  return wanted === undefined ? undefined : (value) => value === wanted
}

/** Texts may hold `*` for anything. A field that is not there compares with nothing. */
function comparison(operator: string, operand: string): ((value: unknown) => boolean) | undefined {
  if (operator === 'NOT') return operand === 'EXISTS' ? (value) => value === undefined : undefined
  const quoted = operand.startsWith('"')
  const text = quoted ? operand.slice(1, -1).replace(/\\(.)/g, '$1') : operand
  const number = quoted ? Number.NaN : Number(operand)
  const equals = (value: unknown) =>
    Number.isNaN(number) ? glob(text).test(String(value)) : typeof value === 'number' && value === number
  const present = (value: unknown) => value !== undefined && value !== null
  const orders: Record<string, (value: number) => boolean> = {
    '<': (value) => value < number,
    '>': (value) => value > number,
    '<=': (value) => value <= number,
    '>=': (value) => value >= number,
  }
  if (operator === '=') return (value) => present(value) && equals(value)
  if (operator === '!=') return (value) => present(value) && !equals(value)
  const order = orders[operator]
  return order && !Number.isNaN(number) ? (value) => typeof value === 'number' && order(value) : undefined
}

function glob(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's')
}

function select(root: unknown, path: string): unknown {
  const keys = path.slice(1).match(/[^.[\]]+/g) ?? []
  return keys.reduce<unknown>((node, key) => (node as Record<string, unknown> | null | undefined)?.[key], root)
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}
