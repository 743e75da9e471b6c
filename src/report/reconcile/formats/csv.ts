import { csvText } from '../../../text/csv.ts'
import { plainDigits } from '../../../text/numbers.ts'
import type { Cell, Reconciliation } from '../model.ts'

const FIELDS = [
  'day',
  'account',
  'region',
  'model',
  'kind',
  'terms',
  'billedQuantity',
  'measuredQuantity',
  'billUsd',
  'estimateUsd',
  'differenceUsd',
  'quantityUsd',
  'rateUsd',
  'unexplainedUsd',
] as const satisfies readonly (keyof Cell)[]

/** A header, and a line for each of what is billed alike; its causes stand in the last column. */
export function render({ cells }: Reconciliation): string {
  const lines = cells.map((cell) => [
    ...FIELDS.map((field) => cell[field]),
    cell.causes.map(({ of, cause, usd }) => `${of} ${cause}: ${plainDigits(usd)}`).join('; '),
  ])
  return csvText([[...FIELDS, 'causes'], ...lines])
}
