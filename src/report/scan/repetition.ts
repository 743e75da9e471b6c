import { BACKSLASH, BRACE_BIT, CLOSE_OBJECT, COLON, COMMA, endOfString, OPEN_OBJECT, QUOTE } from './bytes.ts'
import { type Beginning, findKey, type PathNode } from './path-tree.ts'

/** Shorter beginnings are gone through as fast as they are compared. */
const SHORTEST = 32
const LONGEST = 512

/** Whether the object at `at` begins so. */
export function beginsWith(view: DataView, at: number, { words, length }: Beginning): boolean {
  if (at + length > view.byteLength) return false
  const last = words.length - 1
  for (let index = 0; index < last; index++) if (view.getInt32(at + index * 4, true) !== words[index]) return false
  return view.getInt32(at + length - 4, true) === words[last]
}

/**
 * What two objects of a list have in common up to a string in them, as long as none of the keys that are wanted comes
 * before that. Undefined if that is little.
 */
export function commonBeginning(view: DataView, bytes: Buffer, one: number, other: number, node: PathNode) {
  const most = Math.min(LONGEST, bytes.length - Math.max(one, other))
  let common = 0
  while (common < most && bytes[one + common] === bytes[other + common]) common++
  const { length, depth } = lastString(bytes, other, other + common, node)
  if (length < SHORTEST) return undefined
  const words = new Int32Array(Math.ceil(length / 4))
  for (let index = 0; index < words.length; index++) {
    words[index] = view.getInt32(other + Math.min(index * 4, length - 4), true)
  }
  return { length, words, depth } satisfies Beginning
}

/** How far into the object its last string before `end` begins, keys of the object itself and what follows a wanted one left out. */
function lastString(bytes: Buffer, start: number, end: number, node: PathNode): { length: number; depth: number } {
  let found = { length: 0, depth: 0 }
  let depth = 1
  let afterColon = false
  for (let at = start + 1; at < end && depth > 0; at++) {
    const c = bytes[at] as number
    if (c === QUOTE) {
      const isKey = depth === 1 && !afterColon
      if (!isKey) found = { length: at + 1 - start, depth }
      const close = endOfString(bytes, at + 1, end)
      if (close < 0 || (isKey && mayBeWanted(node, bytes, at + 1, close))) return found
      at = close
    } else if (c === COLON) afterColon = true
    else if (c === COMMA) afterColon = false
    else if ((c | BRACE_BIT) === OPEN_OBJECT) depth++
    else if ((c | BRACE_BIT) === CLOSE_OBJECT) depth--
  }
  return found
}

function mayBeWanted(node: PathNode, bytes: Buffer, start: number, end: number): boolean {
  return bytes.subarray(start, end).includes(BACKSLASH) || findKey(node, bytes, start, end) !== undefined
}
