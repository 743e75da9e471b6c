import { pipeline } from 'node:stream'
import { type BrotliDecompress, createBrotliDecompress, createGunzip, type Gunzip, gunzipSync } from 'node:zlib'
import { Unzip, UnzipInflate } from 'fflate'
import { Decompress } from 'fzstd'
import { AppError, isAppError } from '../../core/errors.ts'
import { BLANKS, endWithout, type ObjectBytes, slicesOf } from './gunzip.ts'
import { DAMAGED, MEMBERS_APART } from './packing.ts'

/** What is unpacked at a time: of zip a thousand times as much may come out of it, of zstd some ten thousand times. */
const PIECE_BYTES = 16 * 1024
const ZSTD_PIECE_BYTES = 512

/** Unpacks zstd; `told` is called with the packed bytes of each piece. Fails where the data is damaged or ends too early. */
export async function* unzstd(source: ObjectBytes, told: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = []
  const unpacker = new Decompress((chunk) => out.push(chunk))
  for await (const part of partsOf(source, told, ZSTD_PIECE_BYTES)) {
    unpacker.push(part)
    yield* out.splice(0)
  }
  unpacker.push(new Uint8Array(0), true)
  yield* out.splice(0)
}

/** Of one member that line ends part from others; what a subscription sends at once has a few MB. */
const MOST_OF_MEMBER = 64 * 2 ** 20

/** Unpacks gzip of which line ends part the members. Fails where one is damaged, too large, or ends too early. */
export async function* ungzippedApart(source: ObjectBytes, told: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const member = (bytes: Buffer) =>
    gunzipSync(bytes.subarray(0, endWithout(BLANKS, bytes)), { maxOutputLength: MOST_OF_MEMBER })
  let held = Buffer.alloc(0)
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    told(piece.length)
    held = Buffer.concat([held, piece])
    for (let at = held.indexOf(MEMBERS_APART); at >= 0; ) {
      try {
        yield member(held.subarray(0, at))
        held = held.subarray(at + 1)
        at = held.indexOf(MEMBERS_APART)
      } catch {
        // The same bytes may stand within a member.
        at = held.indexOf(MEMBERS_APART, at + 1)
      }
    }
    if (held.length > MOST_OF_MEMBER) throw damaged()
  }
  yield member(held)
}

/** Unpacks gzip piece by piece, for what is packed once more. Fails where it is damaged or ends too early. */
export const ungzipped = unpackedBy(createGunzip)
export const unbrotlied = unpackedBy(createBrotliDecompress)

function unpackedBy(unpacker: () => Gunzip | BrotliDecompress) {
  return (source: ObjectBytes, told: (bytes: number) => void): AsyncIterable<Uint8Array> =>
    // What it fails with is thrown to whoever reads from it.
    pipeline(partsOf(source, told), unpacker(), () => {})
}

const TAR_BLOCK = 512

/** The files of a tar archive, one after the other. Fails where it is damaged or ends too early. */
export async function* untarred(source: ObjectBytes, told: (bytes: number) => void): AsyncGenerator<ArchiveEntry> {
  const parts = partsOf(source, told)
  let held = Buffer.alloc(0)
  const has = async (bytes: number) => {
    while (held.length < bytes) {
      const { done, value } = await parts.next()
      if (done) return false
      held = Buffer.concat([held, value])
    }
    return true
  }
  let left = 0
  async function* rest(): AsyncGenerator<Uint8Array> {
    while (left > 0) {
      if (!(await has(1))) throw damaged()
      const part = held.subarray(0, left)
      held = held.subarray(part.length)
      left -= part.length
      yield part
    }
  }
  let isEnded = false
  while (await has(TAR_BLOCK)) {
    const header = held.subarray(0, TAR_BLOCK)
    held = held.subarray(TAR_BLOCK)
    isEnded = header.every((byte) => byte === 0)
    if (isEnded) continue
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8)
    if (header.toString('latin1', 257, 262) !== 'ustar' || !(size >= 0)) throw damaged()
    const [name = ''] = header.toString('utf8', 0, 100).split('\0')
    left = size
    // Folders, links and names of more than 100 letters have kinds of their own.
    if (/[0\0]/.test(String.fromCharCode(header[156] ?? 0))) yield { name, bytes: rest() }
    left += (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK
    for await (const _ of rest());
  }
  if (held.length > 0 || !isEnded) throw damaged()
}

/** With this a zip archive ends, and behind it a comment at most. */
const END_OF_ZIP = Buffer.from('PK\x05\x06')
const LONGEST_END = 2 ** 16 + 22

const UNKNOWN_COMPRESSION = 14

function unknown(what: string, cure: string): AppError {
  return new AppError('failed', 'unknown-form', `it is ${what}, which is not read: ${cure}`)
}

function damaged(): AppError {
  return new AppError('failed', 'archive-damaged', DAMAGED)
}

/** A file in an archive. What of it is not read before the next file is asked for is left out. */
export interface ArchiveEntry {
  name: string
  bytes: AsyncIterable<Uint8Array>
}

/** The files of a zip archive, one after the other; `told` is called with the packed bytes of each piece. */
export async function* unzipped(source: ObjectBytes, told: (bytes: number) => void): AsyncGenerator<ArchiveEntry> {
  const files: { name: string; chunks: Uint8Array[]; isWhole: boolean; isOver: boolean }[] = []
  const unzip = new Unzip((file) => {
    const entry = { name: file.name, chunks: [] as Uint8Array[], isWhole: false, isOver: false }
    if (/^(\[Content_Types\]\.xml|xl\/)/.test(file.name)) throw unknown('an Excel workbook', 'save it as CSV')
    files.push(entry)
    file.ondata = (error, chunk, final) => {
      if (error?.code === UNKNOWN_COMPRESSION)
        throw unknown('a zip archive with an unusual compression', 'unpack it with unzip or 7z x')
      if (error) throw error
      if (!entry.isOver) entry.chunks.push(chunk)
      entry.isWhole = final
    }
    file.start()
  })
  unzip.register(UnzipInflate)
  const parts = partsOf(source, told)
  let last = Buffer.alloc(0)
  const more = async (): Promise<boolean> => {
    const { done, value } = await parts.next()
    if (value) last = Buffer.concat([last, value]).subarray(-LONGEST_END)
    try {
      unzip.push(value ?? new Uint8Array(0), done === true)
    } catch (error) {
      throw isAppError(error) ? error : damaged()
    }
    return done !== true
  }
  for (let goesOn = true; goesOn || files.length > 0; ) {
    const file = files.shift()
    if (!file) {
      goesOn = await more()
      continue
    }
    yield {
      name: file.name,
      bytes: (async function* () {
        for (;;) {
          yield* file.chunks.splice(0)
          if (file.isWhole) return
          if (!goesOn) throw damaged()
          goesOn = await more()
        }
      })(),
    }
    file.isOver = true
    file.chunks = []
  }
  if (!last.includes(END_OF_ZIP)) throw damaged()
}

async function* partsOf(
  source: ObjectBytes,
  told: (bytes: number) => void,
  size = PIECE_BYTES,
): AsyncGenerator<Uint8Array, undefined> {
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    told(piece.length)
    yield* slicesOf(piece, size)
  }
  return undefined
}
