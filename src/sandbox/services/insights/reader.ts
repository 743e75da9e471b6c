import { QuerySyntaxError, type Token, tokenize } from './tokenize.ts'

/** Walks over a query's tokens. */
export class Reader {
  readonly #query: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(query: string) {
    this.#query = query
    this.#tokens = tokenize(query)
  }

  get peek(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: '', start: this.#query.length, end: this.#query.length }
  }

  next(): Token {
    const token = this.peek
    this.#at += 1
    return token
  }

  /** Takes a symbol or keyword if it is the next token. */
  take(text: string): boolean {
    const { type, quoted } = this.peek
    if ((type !== 'symbol' && type !== 'name') || quoted || this.peek.text.toLowerCase() !== text) return false
    this.#at += 1
    return true
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.fail(`'${text}'`)
  }

  /** Takes a token of one type, or fails naming what was expected. */
  read(type: Token['type'], what: string): Token {
    if (this.peek.type !== type) throw this.fail(what)
    return this.next()
  }

  fail(expected: string): QuerySyntaxError {
    const { text, start, end } = this.peek
    return new QuerySyntaxError(
      `unexpected '${text || 'end of query'}' at offset ${start}, expected ${expected}`,
      start,
      end,
    )
  }

  /** The query's own text from one offset up to the last token taken, spaces made single. */
  textFrom(start: number): string {
    const end = this.#tokens[this.#at - 1]?.end ?? start
    return this.#query.slice(start, end).replace(/\s+/g, ' ')
  }

  commaList<Item>(read: () => Item): Item[] {
    const items = [read()]
    while (this.take(',')) items.push(read())
    return items
  }
}
