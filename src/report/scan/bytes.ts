export const QUOTE = 0x22
export const BACKSLASH = 0x5c
export const NEWLINE = 0x0a
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
export const OPEN_LIST = 0x5b
export const CLOSE_LIST = 0x5d
export const COMMA = 0x2c
export const COLON = 0x3a

/** `[` and `{` differ in this bit alone, and so do `]` and `}`. */
const BRACE_BIT = 0x20

/** The first byte from `at` that is no JSON white space. A line's end is none: it stops everything. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let c = bytes[at] as number
  // Mostly there is none.
  while (c <= 0x20 && (c === 0x20 || c === 0x09 || c === 0x0d)) c = bytes[++at] as number
  return at
}

const NEAR = 64

/**
 * The closing quotation mark of the string whose content begins at `from`, or -1 if there is none before `end`. A mark after an
 * odd number of backslashes is part of the text.
 */
export function endOfString(bytes: Buffer, from: number, end: number): number {
  // Names are short: a search by the system takes longer to call than they take to look through.
  const near = Math.min(end, from + NEAR)
  for (let at = from; at < near; at++) {
    const c = bytes[at]
    if (c === QUOTE) return at
    if (c === BACKSLASH) break
  }
  for (let at = bytes.indexOf(QUOTE, from); at >= 0 && at < end; at = bytes.indexOf(QUOTE, at + 1)) {
    let before = at - 1
    while (before >= from && bytes[before] === BACKSLASH) before--
    if (((at - before) & 1) === 1) return at
  }
  return -1
}

/**
 * The place after a value, or -1 if it does not end before `end`. Only strings and brackets are looked at: what is stepped
 * over is not checked to be JSON.
 */
export function skipValue(bytes: Buffer, at: number, end: number): number {
  const c = bytes[at] as number
  if (c === QUOTE) return endOfString(bytes, at + 1, end) + 1 || -1
  if ((c | BRACE_BIT) !== OPEN_OBJECT) return skipScalar(bytes, at, end)
  let depth = 1
  at++
  while (at < end) {
    const c = bytes[at] as number
    if (c === QUOTE) {
      at = endOfString(bytes, at + 1, end) + 1
      if (at === 0) return -1
      continue
    }
    at++
    const brace = c | BRACE_BIT
    if (brace === OPEN_OBJECT) depth++
    else if (brace === CLOSE_OBJECT && --depth === 0) return at
  }
  return -1
}

/** The place after a number, `true`, `false` or `null`, or -1 if nothing of the kind begins here. */
export function skipScalar(bytes: Uint8Array, at: number, end: number): number {
  const start = at
  while (at < end) {
    const c = bytes[at] as number
    // Letters, digits, signs and the point are all that such a value is made of.
    if (!((c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x7a) || c === 0x2d || c === 0x2b || c === 0x2e || c === 0x45))
      break
    at++
  }
  return at > start ? at : -1
}
