import { createGunzip, type Gunzip, gunzipSync } from 'node:zlib'

/** Of damaged data at most so much of what comes before the damage is lost. Smaller chunks take measurably longer. */
export const CHUNK_BYTES = 1024 * 1024
/**
 * Of a damaged object that can be read once more, the end of what was read is unpacked in such pieces: zlib gives out at the end of each what
 * it has unpacked.
 */
const CAREFUL_BYTES = 16
const PIECE_BYTES = 512 * 1024

/** Objects that say of themselves that they are no larger, unpacked, are unpacked at once, which takes less time. */
const MOST_AT_ONCE = 16 * 2 ** 20
const SHORTEST_GZIP = 18
/** Room beside what an object says, so that its end is found without another round; and the least, since it may say anything. */
const SPARE_BYTES = 64
const LEAST_CHUNK_BYTES = 16 * 1024

/** What tools put behind an object: white space, and the mark with which DOS ends files. */
export const BLANKS = [...Buffer.from('\t\n\r \x1a')]
const LEAST_WITH_BLANK = 0x09_00_00_00

/** An object as a whole, or in pieces as they come; a file can be read from its beginning once more. */
export type ObjectBytes = Uint8Array | (AsyncIterable<Uint8Array> & { again?(): AsyncIterable<Uint8Array> })

export interface GunzipLimits {
  /** Raw bytes by gzipped bytes beyond which an object is given up. Text of real calls stays below 20. */
  maxRatio: number
  /** The ratio is looked at from this many raw bytes on. */
  ratioFromBytes: number
}

export const GUNZIP_LIMITS: GunzipLimits = { maxRatio: 400, ratioFromBytes: 64 * 2 ** 20 }

/** How far an object could be read. `code` is null when all of it was. */
export interface Unpacked {
  /** Bytes as they are stored. */
  storedBytes: number
  rawBytes: number
  code: 'empty-object' | 'gzip-truncated' | 'gzip-corrupt' | 'gzip-bomb' | null
}

/**
 * Unpacks an object chunk by chunk into `take`, which owns each chunk for the length of the call. What is not gzip by its
 * first bytes is taken as it is, since a layer of HTTP may have unpacked it. Several gzip members on end are one object.
 * @param source of which the first piece tells whether it is gzip
 * @param again where it can be read once more, what comes right before damage is not lost
 * @throws what `source` or `take` throw, and the signal's reason.
 */
export async function unpack(
  source: ObjectBytes,
  take: (chunk: Buffer) => void,
  signal: AbortSignal,
  limits = GUNZIP_LIMITS,
  again?: () => AsyncIterable<Uint8Array>,
): Promise<Unpacked> {
  const slices = source instanceof Uint8Array ? () => slicesOf(source, PIECE_BYTES) : again
  const unpacked: Unpacked = { storedBytes: 0, rawBytes: 0, code: null }
  const count = (chunk: Buffer) => {
    signal.throwIfAborted()
    unpacked.rawBytes += chunk.length
    take(chunk)
  }
  let inflate: Inflate | undefined
  let filled = 0
  try {
    for await (const piece of source instanceof Uint8Array ? slicesOf(source, PIECE_BYTES) : source) {
      signal.throwIfAborted()
      const bytes = asBuffer(piece)
      if (unpacked.storedBytes === 0 && isGzip(bytes)) inflate = new Inflate(count, limits, CHUNK_BYTES)
      filled = filledTo(bytes, unpacked.storedBytes) || filled
      unpacked.storedBytes += piece.length
      if (inflate === undefined) count(bytes)
      else if (!(await inflate.write(bytes))) break
    }
    if (inflate !== undefined) unpacked.code = await inflate.end(filled)
    else if (unpacked.storedBytes === 0) unpacked.code = 'empty-object'
    if (unpacked.code === 'gzip-corrupt' && slices) {
      let known = unpacked.rawBytes
      const rest = (chunk: Buffer) => {
        if (chunk.length > known) count(chunk.subarray(known))
        known = Math.max(0, known - chunk.length)
      }
      inflate = new Inflate(rest, limits, CHUNK_BYTES)
      let goesOn = true
      let left = unpacked.storedBytes - 2 * PIECE_BYTES
      for await (const piece of slices()) {
        for (const part of slicesOf(piece, left > 0 ? piece.length : CAREFUL_BYTES))
          goesOn &&= await inflate.write(asBuffer(part))
        left -= piece.length
        if (!goesOn) break
      }
      await inflate.end()
    }
    return unpacked
  } finally {
    inflate?.close()
  }
}

