import { isBedrock } from '../../bill/classify.ts'
import type { Amounts, Batch, Coded } from './batch.ts'
import type { Layout, Place } from './fields.ts'

/** Texts by number, of all batches; 0 is of none. */
export class Names {
  readonly list: string[] = ['']
  readonly #numbers = new Map<string, number>([['', 0]])

  numberOf(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.list.length)
    return this.list.push(text) - 1
  }
}

/** The values of a field in some rows, each once. */
export function valuesOf(batch: Batch, places: readonly Place[], rows: Int32Array): Set<string> {
  const [found] = textsAt(batch, [places]).flat()
  const codes = new Set(found ? rows.map((row) => found.codes[row] ?? 0) : [])
  return new Set([...codes].map((code) => found?.values[code] ?? ''))
}

export function columnsOf(places: readonly Place[]): string[] {
  return [...new Set(places.map(({ column }) => column))]
}

/** The columns of each field, in the order of its places. A column of maps is walked once for all of them. */
export function textsAt(batch: Batch, fields: readonly (readonly Place[])[]): Coded<string>[][] {
  const keysOf = new Map<string, string[]>()
  for (const { column, key } of fields.flat())
    if (key !== undefined) keysOf.set(column, [...new Set([...(keysOf.get(column) ?? []), key])])
  const entries = new Map([...keysOf].map(([column, keys]) => [column, batch.entries(column, keys)]))
  return fields.map((places) =>
    places.flatMap(({ column, key }) => {
      const found =
        key === undefined ? batch.texts(column) : entries.get(column)?.[keysOf.get(column)?.indexOf(key) ?? -1]
      return found ? [found] : []
    }),
  )
}

/** Of each row the number of its text, the first that there is; 0 for none. */
export function codesOf(
  columns: readonly Coded<string>[],
  rows: Int32Array,
  names: Names,
  shorten?: (text: string) => string,
) {
  const found = new Int32Array(rows.length)
  for (const { codes, values } of columns) {
    const numbers = new Int32Array(values.length).fill(UNKNOWN)
    for (let at = 0; at < rows.length; at++) {
      if (found[at] !== 0) continue
      const code = codes[rows[at] as number] as number
      if (numbers[code] === UNKNOWN) {
        const text = values[code] as string
        numbers[code] = names.numberOf(shorten ? shorten(text) : text)
      }
      found[at] = numbers[code] as number
    }
  }
  return found
}

const UNKNOWN = -1

export function amountsAt(batch: Batch, place: Place | undefined): Amounts | undefined {
  return place && batch.amounts(place.column)
}

export async function timesOf(batch: Batch, layout: Layout): Promise<Coded<number>> {
  const [place] = layout.places('start')
  await batch.load(columnsOf(layout.places('start')))
  return (place && batch.times(place.column)) ?? { codes: new Int32Array(batch.rows), values: [Number.NaN] }
}

/**
 * The rows of Bedrock: by the product family, which lines since July 2026 have, by the code of the product, or by the name that
 * the Marketplace's lines have. Names are in the largest column, which is read only where it may decide.
 * @returns the rows, and whether names that may decide are not in the file
 */
export async function bedrockRows(batch: Batch, layout: Layout): Promise<{ found: Int32Array; isUntold: boolean }> {
  const [family = [], code = [], entity = []] = (['family', 'code', 'entity'] as const).map((field) =>
    layout.places(field).filter(({ key }) => key === undefined),
  )
  await batch.load(columnsOf([...family, ...code, ...entity]))
  const isIn = new Uint8Array(batch.rows)
  const mark = (places: readonly Place[]) => {
    for (const { codes, values } of textsAt(batch, [places]).flat()) {
      const fits = Uint8Array.from(values, (text) => Number(isBedrock(text)))
      if (!fits.includes(1)) continue
      for (let row = 0; row < isIn.length; row++) if (fits[codes[row] as number] === 1) isIn[row] = 1
    }
  }
  mark(family)
  mark(code)
  const [entities] = textsAt(batch, [entity]).flat()
  const names = layout.places('productName')
  const mayDecide = !entities || entities.values.some((text) => /marketplace/i.test(text))
  if (mayDecide) {
    await batch.load(columnsOf(names))
    mark(names)
  }
  const rows = new Int32Array(batch.rows)
  let count = 0
  for (let row = 0; row < isIn.length; row++) if (isIn[row] === 1) rows[count++] = row
  return { found: rows.subarray(0, count), isUntold: entities !== undefined && mayDecide && names.length === 0 }
}

/** The payers and months of the rows. */
export function identities(batch: Batch, layout: Layout, rows: Int32Array): string[] {
  const [payers] = textsAt(batch, [layout.places('payer').slice(0, 1)]).flat()
  const [place] = layout.places('period')
  const periods = place && batch.times(place.column)
  const pairs = new Set<number>()
  for (const row of rows) pairs.add((payers?.codes[row] ?? 0) * 2 ** 26 + (periods?.codes[row] ?? 0))
  return [
    ...new Set(
      [...pairs].map((pair) => {
        const start = periods?.values[pair % 2 ** 26] ?? Number.NaN
        const month = Number.isNaN(start) ? '' : new Date(start).toISOString().slice(0, 7)
        return `${payers?.values[Math.floor(pair / 2 ** 26)] ?? ''} ${month}`
      }),
    ),
  ]
}
