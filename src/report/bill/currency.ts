import { usageError } from '../../core/errors.ts'

/** @throws a usage error where a bill is not in US dollars: its amounts are nothing to add up with, or to put beside prices */
export function checkCurrency(code = ''): void {
  if (code === '' || code === 'USD' || code === 'N/A') return
  throw usageError(
    `the bill is in ${code}: only bills in US dollars can be read`,
    'leave the bill out: estimates are in US dollars',
  )
}
