import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { decompress } from 'fzstd'
import type { ColumnMetaData, PageHeader, RowGroup, SchemaElement, SchemaTree } from 'hyparquet'
import { parquetMetadataAsync, parquetSchema } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js'
import { sideBySide } from '../../../core/side-by-side.ts'
import { DAY_MS } from '../../window.ts'
import { type Amounts, amountsOf, type Batch, type Coded, entriesOf, parseTime, type Table } from './batch.ts'
import type { Bytes } from './bytes.ts'

/** Of the end of a file, which tells what is in it and where. */
const FOOTER_BYTES = 64 * 1024
/** Parts of a file that are no further apart are fetched as one. */
const GAP_BYTES = 256 * 1024
const PARTS_AT_ONCE = 4

const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => gunzipSync(bytes),
  ZSTD: (bytes: Uint8Array, length: number) => decompress(bytes, new Uint8Array(length)),
  BROTLI: (bytes: Uint8Array) => brotliDecompressSync(bytes),
}

/**
 * A Parquet file: its rows by groups, of which only the columns are read that are asked for. Values are kept as the file has
 * them, in dictionaries, so that each is looked at once.
 * @throws whatever is wrong with the file
 */
export async function openParquet(bytes: Bytes): Promise<Table> {
  const slice = async (start: number, end = bytes.size) => arrayBuffer(await bytes.read(start, end))
  const metadata = await parquetMetadataAsync(
    { byteLength: bytes.size, slice },
    { initialFetchSize: FOOTER_BYTES, geoparquet: false },
  )
  const tree = parquetSchema(metadata)
  return {
    columns: tree.children.map(({ element }) => element.name),
    async *batches() {
      for (const group of metadata.row_groups) yield batchOf(bytes, tree, group)
    },
  }
}

function arrayBuffer(buffer: Buffer): ArrayBuffer {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer
}

interface Chunk {
  meta: ColumnMetaData
  path: SchemaTree[]
  start: number
  end: number
}

function batchOf(bytes: Bytes, tree: SchemaTree, group: RowGroup): Batch {
  const rows = Number(group.num_rows)
  const loaded = new Map<string, Leaf[]>()
  const chunksOf = (column: string) =>
    group.columns.flatMap(({ meta_data: meta }): Chunk[] => {
      if (meta?.path_in_schema[0] !== column) return []
      const start = Number(meta.dictionary_page_offset || meta.data_page_offset)
      const path = getTreePath(tree, meta.path_in_schema)
      return [{ meta, path, start, end: start + Number(meta.total_compressed_size) }]
    })
  const flat = (column: string): Leaf | undefined => {
    const leaves = loaded.get(column)
    return leaves?.length === 1 && leaves[0]?.maxRep === 0 ? leaves[0] : undefined
  }
  return {
    rows,
    async load(columns) {
      const missing = columns.filter((column) => !loaded.has(column))
      const chunks = missing.flatMap(chunksOf)
      const parts = await fetched(bytes, chunks)
      for (const column of missing) loaded.set(column, [])
      for (const chunk of chunks) {
        const leaf = decodeChunk(parts(chunk), chunk)
        if (leaf.maxRep === 0 && leaf.places !== rows) throw new Error(`a column has ${leaf.places} of ${rows} rows`)
        loaded.get(chunk.path[1]?.element.name ?? '')?.push(leaf)
      }
    },
    texts: (column) => flat(column)?.coded(),
    entries(column, keys) {
      const leaf = flat(column)
      if (leaf) return entriesOf(leaf.coded(), keys)
      const [key, value] = loaded.get(column) ?? []
      return key && value && mapEntries(key, value, keys, rows)
    },
    times: (column) => flat(column)?.times(),
    amounts: (column) => flat(column)?.amounts(),
  }
}

/** Fetches chunks, those that lie side by side as one. */
async function fetched(bytes: Bytes, chunks: readonly Chunk[]): Promise<(chunk: Chunk) => Uint8Array> {
  const parts: { start: number; end: number }[] = []
  for (const { start, end } of [...chunks].sort((a, b) => a.start - b.start)) {
    const last = parts.at(-1)
    if (last && start - last.end <= GAP_BYTES) last.end = Math.max(last.end, end)
    else parts.push({ start, end })
  }
  const buffers = await sideBySide(parts, PARTS_AT_ONCE, ({ start, end }) => bytes.read(start, end))
  return ({ start, end }) => {
    const index = parts.findIndex((part) => part.start <= start && end <= part.end)
    const from = start - (parts[index]?.start ?? 0)
    const part = buffers[index]?.subarray(from, from + end - start)
    if (part?.length !== end - start) throw new Error('it ends too early')
    return part
  }
}

/** The values of one physical column in a group of rows; the first is of those that have none. */
class Leaf {
  readonly maxRep: number
  readonly maxDef: number
  readonly element: SchemaElement
  readonly places: number
  readonly reps: Uint8Array
  /** Numbers of no dictionary that is worth it are kept as they are: NaN is none. */
  readonly doubles: Float64Array | undefined
  /** Of each place: a value, or 0. Nested columns have several places a row, and some without a value. */
  readonly codes: Int32Array
  readonly values: unknown[] = [undefined]
  readonly #known = new Map<string | bigint | number, number>()
  #texts: string[] | undefined
  #amounts: Amounts | undefined

