import type { BilledUnit } from '../core/events.ts'

/** What a report's own calls cost, US dollars: a bound from above, since free tiers are per account and may be used up. */
export interface CallCost {
  usd: number
  items: { what: string; count: number; usd: number; source: string }[]
}

interface Rate {
  what: string
  usd: number
  /** Units that the price is for. */
  each: number
  source: string
}

/** No price is looked up, and other Regions have others. */
const LIST_PRICE = 'list price, us-east-1'

const RATES: Record<BilledUnit, Rate> = {
  metrics: { what: 'metrics requested', usd: 0.01, each: 1_000, source: LIST_PRICE },
  'metric-listings': { what: 'listings of metrics', usd: 0.01, each: 1_000, source: LIST_PRICE },
  'bytes-scanned': { what: 'bytes scanned by Logs Insights', usd: 0.005, each: 1e9, source: LIST_PRICE },
  's3-listings': { what: 'listings of the bucket', usd: 0.005, each: 1_000, source: LIST_PRICE },
  's3-gets': { what: 'objects fetched', usd: 0.0004, each: 1_000, source: LIST_PRICE },
}

/** Prices what was asked for, over all Regions. Pure. */
export function callCost(billed: readonly ReadonlyMap<BilledUnit, number>[]): CallCost {
  const items = (Object.keys(RATES) as BilledUnit[]).flatMap((unit) => {
    const count = whole(billed.reduce((sum, counts) => sum + (counts.get(unit) ?? 0), 0))
    const { what, usd, each, source } = RATES[unit]
    return count === 0 ? [] : [{ what, count, usd: nano((count * usd) / each), source }]
  })
  return { usd: nano(items.reduce((sum, { usd }) => sum + usd, 0)), items }
}

/** To the nano-dollar, as all of the report's money. */
function nano(usd: number): number {
  return Math.round(usd * 1e9) / 1e9
}

/** AWS tells bytes as a double, and an answer may be spoilt. */
function whole(count: number): number {
  return Number.isSafeInteger(Math.round(count)) ? Math.max(0, Math.round(count)) : 0
}
