import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { decompress } from 'fzstd'
import type { ColumnMetaData, PageHeader, RowGroup, SchemaTree } from 'hyparquet'
import { parquetMetadataAsync, parquetSchema } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js'
import { sideBySide } from '../../../core/side-by-side.ts'
import { parseAmount } from '../../bill/decimal.ts'
import { type Amounts, amountsOf, type Batch, type Coded, entriesOf, parseTime, type Table, timesOf } from './batch.ts'
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
        if (leaf.maxRep === 0 && leaf.codes.length !== rows) throw new Error(`a column has ${leaf.codes.length} of ${rows} rows`)
        loaded.get(chunk.path[1]?.element.name ?? '')?.push(leaf)
      }
    },
    texts(column) {
      const leaf = flat(column)
      return leaf && { codes: leaf.codes, values: leaf.texts() }
    },
    entries(column, keys) {
      const leaf = flat(column)
      if (leaf) return entriesOf({ codes: leaf.codes, values: leaf.texts() }, keys)
      const [key, value] = loaded.get(column) ?? []
      return key && value && mapEntries(key, value, keys, rows)
    },
    times(column) {
      const leaf = flat(column)
      return leaf && { codes: leaf.codes, values: leaf.times() }
    },
    amounts(column) {
      return flat(column)?.amounts()
    },
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
  readonly #maxDef: number
  readonly #element: SchemaTree['element']
  /** Of each place: a value, or 0. Nested columns have several places a row, and some without a value. */
  codes: Int32Array
  reps: Uint8Array
  defs: Uint8Array
  values: unknown[] = [undefined]
  #known = new Map<string, number>()
  #texts: string[] | undefined

  constructor(path: SchemaTree[], places: number) {
    this.maxRep = getMaxRepetitionLevel(path)
    this.#maxDef = getMaxDefinitionLevel(path)
    this.#element = path.at(-1)?.element as SchemaTree['element']
    this.codes = new Int32Array(places)
    this.reps = new Uint8Array(this.maxRep > 0 ? places : 0)
    this.defs = new Uint8Array(this.#maxDef > 0 ? places : 0).fill(this.#maxDef)
  }

  get maxDef(): number {
    return this.#maxDef
  }

  /** What a value of this column is kept as, so that those of pages without a dictionary take no more room than they must. */
  codeOf(value: unknown): number {
    if (!(value instanceof Uint8Array)) return this.values.push(value) - 1
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
    const known = this.#known.get(text)
    if (known !== undefined) return known
    this.#known.set(text, this.values.length)
    return this.values.push(value) - 1
  }

  get #scale(): number | undefined {
    const { converted_type, logical_type, scale } = this.#element
    if (logical_type?.type === 'DECIMAL') return logical_type.scale
    return converted_type === 'DECIMAL' ? (scale ?? 0) : undefined
  }

  /** Of a number or a text: as it is written. */
  texts(): string[] {
    const scale = this.#scale
    this.#texts ??= this.values.map((value) => {
      if (value === undefined) return ''
      if (scale !== undefined) return `${integerOf(value)}e-${scale}`
      return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString() : String(value)
    })
    return this.#texts
  }

  times(): number[] {
    const { type, converted_type, logical_type } = this.#element
    const unit = logical_type?.type === 'TIMESTAMP' ? logical_type.unit : converted_type
    return this.values.map((value) => {
      if (value instanceof Uint8Array) return parseTime(Buffer.from(value).toString())
      if (type === 'INT96' && typeof value === 'bigint') return ofInt96(value)
      if (converted_type === 'DATE' || logical_type?.type === 'DATE') return Number(value) * 86_400_000
      const count = Number(value)
      if (unit === 'MICROS' || unit === 'TIMESTAMP_MICROS') return count / 1e3
      return unit === 'NANOS' ? count / 1e6 : count
    })
  }

  amounts(): Amounts {
    const { type } = this.#element
    const { codes, values } = this
    if (type !== 'DOUBLE' && type !== 'FLOAT') return { codes, values: this.texts().map(parseAmount) }
    const doubles = new Float64Array(codes.length)
    for (let at = 0; at < codes.length; at++) {
      const code = codes[at] as number
      doubles[at] = code === 0 ? Number.NaN : (values[code] as number)
    }
    return doubles
  }
}

/** Big-endian two's complement of the bytes; numbers as they are. */
function integerOf(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint)
  if (value.length === 0) return 0n
  return BigInt.asIntN(8 * value.length, BigInt(`0x${Buffer.from(value).toString('hex')}`))
}

const NANOS_A_MS = 1_000_000n
const JULIAN_EPOCH_DAY = 2_440_588n

/** The day of the Julian calendar above, the nanoseconds of the day below. */
function ofInt96(value: bigint): number {
  const days = (value >> 64n) - JULIAN_EPOCH_DAY
  return Number(days) * 86_400_000 + Number((value & 0xffff_ffff_ffff_ffffn) / NANOS_A_MS)
}

