import { AMAZON } from './amazon.ts'
import { ANTHROPIC } from './anthropic.ts'
import { OPEN_WEIGHTS } from './open-weights.ts'
import { OTHERS } from './others.ts'
import type { TableRow } from './row.ts'

/** The month of the table's figures, which is all that their source tells, and that month's first day. */
export const TABLE_MONTH = '2026-07'
export const TABLE_AS_OF = '2026-07-01'

/**
 * Our own price table, by base model id. One public source of July 2026, carried over as it stood, mistakes included: a
 * figure that another source contradicts is shown as disputed, not silently mended.
 */
export const TABLE: ReadonlyMap<string, readonly TableRow[]> = new Map(
  Object.entries({ ...AMAZON, ...ANTHROPIC, ...OPEN_WEIGHTS, ...OTHERS }),
)
