import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { decompress } from 'fzstd'
import { type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet'
import { type Batch, type Cell, memo, type Table } from './cells.ts'
import type { Bytes } from './shelf.ts'

/** Of the end of a file, which tells what is in it and where. */
const FOOTER_BYTES = 64 * 1024

const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => gunzipSync(bytes),
  ZSTD: (bytes: Uint8Array, length: number) => decompress(bytes, new Uint8Array(length)),
  BROTLI: (bytes: Uint8Array) => brotliDecompressSync(bytes),
}

/** By groups of rows, of which only the columns asked for are read. @throws whatever is wrong with the file */
export async function openParquet(bytes: Bytes): Promise<Table> {
  const slice = async (start: number, end = bytes.size) => arrayBuffer(await bytes.read(start, end))
  const file = { byteLength: bytes.size, slice }
  const metadata = await parquetMetadataAsync(file, { initialFetchSize: FOOTER_BYTES, geoparquet: false })
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name)
  const scales = scalesOf(metadata)
  return {
    columns,
    async *batches() {
      let rowStart = 0
      for (const { num_rows } of metadata.row_groups) {
        const rowEnd = rowStart + Number(num_rows)
        const loaded = new Map<string, Cell[]>()
        const load = async (wanted: readonly string[]) => {
          const missing = wanted.filter((column) => !loaded.has(column))
          for (const column of missing) loaded.set(column, [])
          if (missing.length === 0) return
          const onChunk = ({ columnName, columnData }: { columnName: string; columnData: ArrayLike<Cell> }) => {
            const [cells = [], scale] = [loaded.get(columnName), scales.get(columnName)]
            const decimal = memo((cell) => (cell === null || cell === undefined ? '' : `${integerOf(cell)}e-${scale}`))
            for (let at = 0; at < columnData.length; at++)
              cells.push(scale === undefined ? columnData[at] : decimal(columnData[at]))
          }
          const how = { compressors: COMPRESSORS, utf8: false, geoparquet: false }
          await parquetRead({ file, metadata, columns: missing, rowStart, rowEnd, onChunk, ...how })
          for (const column of missing) {
            const count = loaded.get(column)?.length
            if (count !== rowEnd - rowStart) throw new Error(`a column has ${count} of ${rowEnd - rowStart} rows`)
          }
        }
        const batch: Batch = { rows: rowEnd - rowStart, load, column: (name) => loaded.get(name) }
        yield batch
        rowStart = rowEnd
      }
    },
  }
}

function arrayBuffer(buffer: Buffer): ArrayBuffer {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer
}

/** Decimals by column, read as whole numbers: the library would make doubles of them. All other bytes are texts. */
function scalesOf({ schema }: FileMetaData): Map<string, number> {
  const scales = new Map<string, number>()
  for (const element of schema) {
    const { logical_type, converted_type, name, scale = 0, type } = element
    const isDecimal = logical_type?.type === 'DECIMAL' || converted_type === 'DECIMAL'
    if (isDecimal) scales.set(name, logical_type?.type === 'DECIMAL' ? logical_type.scale : scale)
    if (!isDecimal && type !== 'BYTE_ARRAY') continue
    delete element.logical_type
    delete element.converted_type
    if (!isDecimal) element.converted_type = 'UTF8'
  }
  return scales
}

/** Big-endian two's complement of the bytes; numbers as they are. */
function integerOf(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint)
  return value.length === 0 ? 0n : BigInt.asIntN(8 * value.length, BigInt(`0x${Buffer.from(value).toString('hex')}`))
}
