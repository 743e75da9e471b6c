/** A text as it lies in a file, without its byte-order mark: Excel and PowerShell write UTF-16. */
export function textOf(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes) ?? 'utf-8').decode(bytes)
}

/** The encoding of a text that is not in UTF-8: by its byte-order mark, or by the zeros beside its first letters. */
export function encodingOf(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  // By their places: taking a buffer apart as a list goes through its iterator, which shows where objects are small.
  const [a, b, c, d] = [head[0], head[1], head[2], head[3]]
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a && b === 0 && c && d === 0) return 'utf-16le'
  return a === 0 && b && c === 0 && d ? 'utf-16be' : undefined
}