function decodeChunk(bytes: Uint8Array, { meta, path }: Chunk): Leaf {
  const places = Number(meta.num_values)
  const leaf = new Leaf(path, places)
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  const element = path.at(-1)?.element as SchemaTree['element']
  const decoder = { ...meta, pathInSchema: meta.path_in_schema, element, schemaPath: path, compressors: COMPRESSORS }
  let hasDictionary = false
  for (let at = 0; at < places; ) {
    const header = parquetHeader(reader)
    const packed = bytes.subarray(reader.offset, reader.offset + header.compressed_page_size)
    reader.offset += header.compressed_page_size
    if (header.dictionary_page_header) {
      const page = decompressPage(packed, header.uncompressed_page_size, meta.codec, COMPRESSORS)
      const plain = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 }
      const values = readPlain(plain, meta.type, header.dictionary_page_header.num_values, element.type_length)
      for (const value of values as Iterable<unknown>) leaf.values.push(value)
      hasDictionary = true
    } else at += decodePage(leaf, at, header, packed, decoder, hasDictionary)
  }
  const most = leaf.values.length
  if (leaf.codes.some((code) => code < 0 || code >= most)) throw new Error('a value is not in its dictionary')
  return leaf
}

// biome-ignore lint/suspicious/noExplicitAny: hyparquet's own type asks for parsers, which these parts of it do not call
type Decoder = any

/** Puts the values of a page where they belong. @returns the number of places in it */
function decodePage(leaf: Leaf, at: number, header: PageHeader, packed: Uint8Array, decoder: Decoder, hasDictionary: boolean) {
  const { data_page_header: first, data_page_header_v2: second } = header
  const places = first?.num_values ?? second?.num_values
  const encoding = first?.encoding ?? second?.encoding
  if (places === undefined || encoding === undefined) throw new Error(`page type ${header.type}`)
  const isCoded = hasDictionary && encoding.endsWith('_DICTIONARY')
  const { maxRep, maxDef, codes } = leaf
  const reps = leaf.reps.subarray(at, at + places)
  const defs = leaf.defs.subarray(at, at + places)
  let page: Uint8Array
  let from: number
  if (first) {
    page = decompressPage(packed, header.uncompressed_page_size, decoder.codec, COMPRESSORS)
    const reader = { view: viewOf(page), offset: 0 }
    if (maxRep > 0) readRleBitPackedHybrid(reader, widthOf(maxRep), reps)
    if (maxDef > 0) readRleBitPackedHybrid(reader, widthOf(maxDef), defs)
    from = reader.offset
  } else {
    const { repetition_levels_byte_length: repBytes = 0, definition_levels_byte_length: defBytes = 0 } = second ?? {}
    const reader = { view: viewOf(packed), offset: 0 }
    if (maxRep > 0) readRleBitPackedHybrid(reader, widthOf(maxRep), reps, repBytes)
    reader.offset = repBytes
    if (maxDef > 0) readRleBitPackedHybrid(reader, widthOf(maxDef), defs, defBytes)
    from = 0
    const body = packed.subarray(repBytes + defBytes)
    const length = header.uncompressed_page_size - repBytes - defBytes
    page = second?.is_compressed === false || length === 0 ? body : decompressPage(body, length, decoder.codec, COMPRESSORS)
  }
  let count = places
  if (maxDef > 0) {
    count = 0
    for (let i = 0; i < places; i++) if (defs[i] === maxDef) count++
  }
  const place = (read: ArrayLike<unknown>, code: (value: never) => number) => {
    if (count === places) for (let i = 0; i < places; i++) codes[at + i] = code(read[i] as never)
    else for (let i = 0, next = 0; i < places; i++) if (defs[i] === maxDef) codes[at + i] = code(read[next++] as never)
  }
  if (isCoded) {
    const width = count === 0 ? 0 : (page[from] as number)
    const read = new Int32Array(count)
    // A dictionary of one value needs no bits.
    if (width > 0) readRleBitPackedHybrid({ view: viewOf(page), offset: from + 1 }, width, read, page.length - from - 1)
    place(read, (code: number) => code + 1)
  } else if (encoding === 'PLAIN') {
    const values = readPlain({ view: viewOf(page), offset: from }, decoder.type, count, decoder.element.type_length)
    place(values, (value) => leaf.codeOf(value))
  } else {
    const { dataPage } = first
      ? readDataPage(page, first, decoder)
      : readDataPageV2(packed, header, decoder)
    place(dataPage, (value) => leaf.codeOf(value))
  }
  return places
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
  const wanted = Int32Array.from(key.texts(), (text) => keys.indexOf(text))
  const texts = value.texts()
  if (key.codes.length !== value.codes.length) throw new Error('a map has keys without values')
  let row = -1
  for (let at = 0; at < key.codes.length; at++) {
    if (key.reps[at] === 0) row++
    const index = wanted[key.codes[at] as number] as number
    if (index >= 0) (found[index] as Int32Array)[row] = value.codes[at] as number
  }
  if (row + 1 !== rows) throw new Error(`a column of maps has ${row + 1} of ${rows} rows`)
  return found.map((codes) => ({ codes, values: texts }))
}
