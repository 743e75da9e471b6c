import { csvText } from '../../../text/csv.ts'
import { plainDigits } from '../../../text/numbers.ts'
import type { Cell, Reconciliation } from '../model.ts'
import type { Layout } from './index.ts'
import { groupKeys, moneyColumns } from './words.ts'

const CELLS_AT_ONCE = 1000
/** Where they belong. Within a text, there is a backslash before the second quotation mark. */
const NO_CELLS = '"cells": []'

/** All of it, as src/schema/reconcile.schema.json says, in pieces: a year of an organization has a hundred thousand cells. */
export function* renderJson(result: Reconciliation): Generator<string> {
  const { cells } = result
  const [before = '', after = ''] = `${JSON.stringify({ ...result, cells: [] }, null, 2)}\n`.split(NO_CELLS)
  yield before
  if (cells.length === 0) yield NO_CELLS
  for (let from = 0; from < cells.length; from += CELLS_AT_ONCE) {
    const some = JSON.stringify({ cells: cells.slice(from, from + CELLS_AT_ONCE) }, null, 2)
    const isLast = from + CELLS_AT_ONCE >= cells.length
    // Without the braces around them, and each list but the first and the last goes on where another ended.
    const [head, tail] = ['{\n  "cells": [\n'.length, '\n  ]\n}'.length]
    yield `${from === 0 ? '"cells": [\n' : ',\n'}${some.slice(head, -tail)}${isLast ? '\n  ]' : ''}`
  }
  yield after
}

const FIELDS = [
  ...(['day', 'account', 'region', 'model', 'kind', 'terms', 'billedQuantity', 'measuredQuantity'] as const),
  ...moneyColumns().map(({ field }) => field),
] satisfies readonly (keyof Cell)[]

/** A header, and a line for each of what is billed alike, with its causes in the last column; or for each of the groups that were asked for. */
export function renderCsv(
  { cells, groups }: Reconciliation,
  { columns, isGrouped = false }: Partial<Layout> = {},
): string {
  if (isGrouped) {
    const [keys, money] = [groupKeys(groups), moneyColumns(columns).map(({ field }) => field)]
    const rows = groups.map((one) => [...keys.map((name) => one.key[name] ?? ''), ...money.map((field) => one[field])])
    return csvText([[...keys, ...money], ...rows])
  }
  const lines = cells.map((cell) => [
    ...FIELDS.map((field) => cell[field]),
    cell.causes.map(({ of, cause, usd }) => `${of} ${cause}: ${plainDigits(usd)}`).join('; '),
  ])
  return csvText([[...FIELDS, 'causes'], ...lines])
}
