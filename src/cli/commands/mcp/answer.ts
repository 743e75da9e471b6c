import { type Cell, csvText } from '../../../text/csv.ts'
import { grouped } from '../../../text/numbers.ts'
import type { Tool } from './tools.ts'

type Json = Readonly<Record<string, unknown>>

/** A list is cut to the first of these lengths with which the answer is short enough. */
const MOST_ROWS = [100, 40, 15, 5]
const MOST_LETTERS = 60_000

/** A result without what is for programs alone, and of each list as much as leaves it short. What is cut is told. */
export function bound(result: Json, { drops = [] }: Pick<Tool, 'drops'>) {
  const kept = Object.fromEntries(Object.entries(result).filter(([name]) => !drops.includes(name)))
  const [most = 0, ...fewer] = MOST_ROWS
  return fewer.reduce(
    (bounded, rows) => (JSON.stringify(bounded.result).length <= MOST_LETTERS ? bounded : cutLists(kept, rows)),
    cutLists(kept, most),
  )
}

function cutLists(result: Json, most: number) {
  const cut = new Map<string, string>()
  const walk = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      if (value.length > most) cut.set(path, `${path}: the first ${most} of ${grouped(value.length)}`)
      return value.slice(0, most).map((one) => walk(one, path))
    }
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, walk(one, path ? `${path}.${key}` : key)]),
    )
  }
  return { result: walk(result, '') as Json, cut: [...cut.values()] }
}

/** A schema of the result without what is dropped, for clients that know no more than draft 7. */
export function outputSchema(
  schema: Json,
  { drops = [] }: Pick<Tool, 'drops'>,
): { type: 'object'; [key: string]: unknown } {
  const { $schema: _, properties, required, ...rest } = schema as Json & { properties: Json; required: string[] }
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !drops.includes(name))),
    required: required.filter((name) => !drops.includes(name)),
  }
}

/** Columns that a model can do without; all of them are in the result. */
const HIDDEN =
  /^((latencyMs|timeToFirstTokenMs)\.(avg|p90|max)|(costs|days)\..*|listCost.*|change\.(volume|mix|price)Usd|costIsFloor|of|threshold|description|reason|notifies|changed)$/

/** Rows as CSV, which takes a model the fewest tokens: rounded, and without columns in which nothing stands. */
export function rowsText(rows: readonly unknown[]): string {
  const flat = rows.map((row) => new Map(flatten(row)))
  const names = [...new Set(flat.flatMap((row) => [...row.keys()]))].filter((name) => !HIDDEN.test(name))
  const told = names.filter((name) => flat.some((row) => row.get(name)))
  if (told.length === 0) return ''
  const cell = (value: Cell = null) => (typeof value === 'number' ? rounded(value) : value)
  return csvText([told, ...flat.map((row) => told.map((name) => cell(row.get(name))))]).replaceAll('\r\n', '\n')
}

function rounded(value: number): number {
  if (Number.isInteger(value)) return value
  return Number(Math.abs(value) < 1 ? value.toPrecision(4) : value.toFixed(4))
}

function flatten(value: unknown, path = ''): [string, Cell][] {
  if (Array.isArray(value)) {
    const texts = value.filter((one) => typeof one !== 'object')
    return [[path, texts.join(' ')]]
  }
  if (typeof value !== 'object' || value === null) return [[path, value as Cell]]
  return Object.entries(value).flatMap(([name, one]) =>
    // Of what the group was before, the change is enough.
    name === 'before' ? [] : flatten(one, path === '' || path === 'key' ? name : `${path}.${name}`),
  )
}
