export interface Token {
  type: 'number' | 'duration' | 'string' | 'regex' | 'name' | 'symbol' | 'end'
  /** Its meaning: without quotes, slashes or backticks. */
  text: string
  start: number
  end: number
  /** A name in backticks is never a keyword. */
  quoted?: boolean
}

/** A query that does not compile, at an offset. */
export class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError'
  readonly start: number
  readonly end: number

  constructor(message: string, start: number, end: number) {
    super(message)
    this.start = start
    this.end = end
  }
}

const PATTERNS: readonly [Token['type'] | 'space' | 'quoted', RegExp][] = [
  ['space', /\s+|#[^\n]*/y],
  ['duration', /(\d+(?:ms|[smhdw]))(?![A-Za-z0-9_])/y],
  ['number', /((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y],
  ['string', /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y],
  ['quoted', /`([^`]+)`/y],
  ['name', /([@A-Za-z_][A-Za-z0-9_@.]*)/y],
  ['symbol', /(=~|!=|<=|>=|[-+*/%^(),<>=|[\]])/y],
]
const REGEX = /\/((?:[^/\\\n]|\\.)+)\//y

/** @throws QuerySyntaxError at a character that belongs to no query; names outside quotes are ASCII. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < query.length; ) {
    const token = tokenAt(query, at, expectsRegex(tokens))
    if (!token) throw new QuerySyntaxError(`unexpected symbol found ${query[at]} at offset ${at}`, at, at + 1)
    if (token.type === 'quoted') tokens.push({ ...token, type: 'name', quoted: true })
    else if (token.type !== 'space') tokens.push({ ...token, type: token.type })
    at = token.end
  }
  return [...tokens, { type: 'end', text: '', start: query.length, end: query.length }]
}

/** A slash is a regular expression after `like`, `=~` or `parse FIELD`, elsewhere a division. */
function expectsRegex(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1)
  return /^(like|=~)$/i.test(last?.text ?? '') || tokens.at(-2)?.text.toLowerCase() === 'parse'
}

function tokenAt(query: string, start: number, regex: boolean) {
  for (const [type, pattern] of regex ? ([['regex', REGEX], ...PATTERNS] as const) : PATTERNS) {
    pattern.lastIndex = start
    const match = pattern.exec(query)
    if (!match) continue
    const text = match[1] ?? match[2] ?? ''
    return { type, text: type === 'string' ? unescaped(text) : text, start, end: start + match[0].length }
  }
  return undefined
}

function unescaped(text: string): string {
  return text.replace(/\\(["'\\])/g, '$1')
}