/** The bytes in pieces of a size. */
export function* slicesOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/**
 * What gzip holds. Undefined for what is not gzip, is larger, or is damaged: of that, what comes before the damage is to be
 * read.
 */
export function unpackedAtOnce(bytes: Buffer): Buffer | undefined {
  if (bytes.length < SHORTEST_GZIP || !isGzip(bytes)) return undefined
  // Gzip ends with the length of what it holds; of several members the last one's.
  const length = bytes.readUInt32LE(bytes.length - 4)
  if (length > MOST_AT_ONCE) return undefined
  try {
    const chunkSize = Math.max(LEAST_CHUNK_BYTES, length + SPARE_BYTES)
    // With `info`, it answers another type than it declares.
    const options = { chunkSize, maxOutputLength: MOST_AT_ONCE, info: true }
    const { buffer, engine } = gunzipSync(bytes, options) as unknown as { buffer: Buffer; engine: Gunzip }
    return filledTo(bytes, 0) > engine.bytesWritten ? undefined : buffer
  } catch {
    return undefined
  }
}

/** A gunzip that says how it ended instead of throwing, and has by then given out all that it could unpack. */
class Inflate {
  readonly #gunzip: Gunzip
  readonly #closed: Promise<void>
  #written: Promise<void> = Promise.resolve()
  #rawBytes = 0
  #blanks: Buffer = Buffer.alloc(0)
  #failure: { code: Unpacked['code']; error?: unknown } | undefined

  constructor(take: (chunk: Buffer) => void, { maxRatio, ratioFromBytes }: GunzipLimits, chunkSize: number) {
    this.#gunzip = createGunzip({ chunkSize })
    const taken = (chunk: Buffer) => {
      if (this.#failure !== undefined) return
      this.#rawBytes += chunk.length
      try {
        take(chunk)
        const ratio = this.#rawBytes / this.#gunzip.bytesWritten
        if (this.#rawBytes >= ratioFromBytes && ratio > maxRatio) this.#fail({ code: 'gzip-bomb' })
      } catch (error) {
        this.#fail({ code: null, error })
      }
    }
    // Once this handler has returned, zlib unpacks the next chunk on a thread of its own: this one is read meanwhile.
    this.#gunzip.on('data', (chunk: Buffer) => queueMicrotask(() => taken(chunk)))
    this.#gunzip.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure ??= { code: error.code === 'Z_BUF_ERROR' ? 'gzip-truncated' : 'gzip-corrupt' }
    })
    this.#closed = new Promise((resolve) => {
      this.#gunzip.once('close', resolve)
    })
  }

  /**
   * Waits for the piece before, so that there is always one to go on with. Blanks with which a piece ends wait for the next:
   * behind the last member, zlib would take them for another.
   * @returns whether there is any use in writing more.
   */
  async write(piece: Buffer): Promise<boolean> {
    const all = this.#blanks.length > 0 ? Buffer.concat([this.#blanks, piece]) : piece
    const bytes = all.subarray(0, endWithout(BLANKS, all))
    this.#blanks = Buffer.from(all.subarray(bytes.length))
    const before = this.#written
    this.#written = Promise.race([
      new Promise<void>((resolve) => this.#gunzip.write(bytes, () => resolve())),
      this.#closed,
    ])
    await before
    return this.#failure === undefined
  }

  /**
   * Ends after the last write and not with it, since zlib gives out nothing of a piece with which the input ends too early.
   * @param filled so much has to be read: zlib passes over what comes after zeros
   */
  async end(filled = 0): Promise<Unpacked['code']> {
    await this.#written
    // Gzip ends with the length of what it holds, of which the last byte can be a blank.
    this.#gunzip.end(this.#rawBytes >= LEAST_WITH_BLANK ? this.#blanks : undefined)
    await this.#closed
    if (this.#failure && 'error' in this.#failure) throw this.#failure.error
    return this.#failure?.code ?? (this.#gunzip.bytesWritten < filled ? 'gzip-corrupt' : null)
  }

  close(): void {
    this.#gunzip.destroy()
  }

  #fail(failure: { code: Unpacked['code']; error?: unknown }): void {
    this.#failure = failure
    this.#gunzip.destroy()
  }
}

/** Where bytes end without the zeros and blanks behind them, from so many bytes on; 0 where there are only such. */
function filledTo(bytes: Buffer, from: number): number {
  const end = endWithout([0, ...BLANKS], bytes)
  return end > 0 ? from + end : 0
}

/** Where bytes end without those of a kind behind them. */
export function endWithout(kind: readonly number[], bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && kind.includes(bytes[end - 1] as number)) end--
  return end
}

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
