import type { RowGroup, SchemaTree } from 'hyparquet'
import { parquetMetadataAsync, parquetSchema } from 'hyparquet'
import { getTreePath } from 'hyparquet/src/schema.js'
import { sideBySide } from '../../../core/side-by-side.ts'
import { type Batch, type Coded, entriesOf, FileFault, type Table } from './batch.ts'
import type { Leaf } from './leaf.ts'
import { type Chunk, decodeChunk } from './pages.ts'
import type { Bytes } from './shelf.ts'

/** Of the end of a file, which tells what is in it and where. */
const FOOTER_BYTES = 64 * 1024
/** Parts of a file that are no further apart are fetched as one. */
const GAP_BYTES = 256 * 1024
const PARTS_AT_ONCE = 4

/**
 * A Parquet file: its rows by groups, of which only the columns are read that are asked for. Values are kept as the file has
 * them, in dictionaries, so that each is looked at once.
 * @throws whatever is wrong with the file
 */
export async function openParquet(bytes: Bytes): Promise<Table> {
  const slice = async (start: number, end = bytes.size) => new Uint8Array(await bytes.read(start, end)).buffer
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
    const [leaf] = loaded.get(column) ?? []
    return leaf?.names.length === 0 && leaf.maxRep === 0 ? leaf : undefined
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
      const leaves = loaded.get(column) ?? []
      return leaves.length === 0 ? undefined : nestedEntries({ column, leaves }, keys, rows)
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

/**
 * The values of some keys of a column of maps, of lists of pairs, or of structs, whose members are the keys.
 * @throws for other forms: what they hold would be left out unnoticed
 */
function nestedEntries(nested: { column: string; leaves: readonly Leaf[] }, keys: readonly string[], rows: number) {
  const { column, leaves } = nested
  const members = leaves.filter(({ names, maxRep }) => names.length === 1 && maxRep === 0)
  if (members.length > 0) {
    const none = { codes: new Int32Array(rows), values: [''] }
    return keys.map((key) => members.find(({ names }) => names[0] === key)?.coded() ?? none)
  }
  const named = (name: string) => leaves.find(({ names }) => names.at(-1)?.toLowerCase() === name)
  const [key, value] = [named('key'), named('value')]
  if (leaves.length === 2 && key?.maxRep === 1 && value?.maxRep === 1) return mapEntries(key, value, keys, rows)
  throw new FileFault('unknown-form', `its column ${column} is no map or struct of texts: write it as one, or as JSON`)
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
