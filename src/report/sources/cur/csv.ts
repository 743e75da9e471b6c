import { encodingOf } from '../../../text/encoding.ts'
import { type ArchiveEntry, ungzipped, untarred, unzipped, unzstd } from '../../scan/archives.ts'
import { CsvRows } from '../../scan/forms/csv.ts'
import type { ObjectBytes } from '../../scan/gunzip.ts'
import { isAside } from '../../scan/log-names.ts'
import { packingOf, peeked } from '../../scan/packing.ts'
import type { Table } from './cells.ts'

/** Rows that are handed on together: values that come again are looked at once. */
const ROWS_AT_ONCE = 16_384
/** No line of a bill is so long. */
const MOST_ROW_BYTES = 4 * 2 ** 20
const COMMA = 0x2c

/** Plain, or packed as AWS delivers it. The first line names the columns. @throws whatever is wrong with the file */
export async function openCsv(source: ObjectBytes): Promise<Table> {
  const chunks = inUtf8(unpacked(source))
  const read: string[][] = []
  const rows = new CsvRows(COMMA, MOST_ROW_BYTES, (fields) => {
    if (fields === 'too-long') throw new Error('it has a line that is too long')
    read.push(fields)
  })
  const readOn = async () => {
    const next = await chunks.next()
    if (next.done) rows.end()
    else rows.push(asBuffer(next.value))
    return next.done === true
  }
  let isAll = false
  while (read.length === 0 && !isAll) isAll = await readOn()
  const columns = read.shift()?.map((name, index) => (index === 0 ? name.replace(/^\uFEFF/, '') : name)) ?? []
  if (columns.some((name) => name.includes('\r'))) throw new Error('it has lines that end in carriage returns alone')
  return {
    columns,
    first: read[0],
    async *batches(wanted) {
      rows.keepOnly(new Set(wanted.map((name) => columns.indexOf(name))))
      let [checked, damage]: [number, unknown?] = [0]
      for (;;) {
        const odd = read.findIndex(({ length }, at) => at >= checked && length !== columns.length)
        if (odd >= 0) {
          damage = new Error(`it has a line of ${read[odd]?.length} columns instead of ${columns.length}`)
          read.length = odd
        }
        checked = read.length
        const isLast = isAll || damage !== undefined
        if (checked >= ROWS_AT_ONCE || (isLast && checked > 0)) {
          const lines = read.splice(0)
          checked = 0
          const column = (name: string) => {
            const index = columns.indexOf(name)
            return index < 0 ? undefined : lines.map((fields) => fields[index])
          }
          yield { rows: lines.length, load: () => Promise.resolve(), column }
        }
        // What came before the damage is good.
        if (damage !== undefined) throw damage
        if (isAll) return
        isAll = await readOn().catch((error: unknown) => {
          damage = error
          return false
        })
      }
    },
  }
}

async function* unpacked(source: ObjectBytes): AsyncGenerator<Uint8Array> {
  const { head, bytes } = await peeked(source)
  const told = () => {}
  const packing = packingOf(head)
  if (packing === 'zip') yield* onlyFile(unzipped(bytes, told))
  else if (packing === 'tar') yield* onlyFile(untarred(bytes, told))
  else if (packing === 'zstd') yield* unzstd(bytes, told)
  else if (head[0] === 0x1f && head[1] === 0x8b) yield* ungzipped(bytes, told)
  else if (bytes instanceof Uint8Array) yield bytes
  else yield* bytes
}

/** Excel and PowerShell save what they have opened as UTF-16. */
async function* inUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let isFirst = true
  for await (const chunk of chunks) {
    const encoding = isFirst ? encodingOf(asBuffer(chunk)) : undefined
    if (encoding) decoder = new TextDecoder(encoding)
    isFirst = false
    yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk
  }
}

async function* onlyFile(files: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  let count = 0
  for await (const { bytes, name } of files) {
    if (!/\.csv$/i.test(name) || isAside(name)) continue
    if (++count > 1) throw new Error('it is an archive of several files: unpack it')
    yield* bytes
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
