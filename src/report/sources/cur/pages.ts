import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { decompress } from 'fzstd'
import type { ColumnMetaData, PageHeader, SchemaTree } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { bufferOf } from './batch.ts'
import { Leaf } from './leaf.ts'

const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => gunzipSync(bytes),
  ZSTD: (bytes: Uint8Array, length: number) => decompress(bytes, new Uint8Array(length)),
  BROTLI: (bytes: Uint8Array) => brotliDecompressSync(bytes),
}

/** Where the pages of one physical column of a group of rows are in the file. */
export interface Chunk {
  meta: ColumnMetaData
  path: SchemaTree[]
  start: number
  end: number
}

export function decodeChunk(bytes: Uint8Array, { meta, path }: Chunk): Leaf {
  const leaf = new Leaf(path, Number(meta.num_values))
  const reader = { view: viewOf(bytes), offset: 0 }
  let hasDictionary = false
  for (let at = 0; at < leaf.places; ) {
    const header = parquetHeader(reader)
    const packed = bytes.subarray(reader.offset, reader.offset + header.compressed_page_size)
    reader.offset += header.compressed_page_size
    if (header.dictionary_page_header) {
      const { num_values } = header.dictionary_page_header
      const page = decompressPage(packed, header.uncompressed_page_size, meta.codec, COMPRESSORS)
      const values = readPlain({ view: viewOf(page), offset: 0 }, meta.type, num_values, leaf.element.type_length)
      for (const value of values as Iterable<unknown>) leaf.values.push(value)
      hasDictionary = true
    } else at += decodePage(leaf, at, header, packed, { meta, path, hasDictionary })
  }
  return leaf
}

interface Decoding extends Pick<Chunk, 'meta' | 'path'> {
  hasDictionary: boolean
}

/** Puts the values of a page where they belong. @returns the number of places in it */
function decodePage(leaf: Leaf, at: number, header: PageHeader, packed: Uint8Array, decoding: Decoding): number {
  const { meta, path, hasDictionary } = decoding
  const { data_page_header: first, data_page_header_v2: second } = header
  const { num_values: places, encoding } = first ?? second ?? {}
  if (places === undefined || encoding === undefined) throw new Error(`a page of the type ${header.type}`)
  const { maxRep, maxDef } = leaf
  const reps = leaf.reps.subarray(at, at + places)
  const defs = new Uint8Array(maxDef > 0 ? places : 0)
  let page: Uint8Array
  let from = 0
  if (first) {
    page = decompressPage(packed, header.uncompressed_page_size, meta.codec, COMPRESSORS)
    const levels = (max: number, out: Uint8Array) => {
      if (max === 0) return
      const length = viewOf(page).getUint32(from, true)
      unpackRuns(page.subarray(from + 4, from + 4 + length), widthOf(max), out)
      from += 4 + length
    }
    levels(maxRep, reps)
    levels(maxDef, defs)
  } else {
    const { repetition_levels_byte_length: repBytes = 0, definition_levels_byte_length: defBytes = 0 } = second ?? {}
    if (maxRep > 0) unpackRuns(packed.subarray(0, repBytes), widthOf(maxRep), reps)
    if (maxDef > 0) unpackRuns(packed.subarray(repBytes, repBytes + defBytes), widthOf(maxDef), defs)
    const body = packed.subarray(repBytes + defBytes)
    const length = header.uncompressed_page_size - repBytes - defBytes
    const isPacked = second?.is_compressed !== false && length > 0
    page = isPacked ? decompressPage(body, length, meta.codec, COMPRESSORS) : body
  }
  const isFull = maxDef === 0 || bufferOf(defs).equals(new Uint8Array(places).fill(maxDef))
  let count = isFull ? places : 0
  if (!isFull) for (let place = 0; place < places; place++) if (defs[place] === maxDef) count++
  const where = count === places ? undefined : defs
  if (hasDictionary && encoding.endsWith('_DICTIONARY')) {
    const unpack = (codes: Int32Array) => {
      // A dictionary of one value needs no bits.
      if (count > 0 && page[from] !== 0) unpackRuns(page.subarray(from + 1), page[from] as number, codes)
    }
    if (!where && !leaf.doubles) leaf.putEveryCode(at, count, unpack)
    else {
      const codes = new Int32Array(count)
      unpack(codes)
      leaf.putCodes(at, codes, where)
    }
  } else if (encoding === 'PLAIN') {
    const reader = { view: viewOf(page), offset: from }
    leaf.putValues(at, readPlain(reader, meta.type, count, leaf.element.type_length), where)
  } else {
    // The parsers that its type asks for are of what is made of values later.
    const decoder = {
      ...meta,
      element: leaf.element,
      schemaPath: path,
      compressors: COMPRESSORS,
    } as unknown as Parameters<typeof readDataPage>[2]
    const { dataPage } = first ? readDataPage(page, first, decoder) : readDataPageV2(packed, header, decoder)
    leaf.putValues(at, dataPage, where)
  }
  return places
}

const MOST_BITS = 24

/** Numbers of so many bits each, in runs of one and in groups of eight, as Parquet writes levels and codes. */
function unpackRuns(bytes: Uint8Array, width: number, out: Uint8Array | Int32Array): void {
  if (width > MOST_BITS) throw new Error(`codes of ${width} bits`)
  const mask = (1 << width) - 1
  for (let at = 0, done = 0; done < out.length; ) {
    if (at >= bytes.length) throw new Error('it ends too early')
    let [header, shift] = [0, 0]
    let byte: number
    do {
      byte = bytes[at++] as number
      header |= (byte & 0x7f) << shift
      shift += 7
    } while (byte > 0x7f)
    if ((header & 1) === 0) {
      let value = 0
      for (let bit = 0; bit < width; bit += 8) value |= (bytes[at++] as number) << bit
      out.fill(value, done, done + (header >>> 1))
      done += header >>> 1
      continue
    }
    const end = Math.min(out.length, done + (header >>> 1) * 8)
    const next = at + (header >>> 1) * width
    let [held, bits] = [0, 0]
    while (done < end) {
      while (bits < width) {
        held |= (bytes[at++] as number) << bits
        bits += 8
      }
      out[done++] = held & mask
      held >>>= width
      bits -= width
    }
    at = next
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function widthOf(level: number): number {
  return 32 - Math.clz32(level)
}
