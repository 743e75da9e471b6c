import { csvText } from '../../../text/csv.ts'
import { plainDigits } from '../../../text/numbers.ts'
import type { Cell, Reconciliation } from '../model.ts'
import type { Layout } from './index.ts'
import { groupKeys, moneyColumns } from './words.ts'

const FIELDS = [
  ...(['day', 'account', 'region', 'model', 'kind', 'terms', 'billedQuantity', 'measuredQuantity'] as const),
  ...moneyColumns().map(({ field }) => field),
] satisfies readonly (keyof Cell)[]

/** A header, and a line for each of what is billed alike, with its causes in the last column; or for each of the groups that were asked for. */
export function render(
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
