import { isObject } from '../../../core/json.ts'
import { isTyped } from './spelling.ts'

/** The calls of an object that holds them column by column: in lists, or in objects by their numbers. */
export function columnsOf(object: Record<string, unknown>): Record<string, unknown>[] | undefined {
  const columns = Object.entries(object)
  const isList = (column: unknown): column is object =>
    typeof column === 'object' && column !== null && !isTyped(column)
  const [, first] = columns.find(([name, column]) => /^model_?id$/i.test(name) && isList(column)) ?? []
  if (!first) return undefined
  return Object.keys(first).map((place) =>
    Object.fromEntries(
      columns.map(([name, column]) => [name, isList(column) ? column[place as keyof object] : column]),
    ),
  )
}

/** The rows of a list of them, each a list or, of BigQuery, an object with one of cells. */
export function rowsOf(value: unknown): unknown[][] {
  const rows = Array.isArray(value)
    ? value.map((row) => (isObject(row) && Array.isArray(row.f) ? row.f.map(vOf) : row))
    : []
  return rows.every(Array.isArray) ? rows : []
}

const vOf = (cell: unknown) => (isObject(cell) ? cell.v : cell)

/** A row that is too short was cut, and its last number may have been, too. In one that is too long, they are of others. */
export function isOfColumns(fields: readonly unknown[], names: readonly string[]): boolean {
  const more = fields.slice(names.length)
  return fields.length >= names.length && more.every((field) => field === '' && names.at(-1) !== '')
}

/** Whether a row goes on with the one before it: tables that wrap their cells leave the time empty there, or write its rest. */
export function goesOn(fields: readonly string[], names: readonly string[] = []): boolean {
  const place = names.findIndex((name) => /^[^a-z]*time_?stamp$/i.test(name))
  const time = fields[place]?.trim()
  if (time === undefined || fields.every((field) => field.trim() === '')) return false
  return time === '' || /^(?=.*[\dZ])(?!\d{4}-|\d{8})[-\d:.,TZ+ ]+$/.test(time)
}
