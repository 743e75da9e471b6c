import { isUtf8 } from 'node:buffer'
import { brotliDecompressSync, constants, gunzipSync } from 'node:zlib'
import { encodingOf } from '../../text/encoding.ts'
import { isGzip, type ObjectBytes } from './gunzip.ts'
import { failing } from './task.ts'

/**
 * How an object is packed, by its first bytes: what is unpacked here, or a form that is not, and the cure. `gzip` holds what
 * is packed once more, of `gzip-apart` line ends part the members; any other gzip is none.
 */
export type Packing = 'brotli' | 'zstd' | 'zip' | 'tar' | 'gzip' | 'gzip-apart' | { unread: string; cure: string }

const MAGIC: readonly [string, Packing][] = [
  ['28b52ffd', 'zstd'],
  ...[...'0123456789abcdef'].map((digit): [string, Packing] => [`5${digit}2a4d18`, 'zstd']),
  ['504b0304', 'zip'],
  ['504b0506', 'zip'],
  ['425a68', { unread: 'bzip2', cure: 'unpack it with bunzip2' }],
  ['fd377a585a00', { unread: 'xz', cure: 'unpack it with unxz' }],
  ['5d00008000', { unread: 'lzma', cure: 'unpack it with unlzma' }],
  ...unreadAs('zlib', 'unpack it with pigz -dz', '7801', '785e', '789c', '78da'),
  ['1f9d', { unread: 'compress', cure: 'unpack it with uncompress' }],
  ['526172211a07', { unread: 'RAR', cure: 'unpack it with unrar x' }],
  ['d0cf11e0a1b11ae1', { unread: 'an Excel workbook', cure: 'save it as CSV' }],
  ...unreadAs('UTF-32', 'convert it to UTF-8 with iconv', 'fffe0000', '0000feff'),
  ['04224d18', { unread: 'lz4', cure: 'unpack it with unlz4' }],
  ['ff060000734e61507059', { unread: 'snappy', cure: 'deliver it gzipped or plain' }],
  ['377abcaf271c', { unread: '7z', cure: 'unpack it with 7z x' }],
  ...unreadAs('Parquet', 'export it as JSON lines, for instance with DuckDB: COPY … TO … (FORMAT json)', '50415231'),
  ['4f5243', { unread: 'ORC', cure: 'export it as JSON lines' }],
  ['4f626a01', { unread: 'Avro', cure: 'export it as JSON lines' }],
  ['53514c6974652066', { unread: 'a database of SQLite', cure: 'export it with sqlite3 -json' }],
  ['4152524f5731', { unread: 'Arrow', cure: 'export it as JSON lines' }],
  ...unreadAs('a pickle of Python', 'write it as JSON, with to_json or json.dumps', '80049', '80059'),
  ['25504446', { unread: 'PDF', cure: 'leave it out' }],
  ['89504e47', { unread: 'PNG', cure: 'leave it out' }],
  ['ffd8ff', { unread: 'JPEG', cure: 'leave it out' }],
]

function unreadAs(unread: string, cure: string, ...magics: string[]): [string, Packing][] {
  return magics.map((magic) => [magic, { unread, cure }])
}

const LONGEST = 10
/** Most objects are told from all of these by their first byte. */
const FIRST_BYTES = new Set(MAGIC.map(([magic]) => Number.parseInt(magic.slice(0, 2), 16)))
/** The word that tells tar from others lies in the first header, which has 512 bytes. */
const TAR_WORD = 257
const PEEKED = 512
/** Of gzip, so that what parts members is seen: a subscription sends at most 1 MB at once, before it is packed. */
const PEEKED_GZIP = 2 ** 20
const MOST_LOOKED_AT = 4096
/** Of what could not be unpacked to its end. */
export const DAMAGED = 'its packed data is damaged or truncated; the part before that was read'
/** The end of a line, and the next member of gzip: Firehose puts the one between the others. */
export const MEMBERS_APART = Buffer.from([0x0a, 0x1f, 0x8b, 0x08])

/**
 * @param head the object's first bytes, of which all are looked through for what parts members
 * @param within what it holds if it is gzip and was unpacked already
 */
export function packingOf(head: Buffer, within?: Buffer): Packing | undefined {
  if (!isGzip(head)) return plainPacking(head)
  if (head.includes(MEMBERS_APART)) return 'gzip-apart'
  const text = within ?? beginningWithin(head)
  return isGzip(text) || plainPacking(text) !== undefined ? 'gzip' : undefined
}

function plainPacking(head: Buffer): Packing | undefined {
  if (head.toString('latin1', TAR_WORD, TAR_WORD + 5) === 'ustar') return 'tar'
  if (isEncrypted(head)) return { unread: 'an encrypted zip archive', cure: 'unpack it with its password, with 7z x' }
  const hex = FIRST_BYTES.has(head[0] ?? -1) ? head.toString('hex', 0, LONGEST) : ''
  return MAGIC.find(([magic]) => hex.startsWith(magic))?.[1] ?? (isBrotli(head) ? 'brotli' : undefined)
}

/** Whether a file of a zip archive is encrypted: the first, behind folders, which never are. */
function isEncrypted(head: Buffer): boolean {
  let at = 0
  while (at + 30 <= head.length && head.readUInt32LE(at) === 0x04034b50) {
    if (((head[at + 6] as number) & 1) === 1) return true
    if (head.readUInt32LE(at + 18) > 0) return false
    at += 30 + head.readUInt16LE(at + 26) + head.readUInt16LE(at + 28)
  }
  return false
}

/** Brotli begins with nothing of its own: what is no text, and unpacks to some. */
function isBrotli(head: Buffer): boolean {
  if (isText(head.subarray(0, PEEKED))) return false
  try {
    const within = brotliDecompressSync(head.subarray(0, MOST_LOOKED_AT), {
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
    })
    return within.length > LONGEST && (encodingOf(within) !== undefined || isText(within.subarray(0, PEEKED)))
  } catch {
    return false
  }
}

function isText(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) < 0x09) return false
  return isUtf8(bytes.subarray(0, -3))
}

function beginningWithin(head: Buffer): Buffer {
  try {
    return gunzipSync(head.subarray(0, PEEKED), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return Buffer.alloc(0)
  }
}

/** Looks at how an object begins, and hands all of it on, the beginning in one piece: what is shorter, as a whole. */
export async function peeked(source: ObjectBytes, least = PEEKED): Promise<{ head: Buffer; bytes: ObjectBytes }> {
  if (source instanceof Uint8Array)
    return { head: Buffer.from(source.buffer, source.byteOffset, source.byteLength), bytes: source }
  const pieces = source[Symbol.asyncIterator]()
  const seen: Uint8Array[] = []
  let length = 0
  let rest: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => pieces }
  while (length < least) {
    try {
      const { done, value } = await pieces.next()
      if (done) {
        const whole = Buffer.concat(seen)
        return { head: whole, bytes: whole }
      }
      seen.push(value)
      length += value.length
      if (least < PEEKED_GZIP && length > 1 && isGzip(Buffer.concat(seen))) least = Math.max(least, PEEKED_GZIP)
    } catch (error) {
      rest = failing(error)
      break
    }
  }
  const head = Buffer.concat(seen)
  return { head, bytes: chained(head, rest) }
}

async function* chained(head: Buffer, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  yield* rest
}
