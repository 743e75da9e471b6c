import { Unzip, UnzipInflate } from 'fflate'
import { Decompress } from 'fzstd'
import { AppError } from '../../core/errors.ts'
import type { ObjectBytes } from './gunzip.ts'

/** What is unpacked at a time: a thousand times as much may come out of it. */
const PIECE_BYTES = 16 * 1024

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) yield bytes.subarray(from, from + PIECE_BYTES)
}

/** Unpacks zstd; `told` is called with the packed bytes of each piece. Fails where the data is damaged or ends too early. */
export async function* unzstd(source: ObjectBytes, told: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = []
  const unpacker = new Decompress((chunk) => out.push(chunk))
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    told(piece.length)
    for (const part of pieces(piece)) {
      unpacker.push(part)
      yield* out.splice(0)
    }
  }
  unpacker.push(new Uint8Array(0), true)
  yield* out.splice(0)
}

/** A file in an archive. Its bytes are to be read before the next file is asked for. */
export interface ArchiveEntry {
  name: string
  bytes: AsyncIterable<Uint8Array>
}

/** The files of a zip archive, one after the other; `told` is called with the packed bytes of each piece. */
export async function* unzipped(source: ObjectBytes, told: (bytes: number) => void): AsyncGenerator<ArchiveEntry> {
  const files: { name: string; chunks: Uint8Array[]; isWhole: boolean }[] = []
  const unzip = new Unzip((file) => {
    const entry = { name: file.name, chunks: [] as Uint8Array[], isWhole: false }
    files.push(entry)
    file.ondata = (error, chunk, final) => {
      if (error) throw error
      entry.chunks.push(chunk)
      entry.isWhole = final
    }
    file.start()
  })
  unzip.register(UnzipInflate)
  const parts = partsOf(source, told)
  const more = async (): Promise<boolean> => {
    const { done, value } = await parts.next()
    unzip.push(value ?? new Uint8Array(0), done === true)
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
          if (!goesOn) throw new AppError('failed', 'ArchiveCut', 'the archive ends too early')
          goesOn = await more()
        }
      })(),
    }
  }
}

async function* partsOf(source: ObjectBytes, told: (bytes: number) => void): AsyncGenerator<Uint8Array, undefined> {
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    told(piece.length)
    yield* pieces(piece)
  }
  return undefined
}
