import { encodingOf } from '../../../text/encoding.ts'
import { type ArchiveEntry, unbrotlied, ungzipped, untarred, unzipped, unzstd } from '../../scan/archives.ts'
import { CsvRows } from '../../scan/forms/csv.ts'
import type { ObjectBytes } from '../../scan/gunzip.ts'
import { isAside } from '../../scan/log-names.ts'
import { packingOf, peeked } from '../../scan/packing.ts'
import {
  amountsOf,
  type Batch,
  bufferOf,
  type Coded,
  entriesOf,
  FileFault,
  notRead,
  parseTime,
  type Table,
} from './batch.ts'

/** Rows that are handed on together: values that come again are looked at once. */
const ROWS_AT_ONCE = 16_384
/** No line of a bill is so long. */
const MOST_ROW_BYTES = 4 * 2 ** 20
/** More than the names of the columns of a bill take. */
const HEAD_BYTES = 64 * 1024

/**
 * A CSV file, plain or packed as AWS delivers it: gzip, or zip of older reports. Its first line names the columns; of the
 * others only those are kept that are asked for.
 * @throws whatever is wrong with the file, once it is come to
 */
export async function openCsv(source: ObjectBytes): Promise<Table> {
  const { head, bytes } = await peeked(inUtf8(unpacked(source)), HEAD_BYTES)
  const chunks = piecesOf(bytes)
  let columns: readonly string[] | undefined
  let keep: ((fields: string[]) => void) | undefined
  let mayBeCut = false
  const rows = new CsvRows(delimiterOf(head), MOST_ROW_BYTES, (fields, isOpen) => {
    if (fields === 'too-long') throw new Error('it has a line that is too long')
    mayBeCut = isOpen && /\d$/.test(fields.at(-1) ?? '')
    if (columns) keep?.(fields)
    else columns = fields.map((name, index) => (index === 0 ? name.replace(/^\uFEFF/, '') : name))
  })
  // Rows of the first chunk come with the first line, before it is known which columns are needed.
  const early: string[][] = []
  keep = (fields) => early.push(fields)
  for (let next = await chunks.next(); columns === undefined; next = await chunks.next()) {
    if (next.done) {
      rows.end()
      break
    }
    rows.push(bufferOf(next.value))
    if (columns !== undefined) break
  }
  const names = columns ?? []
  if (names.some((name) => name.includes('\r'))) throw new Error('it has lines that end in carriage returns alone')
  return {
    columns: names,
    first: early[0],
    async *batches(wanted) {
      const kept = wanted.flatMap((name) => (names.includes(name) ? [[name, names.indexOf(name)] as const] : []))
      rows.keepOnly(new Set(kept.map(([, index]) => index)))
      let building = new Building(kept)
      const take = (fields: readonly string[]) => {
        const more =
          fields.length > names.length ? ', as if it ended with a separator, or a value with one lacked its quotes' : ''
        if (fields.length !== names.length)
          throw new Error(`it has a line of ${fields.length} columns instead of ${names.length}${more}`)
        building.add(fields)
      }
      keep = take
      for (;;) {
        let done: boolean | undefined
        let damage: unknown
        try {
          for (const fields of early.splice(0)) take(fields)
          const next = await chunks.next()
          done = next.done
          if (next.done) rows.end()
          else rows.push(bufferOf(next.value))
        } catch (error) {
          damage = error
        }
        const isLast = done || damage !== undefined
        if (building.rows >= ROWS_AT_ONCE || (isLast && building.rows > 0)) {
          yield building.batch()
          building = new Building(kept)
        }
        // What came before the damage is good.
        if (damage !== undefined) throw damage
        if (mayBeCut)
          throw new FileFault('bill-damaged', 'nothing ends its last line, so that its last number may be cut off')
        if (done) return
      }
    },
  }
}

async function* unpacked(source: ObjectBytes): AsyncGenerator<Uint8Array> {
  const { head, bytes } = await peeked(source)
  const told = () => {}
  const packing = packingOf(head)
  if (typeof packing === 'object') throw notRead(packing)
  if (packing === 'zip') yield* onlyFile(unzipped(bytes, told))
  else if (packing === 'tar') yield* onlyFile(untarred(bytes, told))
  else if (packing === 'zstd') yield* unzstd(bytes, told)
  else if (packing === 'brotli') yield* unbrotlied(bytes, told)
  else if (head[0] === 0x1f && head[1] === 0x8b) yield* ungzipped(bytes, told)
  else yield* piecesOf(bytes)
}

async function* piecesOf(bytes: ObjectBytes): AsyncGenerator<Uint8Array> {
  if (bytes instanceof Uint8Array) yield bytes
  else yield* bytes
}

/** What parts the columns: what a spreadsheet saved may have semicolons or tabs, which names of columns never have. */
function delimiterOf(head: Buffer): number {
  const [line = ''] = /\S.*/.exec(head.toString('latin1')) ?? []
  const parts = (delimiter: string) => line.split(delimiter).length
  return [',', ';', '\t', '|'].reduce((best, one) => (parts(one) > parts(best) ? one : best)).charCodeAt(0)
}

/** Excel and PowerShell save what they have opened as UTF-16. */
async function* inUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let isFirst = true
  for await (const chunk of chunks) {
    const encoding = isFirst ? encodingOf(bufferOf(chunk)) : undefined
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
  if (count === 0) throw new FileFault('unknown-form', 'it is an archive without a CSV file: unpack it')
}

class Building {
  rows = 0
  readonly #columns: readonly { name: string; index: number; known: Map<string, number>; codes: number[] }[]

  constructor(columns: readonly (readonly [string, number])[]) {
    this.#columns = columns.map(([name, index]) => ({ name, index, known: new Map([['', 0]]), codes: [] }))
  }

  add(fields: readonly string[]): void {
    this.rows++
    for (const { index, known, codes } of this.#columns) {
      const text = fields[index] as string
      let code = known.get(text)
      if (code === undefined) {
        code = known.size
        known.set(text, code)
      }
      codes.push(code)
    }
  }

  batch(): Batch {
    const coded = new Map(
      this.#columns.map(({ name, known, codes }): [string, Coded<string>] => [
        name,
        { codes: Int32Array.from(codes), values: [...known.keys()] },
      ]),
    )
    const of = <T>(column: string, make: (texts: Coded<string>) => T) => {
      const texts = coded.get(column)
      return texts && make(texts)
    }
    return {
      rows: this.rows,
      load: () => Promise.resolve(),
      texts: (column) => coded.get(column),
      entries: (column, keys) => of(column, (texts) => entriesOf(texts, keys)),
      times: (column) => of(column, ({ codes, values }) => ({ codes, values: values.map(parseTime) })),
      amounts: (column) => of(column, amountsOf),
    }
  }
}
