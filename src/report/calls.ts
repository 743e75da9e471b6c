import { count } from '../text/numbers.ts'
import { AWS_CHARGES } from './aws-charges.ts'

/** What a report's own calls cost, US dollars: a bound from above, since free tiers are per account and may be used up. */
export interface CallCost {
  usd: number
  items: { what: string; count: number; usd: number; source: string }[]
}

/** What AWS bills a kind of call by, and for how much. */
export interface Rate {
  /** As `billed` events name it. */
  unit: string
  what: string
  usd: number
  /** Units that the price is for. */
  each: number
  source: string
}

/** No price is looked up, and other Regions have others. */
const LIST_PRICE = 'list price, us-east-1'

const rate = (unit: string, what: string, usd: number, each: number): Rate => ({
  unit,
  what,
  usd,
  each,
  source: LIST_PRICE,
})

export const RATES = {
  metrics: rate('metrics', 'metrics requested', AWS_CHARGES.metricsRequested, 1_000),
  metricListings: rate('metric-listings', 'listings of metrics', AWS_CHARGES.metricListings, 1_000),
  bytesScanned: rate('bytes-scanned', 'bytes scanned by Logs Insights', AWS_CHARGES.logsScanned, 1e9),
  athenaScanned: rate('athena-bytes', 'bytes scanned by Athena', AWS_CHARGES.athenaScanned, 1e12),
  s3Listings: rate('s3-listings', 'listings of the bucket', AWS_CHARGES.bucketListings, 1_000),
  costExplorer: {
    ...rate('cost-explorer-requests', 'requests to Cost Explorer', AWS_CHARGES.costExplorer, 1),
    source: 'list price, all Regions',
  },
  s3Gets: rate('s3-gets', 'objects fetched', AWS_CHARGES.objectsFetched, 1_000),
}

/** What so many of them cost, unrounded. */
export function usdOf({ usd, each }: Rate, count: number): number {
  return (count / each) * usd
}

/** Prices what was asked for, over all Regions. Pure. */
export function callCost(billed: readonly ReadonlyMap<string, number>[], rates: readonly Rate[]): CallCost {
  const items = rates.flatMap(({ unit, what, usd, each, source }) => {
    const units = whole(billed.reduce((sum, counts) => sum + (counts.get(unit) ?? 0), 0))
    return units === 0 ? [] : [{ what, count: units, usd: nano((units * usd) / each), source }]
  })
  return { usd: nano(items.reduce((sum, { usd }) => sum + usd, 0)), items }
}

/** "132 metrics requested, 1 listing of metrics" */
export function itemsText({ items }: CallCost): string {
  return items.map((item) => count(item.count, item.what.replace(/s\b/, ''), item.what)).join(', ')
}

/** To the nano-dollar, as all of the report's money. */
function nano(usd: number): number {
  return Math.round(usd * 1e9) / 1e9
}

/** AWS tells bytes as a double, and an answer may be spoilt. */
function whole(count: number): number {
  return Number.isSafeInteger(Math.round(count)) ? Math.max(0, Math.round(count)) : 0
}
