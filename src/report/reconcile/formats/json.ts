import type { Reconciliation } from '../model.ts'

const CELLS_AT_ONCE = 1000
/** Where they belong. Within a text, there is a backslash before the second quotation mark. */
const NO_CELLS = '"cells": []'

/** All of it, as src/schema/reconcile.schema.json says, in pieces: a year of an organization has a hundred thousand cells. */
export function* render(result: Reconciliation): Generator<string> {
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
