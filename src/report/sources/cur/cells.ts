import { isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { parseAmount } from '../../bill/decimal.ts'
import type { AttoUsd } from '../../money.ts'
import { midnightOf } from '../../window.ts'

/** A value of a file: a text, a number, a Date, or an object of those; null or undefined where there is none. */
export type Cell = unknown

export interface Batch {
  readonly rows: number
  load(columns: readonly string[]): Promise<void>
  column(name: string): readonly Cell[] | undefined
}

export interface Table {
  readonly columns: readonly string[]
  readonly first?: readonly string[] | undefined
  batches(columns: readonly string[]): AsyncIterable<Batch>
}

export class FileFault extends Error {
  readonly code: Warning['code']

  constructor(code: Warning['code'], message: string) {
    super(message)
    this.code = code
  }
}

export async function damagedUnless<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error) || error instanceof FileFault || typeof (error as NodeJS.ErrnoException).syscall === 'string')
      throw error
    const { message } = error as Error
    const [, codec] = /unsupported compression codec: (\w+)/.exec(message) ?? []
    const packed = `it is compressed with ${codec}, which is not read: write it with Snappy, gzip or zstd`
    if (codec !== undefined) throw new FileFault('unknown-form', packed)
    const why = /^(?:it|an? )/.test(message) ? message : 'its data are damaged, or it was not written to its end'
    throw new FileFault('bill-damaged', `${why}; what was read before that is in the report: fetch it again`)
  }
}

/** The same function, that looks at each value once: values of a column come again and again. */
export function memo<Made>(make: (cell: Cell) => Made): (cell: Cell) => Made {
  const known = new Map<Cell, Made>()
  return (cell) => {
    const found = known.get(cell)
    if (found !== undefined || known.has(cell)) return found as Made
    const made = make(cell)
    known.set(cell, made)
    return made
  }
}

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  return cell instanceof Date ? cell.toISOString() : String(cell)
}

export function timeOf(cell: Cell): number {
  if (cell instanceof Date) return cell.getTime()
  return typeof cell === 'bigint' || typeof cell === 'number' ? Number(cell) : parseTime(textOf(cell))
}

/** `2026-11-01T00:00:00Z`, `2026-11-01 00:00:00.000 UTC`, `2026-11-01`: a time without a zone is one of UTC, as AWS's are. */
export function parseTime(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/.exec(
    text.trim(),
  )
  const [, day = '', time = '00:00', zone = 'Z'] = match ?? []
  if (Number.isNaN(midnightOf(day))) return Number.NaN
  const offset =
    zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`)
  return Date.parse(`${day}T${time.replace(/(\.\d{3})\d+$/, '$1')}${offset}`)
}

/** No bill has that many dollars, nor tokens; no decimal of 38 digits is more. */
const LIMIT: AttoUsd = 10n ** 56n

/** Exact; a double is the decimal that it was written as. Undefined where there is none, the text of what is no number. */
export function amountOf(cell: Cell): AttoUsd | string | undefined {
  const text = Number.isNaN(cell) ? '' : textOf(cell)
  const amount = text === '' ? undefined : parseAmount(text)
  return amount !== undefined && amount < LIMIT && amount > -LIMIT ? amount : text || undefined
}

/** Parquet's maps, structs or lists of pairs, or JSON. @throws for others: the Marketplace is known by them alone */
function mapOf(column: string): (cell: Cell) => ReadonlyMap<string, string> {
  return memo((cell) => {
    const isText = typeof cell === 'string'
    if (isText ? /^\s*(?:null|\\N)?\s*$/i.test(cell) : cell === null || cell === undefined) return new Map()
    try {
      const parsed: unknown = isText ? JSON.parse(cell) : cell
      if (typeof parsed !== 'object' || parsed === null) throw new TypeError('no map')
      const pairs = Array.isArray(parsed) ? parsed.flatMap((pair) => pairOf(pair, isText)) : Object.entries(parsed)
      if (!isText && pairs.some(([, value]) => typeof value === 'object' && value !== null))
        throw new TypeError('values that are no texts')
      return new Map(
        pairs.flatMap(([key, value]) => (value === null || value === undefined ? [] : [[key, `${value}`]])),
      )
    } catch {
      const why = isText
        ? 'a map in it is not JSON, as AWS exports it: write it as JSON'
        : `its column ${column} is no map or struct of texts: write it as one, or as JSON`
      throw new FileFault('unknown-form', why)
    }
  })
}

function pairOf(pair: unknown, isText: boolean): [string, unknown][] {
  if (Array.isArray(pair) && isText) return [[String(pair[0]), pair[1]]]
  if (isText) return []
  const { key, value, ...others } = Object(pair) as Record<string, unknown>
  if (key === undefined || value === undefined || Object.keys(others).length > 0) throw new TypeError('no pairs')
  return [[String(key), value]]
}

export interface Place {
  column: string
  key?: string
}

export type Texts = (places: readonly Place[]) => (row: number) => string

export function readerOf(batch: Batch): Texts {
  const maps = new Map<string, ReturnType<typeof mapOf>>()
  const read = memo(textOf)
  return (places) => {
    const found = places.flatMap(({ column, key }) => {
      const map = maps.get(column) ?? mapOf(column)
      maps.set(column, map)
      const cells = batch.column(column)
      return cells ? [(row: number) => (key === undefined ? read(cells[row]) : (map(cells[row]).get(key) ?? ''))] : []
    })
    return (row) => {
      for (const of of found) {
        const text = of(row)
        if (text !== '') return text
      }
      return ''
    }
  }
}

export const columnsOf = (places: readonly Place[]): string[] => [...new Set(places.map(({ column }) => column))]
