import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  endOfString,
  NEWLINE,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from '../bytes.ts'

/** Members in which lists of log events come, and how deep at most: what AWS's commands and subscriptions wrap them in. */
const LISTS = new Map([
  ...['events', 'results', 'logEvents', 'Records', 'records', 'Messages', 'messages', 'data', 'resourceLogs'].map(
    (name) => [name, 1] as const,
  ),
  ['Rows', 2],
])
const LONGEST_LIST_NAME = 16
/** How a record tells what it is, and one that stands as text. */
const RECORDS = ['ModelInvocationLog"', 'ModelInvocationLog\\"'].map((text) => Buffer.from(text))

/** What a finder finds. The bytes are good for the length of the call. */
export interface Finds {
  /** One JSON value: an object, a list or a text, from its first byte to its last. */
  value(bytes: Buffer): void
  /** Text outside of all JSON, a line or less of it; `isBeside`: a value stands on the same line, before it or behind. */
  text(bytes: Buffer, isBeside: boolean): void
  /** An object up to the list whose members come by themselves, and how many objects that is in. */
  ahead(bytes: Buffer, depth: number): void
  /** A value that is cut off, or longer than the limit. */
  broken(reason: 'cut' | 'too-long'): void
}

/**
 * Finds the JSON values in text of any layout: one a line, several on a line, on end without anything between, indented over
 * lines, in a list, in the list that a wrapper of AWS's holds, or behind other text. Memory is bounded by the longest
 * value that is let through, whatever the text's length.
 */
export class ValueFinder {
  readonly #finds: Finds
  readonly #limit: number
  #held: Buffer[] = []
  #heldBytes = 0
  /** Where in the chunk at hand what is under way begins; -1 while nothing is. */
  #from = -1
  #state: 'between' | 'text' | 'value' | 'string' = 'between'
  #depth = 0
  /** The values are the members of a list: by itself, or within an object, of which the rest is of no interest. */
  #list: 'none' | 'outermost' | 'within' = 'none'
  #isRest = false
  /** There are records in it all the same: that is told once. */
  #isRestTold = false
  #around = 1
  /** Of an object that is not in a list: the name that was read last, if it is short. */
  #name = ''
  #isOutermost = false
  #isEscaped = false
  /** Lines of the value that have ended; and whether nothing came since the last of them. */
  #lines = 0
  #isLineStart = false
  /** A value stood on the line that is being read, outside of all lists. */
  #isBehind = false
  /** The next end of a line in the chunk, once it was looked for: a chunk of many strings may have none. */
  #newline = -1

  constructor(limit: number, finds: Finds) {
    this.#limit = limit
    this.#finds = finds
  }

