import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfString,
  NEWLINE,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  skipScalar,
  skipSpace,
  skipValue,
} from './bytes.ts'
import { sumOfTtl } from './counts.ts'
import { AT, type FieldValues, isForNumber, METADATA_SLOT } from './fields.ts'
import { metadataOf } from './forms/spelling.ts'
import { findKey, type PathKey, type PathNode, pathTree } from './path-tree.ts'
import { decode, equals, parsed, TextReader } from './text.ts'

const OWN = [AT.requestId.first, AT.timestamp.first]

/**
 * Picks fields out of one line of JSON by their path, without building the values around them: the rest is stepped over.
 * For every line that `JSON.parse` reads, it finds what stands at the paths in the outcome of `JSON.parse`, or gives up.
 */
export class RecordWalker {
  readonly values: FieldValues
  readonly #root: PathNode
  readonly #text = new TextReader()
  #bytes: Buffer = Buffer.alloc(0)
  #end = 0
  #line = 0

  constructor(metadataKeys: readonly string[]) {
    this.#root = pathTree(metadataKeys)
    this.values = new Array(METADATA_SLOT + metadataKeys.length).fill(undefined)
  }

  /**
   * Walks the line from `start` to `end`, where a newline stands unless the record ends there.
   * @returns whether {@link values} is what the line holds; if not, it takes `JSON.parse` to tell.
   */
  walk(bytes: Buffer, start: number, end: number): boolean {
    this.#bytes = bytes
    this.#end = end
    this.#line++
    this.values.fill(undefined)
    let at = skipSpace(bytes, start)
    if (bytes[at] !== OPEN_OBJECT) return false
    at = this.#object(at + 1, this.#root)
    return at === end || (at >= 0 && skipSpace(bytes, at) === end && bytes[end] === NEWLINE)
  }

