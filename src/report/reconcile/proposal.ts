import { plainDigits } from '../../text/numbers.ts'
import { timeKey } from '../grouping.ts'
import type { PriceOverride } from '../prices/overrides.ts'
import type { Proposal } from './model.ts'
import type { BilledRate } from './rates.ts'

/** Prices of the user's own that the bill speaks for; null where it has those of the list. */
export function proposalOf(rates: readonly BilledRate[]): Proposal | null {
  if (rates.length === 0) return null
  const prices = new Map<string, PriceOverride[]>()
  for (const { key, region, discountPercent, from, to } of rates) {
    const override: PriceOverride = {
      ...(region !== undefined && { region }),
      ...(from !== undefined && { from: timeKey('day', from, 'UTC') }),
      ...(to !== undefined && { to: timeKey('day', to, 'UTC') }),
      discountPercent,
    }
    prices.set(key, [...(prices.get(key) ?? []), override])
  }
  const says = [...prices].flatMap(([key, overrides]) => overrides.map((override) => inWords(key, override)))
  return { says, prices: Object.fromEntries(prices) }
}

function inWords(key: string, { region, discountPercent = 0, from, to }: PriceOverride): string {
  const share = plainDigits(Number((1 - discountPercent / 100).toFixed(8)))
  const where = region === undefined ? '' : ` in ${region}`
  const when = `${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`}`
  return `you pay ${share} × the public price for ${key}${where}${when}`
}
