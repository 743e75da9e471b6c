const SIZE = 4096
const LONGEST = 256

interface Known {
  bytes: Uint8Array
  text: string
}

/**
 * Decodes the content of JSON strings. Names of models, Regions and identities come up in every record, so a bounded number
 * of them is kept and found again by their bytes.
 */
export class TextReader {
  readonly #known: (Known | undefined)[] = new Array<Known | undefined>(SIZE).fill(undefined)

  read(bytes: Buffer, start: number, end: number): string | undefined {
    const length = end - start
    if (length > LONGEST) return decode(bytes, start, end)
    // Names begin alike: their ends and lengths tell them apart.
    let hash = length
    for (let at = Math.max(start, end - 8); at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
    const place = (hash ^ (hash >>> 12)) & (SIZE - 1)
    const known = this.#known[place]
    if (known !== undefined && known.bytes.length === length && equals(known.bytes, bytes, start)) return known.text
    const text = decode(bytes, start, end)
    if (text !== undefined) this.#known[place] = { bytes: Uint8Array.prototype.slice.call(bytes, start, end), text }
    return text
  }
}

export function equals(known: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false
  return true
}

export function decode(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end)
  if (!text.includes('\\')) return text
  const json = parsed(`"${text}"`)
  return typeof json === 'string' ? json : undefined
}

/** What a text of JSON holds; undefined if it is none. The error's message would quote the text, which is somebody's prompt. */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** What tables have where there is no value. */
export const NO_VALUE = /^(?:|\\N|[(<[]?(?:null|none|nil|nan|n\/a|undefined)[)>\]]?|[-\u2013\u2014])$/i