  /** All of these answer the place after what they have read, or -1 where they give up. */
  #object(from: number, node: PathNode): number {
    const bytes = this.#bytes
    let at = skipSpace(bytes, from)
    if (bytes[at] === CLOSE_OBJECT) return at + 1
    let before: { next: PathKey | undefined } = node
    for (;;) {
      if (bytes[at] !== QUOTE) return -1
      const key = at + 1
      // Records are alike: mostly the same key comes next.
      let found = before.next
      let keyEnd = found === undefined ? key : key + found.bytes.length
      if (found === undefined || bytes[keyEnd] !== QUOTE || !equals(found.bytes, bytes, key)) {
        keyEnd = key
        while (bytes[keyEnd] !== QUOTE && bytes[keyEnd] !== BACKSLASH && keyEnd < this.#end) keyEnd++
        if (bytes[keyEnd] === BACKSLASH) {
          keyEnd = endOfString(bytes, key, this.#end)
          if (keyEnd < 0) return -1
          found = findEscaped(node, bytes, key, keyEnd)
        } else {
          found = findKey(node, bytes, key, keyEnd)
          if (found !== undefined) before.next = found
        }
      }
      if (found !== undefined) before = found
      at = skipSpace(bytes, keyEnd + 1)
      if (bytes[at] !== COLON) return -1
      at = skipSpace(bytes, at + 1)
      at = found === undefined ? skipValue(bytes, at, this.#end) : this.#value(at, found.node)
      if (at < 0) return -1
      at = skipSpace(bytes, at)
      if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
      else return bytes[at] === CLOSE_OBJECT ? at + 1 : -1
    }
  }

  #value(at: number, node: PathNode): number {
    const { values } = this
    if (node.line === this.#line) for (const slot of node.slots) values[slot] = undefined
    else node.line = this.#line
    switch (this.#bytes[at]) {
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (node.presentSlot >= 0) values[node.presentSlot] = 1
        if (isForNumber(node.slot)) values[node.slot] = Number.NaN
        if (this.#bytes[at] === OPEN_OBJECT)
          return node.keys.length > 0 ? this.#object(at + 1, node) : skipValue(this.#bytes, at, this.#end)
        if (node.isMap) return this.#pairs(at, node)
        if (node.ttlSlots.length > 0) return this.#details(at, node)
        if (node.element === undefined && node.countSlot < 0) return skipValue(this.#bytes, at, this.#end)
        return this.#list(at + 1, node)
      case QUOTE:
        if (node.presentSlot >= 0) values[node.presentSlot] = 0
        if (node.isMap) return this.#pairs(at, node)
        return this.#string(at + 1, node.slot)
      default:
        return this.#number(at, node.slot)
    }
  }

  /** A list of cache details: short, and rare enough to be built. */
  #details(at: number, { ttlSlots }: PathNode): number {
    const end = skipValue(this.#bytes, at, this.#end)
    const details = end < 0 ? undefined : parsed(this.#bytes.toString('utf8', at, end))
    if (!Array.isArray(details)) return -1
    for (const { ttl, slot } of ttlSlots) this.values[slot] = sumOfTtl(details, ttl)
    return end
  }

  /** A map as a list of pairs or as text, as some tools write it: rare enough to be built. */
  #pairs(at: number, { keys }: PathNode): number {
    const end = skipValue(this.#bytes, at, this.#end)
    const told = end < 0 ? undefined : parsed(this.#bytes.toString('utf8', at, end))
    const metadata = metadataOf(told)
    // A structure that cannot be read is told of.
    if (told === undefined || (!metadata && /^[[{]|=>/.test(`${told}`))) return -1
    const map = new Map(Object.entries(metadata ?? {}))
    for (const { name, node } of keys) {
      const value = map.get(name)
      if (node.slot >= 0 && (typeof value === 'string' || typeof value === 'number')) this.values[node.slot] = value
    }
    return end
  }

  #list(from: number, { element, countSlot }: PathNode): number {
    const bytes = this.#bytes
    let count = 0
    let at = skipSpace(bytes, from)
    if (bytes[at] !== CLOSE_LIST) {
      for (;;) {
        count++
        if (element !== undefined && bytes[at] === OPEN_OBJECT) {
          for (const slot of element.lastSlots) this.values[slot] = undefined
          at = this.#object(at + 1, element)
        } else at = skipValue(bytes, at, this.#end)
        if (at < 0) return -1
        at = skipSpace(bytes, at)
        if (bytes[at] !== COMMA) break
        at = skipSpace(bytes, at + 1)
      }
      if (bytes[at] !== CLOSE_LIST) return -1
    }
    if (countSlot >= 0) this.values[countSlot] = count
    return at + 1
  }

  #string(from: number, slot: number): number {
    const end = endOfString(this.#bytes, from, this.#end)
    if (end < 0) return -1
    if (slot >= 0) {
      const text = OWN.includes(slot) ? decode(this.#bytes, from, end) : this.#text.read(this.#bytes, from, end)
      if (text === undefined) return -1
      this.values[slot] = text
    }
    return end + 1
  }

  #number(at: number, slot: number): number {
    const bytes = this.#bytes
    const end = skipScalar(bytes, at, this.#end)
    if (slot < 0 || end < 0) return end
    const first = bytes[at] as number
    let value = 0
    // Up to nine digits without a leading zero are a number as they stand; other forms are rare.
    let digit = at
    if (end - at <= 9 && (first > 0x30 || end - at === 1))
      while (digit < end) {
        const c = bytes[digit] as number
        if (c < 0x30 || c > 0x39) break
        value = value * 10 + c - 0x30
        digit++
      }
    if (digit < end) {
      const json = parsed(bytes.toString('latin1', at, end))
      if (json === undefined) return -1
      if (typeof json === 'number') this.values[slot] = json
      else if (json !== null && isForNumber(slot)) this.values[slot] = Number.NaN
    } else this.values[slot] = value
    return end
  }
}

/** A key that was written with escapes: only its text can tell. */
function findEscaped(node: PathNode, bytes: Buffer, start: number, end: number): PathKey | undefined {
  const name = decode(bytes, start, end)
  return node.keys.find((key) => key.name === name)
}
