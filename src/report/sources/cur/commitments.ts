import type { AttoUsd } from '../../money.ts'
import type { AmountField } from './fields.ts'

/** The fields in a file that are not read but where they are needed. */
export const OF_COMMITMENTS: ReadonlySet<AmountField> = new Set([
  'savingsPlan',
  'netSavingsPlan',
  'reservation',
  'netReservation',
])

/** Whether a line of this type is covered by what is paid in advance. */
export function isCovered(lineType: string): boolean {
  return /^(?:SavingsPlan|DiscountedUsage)/i.test(lineType)
}

/** With what is paid in advance spread over what it covers. */
export function amortized(
  lineType: string,
  sum: (field: AmountField) => AttoUsd | null,
  [usual, savingsPlan, reservation]: readonly [AmountField, AmountField, AmountField],
): AttoUsd | null {
  if (/^SavingsPlanCoveredUsage$/i.test(lineType)) return sum(savingsPlan)
  if (/^DiscountedUsage$/i.test(lineType)) return sum(reservation)
  return /^SavingsPlanNegation$/i.test(lineType) ? 0n : sum(usual)
}