  /** The chunk is the caller's again when this returns. */
  push(chunk: Buffer): void {
    this.#newline = -1
    this.#from = this.#state === 'between' || this.#isRest ? -1 : 0
    for (let at = 0; at < chunk.length; ) {
      if (this.#state === 'string') at = this.#string(chunk, at)
      else if (this.#state === 'value') at = this.#value(chunk, at)
      else if (this.#state === 'text') at = this.#text(chunk, at)
      else at = this.#between(chunk, at)
    }
    if (this.#from >= 0) this.#hold(chunk.subarray(this.#from))
  }

  end(): void {
    if (this.#state === 'text' && this.#heldBytes > this.#limit) this.#finds.broken('too-long')
    else if (this.#state === 'text') this.#finds.text(Buffer.concat(this.#held), this.#isBehind)
    else if (this.#state !== 'between' || this.#list !== 'none') this.#finds.broken('cut')
    this.#forget()
  }

  #between(chunk: Buffer, at: number): number {
    const c = chunk[at] as number
    if (c === NEWLINE) this.#isBehind = false
    if (isSpace(c) || c === COMMA) return at + 1
    if (c === CLOSE_LIST && this.#list !== 'none') {
      if (this.#list === 'within') this.#begin('value', -1, { depth: this.#around, isRest: true })
      this.#list = 'none'
      return at + 1
    }
    if (c === OPEN_LIST && this.#list === 'none') {
      this.#list = 'outermost'
      return at + 1
    }
    if (c === OPEN_OBJECT || c === OPEN_LIST) {
      this.#begin('value', at)
      this.#isOutermost = this.#list === 'none'
      return at
    }
    this.#begin(c === QUOTE ? 'string' : 'text', at)
    return at + 1
  }

  #begin(state: 'text' | 'value' | 'string', from: number, { depth = 0, isRest = false } = {}): void {
    this.#state = state
    this.#from = from
    this.#depth = depth
    this.#isRest = isRest
    this.#isRestTold = false
    this.#isOutermost = isRest
    this.#isEscaped = false
    this.#isLineStart = false
    this.#lines = 0
    this.#name = ''
  }

  /** Text ends with its line, and where JSON begins; in a list with its member. */
  #text(chunk: Buffer, at: number): number {
    const isMember = this.#list !== 'none'
    for (let next = at; next < chunk.length; next++) {
      const c = chunk[next] as number
      if (c === NEWLINE || c === OPEN_OBJECT || (isMember && (c === COMMA || c === CLOSE_LIST))) {
        const isBeside = c === OPEN_OBJECT || this.#isBehind
        this.#found(chunk, next, (bytes) => this.#finds.text(bytes, isBeside))
        return next
      }
    }
    return chunk.length
  }

  #string(chunk: Buffer, at: number): number {
    const start = this.#isEscaped ? at + 1 : at
    this.#isEscaped = false
    const quote = endOfString(chunk, start, chunk.length)
    const end = quote < 0 ? chunk.length : quote
    if (this.#newline < start) this.#newline = (chunk.indexOf(NEWLINE, start) + 1 || chunk.length + 1) - 1
    if (this.#newline < end) return this.#breakOff(this.#newline)
    if (this.#isRest && !this.#isRestTold) {
      this.#isRestTold = RECORDS.some((text) => chunk.subarray(start, end + 1).includes(text))
      if (this.#isRestTold) this.#finds.broken('cut')
    }
    if (this.#isOutermost) this.#name = shortened(this.#name, chunk, at, end)
    if (quote < 0) {
      let before = end
      while (before > start && chunk[before - 1] === BACKSLASH) before--
      this.#isEscaped = (end - before) % 2 === 1
      return chunk.length
    }
    this.#isEscaped = false
    // It is a record or a request, and what is in its lists is its own.
    if (this.#name === 'modelId' && this.#depth === 1) this.#isOutermost = false
    if (this.#depth === 0) this.#foundValue(chunk, quote + 1)
    else this.#state = 'value'
    return quote + 1
  }

  #value(chunk: Buffer, at: number): number {
    for (let next = at; next < chunk.length; next++) {
      const c = chunk[next] as number
      if (c === NEWLINE) {
        this.#lines++
        this.#isLineStart = true
        continue
      }
      if (c === QUOTE) {
        this.#state = 'string'
        this.#isLineStart = false
        this.#name = ''
        return next + 1
      }
      if (c === OPEN_OBJECT && this.#isCutBefore()) return this.#breakOff(next)
      this.#isLineStart = false
      if (c === OPEN_LIST && this.#isOutermost && this.#depth <= (LISTS.get(this.#name) ?? 0)) {
        this.#around = this.#depth
        if (this.#heldBytes <= this.#limit)
          this.#finds.ahead(Buffer.concat([...this.#held, chunk.subarray(this.#from, next)]), this.#depth)
        this.#drop()
        this.#list = 'within'
        return next + 1
      }
      if (c === OPEN_OBJECT || c === OPEN_LIST) this.#depth++
      else if ((c === CLOSE_OBJECT || c === CLOSE_LIST) && --this.#depth === 0) {
        this.#foundValue(chunk, next + 1)
        return next + 1
      }
    }
    return chunk.length
  }

  #foundValue(chunk: Buffer, end: number): void {
    this.#isBehind = this.#list === 'none'
    this.#found(chunk, end, (bytes) => this.#finds.value(bytes))
  }

  /** A value that was one line so far, and whose next line begins with an object, was cut short. */
  #isCutBefore(): boolean {
    return this.#isLineStart && this.#lines === 1 && this.#depth > 0 && this.#list === 'none' && !this.#isRest
  }

  #found(chunk: Buffer, end: number, tell: (bytes: Buffer) => void): void {
    const last = this.#from < 0 ? Buffer.alloc(0) : chunk.subarray(this.#from, end)
    const isTooLong = this.#heldBytes + last.length > this.#limit
    const bytes = this.#held.length === 0 ? last : Buffer.concat([...this.#held, last])
    const isRest = this.#isRest
    this.#drop()
    if (isRest) return
    if (isTooLong) this.#finds.broken('too-long')
    else tell(bytes)
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length
    if (this.#heldBytes > this.#limit) this.#held = []
    else this.#held.push(Buffer.from(part))
  }

  #drop(): void {
    this.#held = []
    this.#heldBytes = 0
    this.#from = -1
    this.#state = 'between'
    this.#isRest = false
  }

  /** No text of JSON goes over the end of a line, and no value begins where there is none: what came before is cut off. */
  #breakOff(at: number): number {
    this.#finds.broken(this.#heldBytes > this.#limit ? 'too-long' : 'cut')
    this.#forget()
    return at
  }

  #forget(): void {
    this.#drop()
    this.#depth = 0
    this.#list = 'none'
  }
}

/** A name with what came to it; of one that is too long to matter, too much. */
function shortened(name: string, chunk: Buffer, from: number, end: number): string {
  const rest = chunk.toString('latin1', from, Math.min(end, from + LONGEST_LIST_NAME))
  return (name + rest).slice(0, LONGEST_LIST_NAME + 1)
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x09 || c === NEWLINE || c === 0x0d
}
