import type { Row } from '../../model.ts'
import { type Tally, tally } from '../../tally.ts'

/** All that a model was used in the window. */
export interface ModelUse extends Tally {
  model: string
}

/** The use of each model with any. */
export function usesOf(models: readonly string[], rowsOf: (model: string) => readonly Row[]): ModelUse[] {
  return models.flatMap((model) => {
    const rows = rowsOf(model)
    return rows.length === 0 ? [] : [{ model, ...tally(rows) }]
  })
}
