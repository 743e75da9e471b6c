import { count } from '../text/numbers.ts'

/**
 * All that AWS charges for and this program makes or asks for, besides the models: list prices of us-east-1 in US dollars, as of
 * `AWS_CHARGES_AS_OF`. Other Regions have others; none is looked up. Free tiers are of the account and may be used up.
 */
export const AWS_CHARGES = {
  dashboard: 3,
  alarmMetric: 0.1,
  compositeAlarm: 0.5,
  budgetWithoutActions: 0,
  /** A gigabyte; kept is for a month. */
  logsTakenIn: 0.5,
  logsKept: 0.03,
  logsScanned: 0.005,
  objectsKept: 0.023,
  /** 1,000 of them. */
  metricsRequested: 0.01,
  metricListings: 0.01,
  bucketListings: 0.005,
  objectsFetched: 0.0004,
  /** 100,000 of them. */
  emails: 2,
  /** A million of them. */
  publishes: 0.5,
  /** A terabyte, and of each query at least ten megabytes. */
  athenaScanned: 5,
  costExplorer: 0.01,
} as const

export const AWS_CHARGES_AS_OF = 'November 2026'

/** So many of an account cost nothing. */
export const FREE = { alarmMetrics: 10, dashboards: 3, emailsAMonth: 1_000 } as const

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
  each: number
  source: string
}

const LIST_PRICE = 'list price, us-east-1'

function rate(unit: string, what: string, usd: number, each: number, source = LIST_PRICE): Rate {
  return { unit, what, usd, each, source }
}

export const RATES = {
  metrics: rate('metrics', 'metrics requested', AWS_CHARGES.metricsRequested, 1_000),
  metricListings: rate('metric-listings', 'listings of metrics', AWS_CHARGES.metricListings, 1_000),
  bytesScanned: rate('bytes-scanned', 'bytes scanned by Logs Insights', AWS_CHARGES.logsScanned, 1e9),
  athenaScanned: rate('athena-bytes', 'bytes scanned by Athena', AWS_CHARGES.athenaScanned, 1e12),
  s3Listings: rate('s3-listings', 'listings of the bucket', AWS_CHARGES.bucketListings, 1_000),
  costExplorer: rate(
    'cost-explorer-requests',
    'requests to Cost Explorer',
    AWS_CHARGES.costExplorer,
    1,
    'list price, all Regions',
  ),
  s3Gets: rate('s3-gets', 'objects fetched', AWS_CHARGES.objectsFetched, 1_000),
}

export function usdOf({ usd, each }: Rate, count: number): number {
  return (count / each) * usd
}

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

function nano(usd: number): number {
  return Math.round(usd * 1e9) / 1e9
}

/** AWS tells bytes as a double, and an answer may be spoilt. */
function whole(count: number): number {
  return Number.isSafeInteger(Math.round(count)) ? Math.max(0, Math.round(count)) : 0
}
