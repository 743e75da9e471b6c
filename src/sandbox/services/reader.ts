export interface Token {
  type: 'number' | 'duration' | 'string' | 'regex' | 'name' | 'symbol' | 'end'
  /** Its meaning: without quotes, slashes or backticks. */
  text: string
  start: number
  end: number
  /** A name in backticks is never a keyword. */
  quoted?: boolean
}

/** Sticky, in the order in which they are tried. A token's text is the group that took part; spaces are passed over. */
export type Patterns = readonly (readonly [type: Token['type'] | 'space' | 'quoted', pattern: RegExp])[]

/** Walks over the tokens of a query, an expression or a rule. */
export class Reader {
  readonly #text: string
  readonly #tokens: readonly Token[]
  readonly #refuse: (message: string, start: number, end: number) => Error
  #at = 0

  /** @param refuse the error for what is not understood, at an offset; thrown at once for what is no token */
  constructor(text: string, patterns: Patterns, refuse: (message: string, start: number, end: number) => Error) {
    this.#text = text
    this.#refuse = refuse
    this.#tokens = [...this.#tokenize(patterns)]
  }

  get peek(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: '', start: this.#text.length, end: this.#text.length }
  }

  next(): Token {
    const token = this.peek
    this.#at += 1
    return token
  }

  /** Takes a symbol or keyword if it is the next token; one that is asked for in small letters in any. */
  take(wanted: string): boolean {
    const { type, text, quoted } = this.peek
    if ((type !== 'symbol' && type !== 'name') || quoted || ![text, text.toLowerCase()].includes(wanted)) return false
    this.#at += 1
    return true
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.fail(`'${text}'`)
  }

  read(type: Token['type'], what: string): Token {
    if (this.peek.type !== type) throw this.fail(what)
    return this.next()
  }

  fail(expected: string): Error {
    const { text, start, end } = this.peek
    return this.#refuse(`unexpected '${text || 'end'}' at offset ${start}, expected ${expected}`, start, end)
  }

  /** The text from one offset up to the last token taken, spaces made single. */
  textFrom(start: number): string {
    const end = this.#tokens[this.#at - 1]?.end ?? start
    return this.#text.slice(start, end).replace(/\s+/g, ' ')
  }

  commaList<Item>(read: () => Item): Item[] {
    const items = [read()]
    while (this.take(',')) items.push(read())
    return items
  }

  /** Operands between operators, loosest first; those of one level are read from the left. */
  binary<Node>(
    levels: readonly (readonly string[])[],
    operand: () => Node,
    join: (operator: string, left: Node, right: Node, start: number) => Node,
  ): Node {
    const [operators, ...tighter] = levels
    if (!operators) return operand()
    const { start } = this.peek
    const taken = () => operators.find((one) => this.take(one))
    let left = this.binary(tighter, operand, join)
    for (let operator = taken(); operator !== undefined; operator = taken()) {
      left = join(operator, left, this.binary(tighter, operand, join), start)
    }
    return left
  }

  *#tokenize(patterns: Patterns): Generator<Token> {
    for (let start = 0; start < this.#text.length; ) {
      const [type, match] = this.#match(patterns, start)
      const end = start + match[0].length
      const text = match.slice(1).find((group) => group !== undefined) ?? ''
      if (type === 'quoted') yield { type: 'name', text, start, end, quoted: true }
      else if (type !== 'space') yield { type, text: type === 'string' ? unescaped(text) : text, start, end }
      start = end
    }
  }

  #match(patterns: Patterns, at: number): [type: Patterns[number][0], match: RegExpExecArray] {
    for (const [type, pattern] of patterns) {
      pattern.lastIndex = at
      const match = pattern.exec(this.#text)
      if (match) return [type, match]
    }
    throw this.#refuse(`unexpected symbol found ${this.#text[at]} at offset ${at}`, at, at + 1)
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(["'\\])/g, '$1')
}
