import { gunzipSync } from 'node:zlib'

/** Of what base64 holds, unpacked: a subscription's message has at most 1 MB before. */
const MOST_UNPACKED = 64 * 2 ** 20

/** Base64 of gzip, or of JSON; also as it is written in addresses. */
export const BASE64 = /^(?:H4sI|eyJ|ey[AI]|ewo|W3s|Wwo)[\w+/=\s-]+$/

/** Whether a text holds a value. */
export function isPacked(value: unknown): boolean {
  return typeof value === 'string' && (/^\s*[[{"]/.test(value) || BASE64.test(value.trim()))
}

/** What base64 holds, and gzip in it; undefined where that is damaged. */
export function decoded(text: string): Buffer | undefined {
  // Several may stand on end, each with marks that fill it up.
  const bytes = Buffer.concat(text.split(/(?<==)(?=[^=\s])/).map((part) => Buffer.from(part, 'base64')))
  if (bytes[0] !== 0x1f) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED })
  } catch {
    return undefined
  }
}