  constructor(path: SchemaTree[], places: number) {
    this.element = path.at(-1)?.element as SchemaElement
    this.maxRep = getMaxRepetitionLevel(path)
    this.maxDef = getMaxDefinitionLevel(path)
    this.places = places
    this.reps = new Uint8Array(this.maxRep > 0 ? places : 0)
    const isDouble = this.element.type === 'DOUBLE' || this.element.type === 'FLOAT'
    this.doubles = isDouble ? new Float64Array(places).fill(Number.NaN) : undefined
    this.codes = new Int32Array(isDouble ? 0 : places)
  }

  /** Codes of which every place has one: they are unpacked where they belong. */
  putEveryCode(at: number, count: number, unpack: (out: Int32Array) => void): void {
    const most = this.values.length - 1
    const codes = this.codes.subarray(at, at + count)
    unpack(codes)
    for (let place = 0; place < count; place++) {
      const code = codes[place] as number
      if (code >= most) throw new Error('a value is not in its dictionary')
      codes[place] = code + 1
    }
  }

  /** @param defs of each place, whether it has a value; without them all have */
  putCodes(at: number, codes: Int32Array, defs: Uint8Array | undefined): void {
    const { maxDef, doubles, values } = this
    const most = values.length
    let next = 0
    for (let place = 0, end = defs?.length ?? codes.length; place < end; place++) {
      if (defs && defs[place] !== maxDef) continue
      const code = (codes[next++] as number) + 1
      if (code >= most) throw new Error('a value is not in its dictionary')
      if (doubles) doubles[at + place] = values[code] as number
      else this.codes[at + place] = code
    }
  }

  putValues(at: number, read: ArrayLike<unknown>, defs: Uint8Array | undefined): void {
    const { maxDef, doubles } = this
    let next = 0
    for (let place = 0, end = defs?.length ?? read.length; place < end; place++) {
      if (defs && defs[place] !== maxDef) continue
      const value = read[next++]
      if (doubles) doubles[at + place] = value as number
      else this.codes[at + place] = this.#codeOf(value)
    }
  }

  #codeOf(value: unknown): number {
    const key = value instanceof Uint8Array ? bufferOf(value).toString('latin1') : (value as bigint | number)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.values.length)
    // A part of a page would keep all of the page.
    return this.values.push(value instanceof Uint8Array ? value.slice() : value) - 1
  }

  get #scale(): number | undefined {
    const { converted_type, logical_type, scale } = this.element
    if (logical_type?.type === 'DECIMAL') return logical_type.scale
    return converted_type === 'DECIMAL' ? (scale ?? 0) : undefined
  }

  /** Of a number or a text: as it is written. */
  coded(): Coded<string> {
    const scale = this.#scale
    if (this.doubles) return codedDoubles(this.doubles)
    this.#texts ??= this.values.map((value) => {
      if (value === undefined) return ''
      if (scale !== undefined) return `${integerOf(value)}e-${scale}`
      return value instanceof Uint8Array ? bufferOf(value).toString() : String(value)
    })
    return { codes: this.codes, values: this.#texts }
  }

  times(): Coded<number> {
    const { type, converted_type, logical_type } = this.element
    const unit = logical_type?.type === 'TIMESTAMP' ? logical_type.unit : converted_type
    const values = this.values.map((value) => {
      if (value === undefined) return Number.NaN
      if (value instanceof Uint8Array) return parseTime(bufferOf(value).toString())
      if (type === 'INT96') return ofInt96(value as bigint)
      if (converted_type === 'DATE' || logical_type?.type === 'DATE') return Number(value) * DAY_MS
      const count = Number(value)
      if (unit === 'MICROS' || unit === 'TIMESTAMP_MICROS') return count / 1e3
      return unit === 'NANOS' ? count / 1e6 : count
    })
    return { codes: this.codes, values }
  }

  amounts(): Amounts {
    this.#amounts ??= this.doubles ?? amountsOf(this.coded())
    return this.#amounts
  }
}

function codedDoubles(doubles: Float64Array): Coded<string> {
  return {
    codes: Int32Array.from(doubles, (value, at) => (Number.isNaN(value) ? 0 : at + 1)),
    values: ['', ...Array.from(doubles, String)],
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Big-endian two's complement of the bytes; numbers as they are. */
function integerOf(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint)
  return value.length === 0 ? 0n : BigInt.asIntN(8 * value.length, BigInt(`0x${bufferOf(value).toString('hex')}`))
}

const NANOS_A_MS = 1_000_000n
const JULIAN_DAY_OF_1970 = 2_440_588n

/** The Julian day above, the nanoseconds of the day below. */
function ofInt96(value: bigint): number {
  return Number((value >> 64n) - JULIAN_DAY_OF_1970) * DAY_MS + Number(BigInt.asUintN(64, value) / NANOS_A_MS)
}

function decodeChunk(bytes: Uint8Array, { meta, path }: Chunk): Leaf {
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

/** The values of some keys of maps: each place of the keys' column is a pair, but for those of empty maps and of none. */
function mapEntries(key: Leaf, value: Leaf, keys: readonly string[], rows: number): Coded<string>[] {
  const found = keys.map(() => new Int32Array(rows))
  const wanted = Int32Array.from(key.coded().values, (text) => keys.indexOf(text))
  const { codes: codesOfValues, values } = value.coded()
  if (key.places !== value.places) throw new Error('a map has keys without values')
  let row = -1
  for (let at = 0; at < key.places; at++) {
    if (key.reps[at] === 0) row++
    const index = wanted[key.codes[at] as number] as number
    if (index >= 0) (found[index] as Int32Array)[row] = codesOfValues[at] as number
  }
  if (row + 1 !== rows) throw new Error(`a column of maps has ${row + 1} of ${rows} rows`)
  return found.map((codes) => ({ codes, values }))
}
