import type { MonthlyCost } from '../core/change-report.ts'
import type { PlanItem } from '../core/plan.ts'
import { AWS_CHARGES, FREE } from '../report/calls.ts'
import { grouped, price } from '../text/numbers.ts'
import { type InUse, isMantle } from './use/in-use.ts'

/** Where the figures come from: no price is looked up, and other Regions have others. */
const LIST_PRICE = 'list price, us-east-1'
/** AWS bills budgets for their actions alone. */
const BUDGETS = 'list price'
/** AWS bills the bucket, not the export (pricing of AWS Data Exports). */
const EXPORTS = 'list price'

/** What a kind of resource is billed by: how much each time, and who says so; each resource once, or by its own units. */
interface Rate {
  what: string
  usdEach: number
  source: string
}

/** By the types of resources. All others are billed by use or not at all. */
const RATES: ReadonlyMap<string, Rate> = new Map([
  ['alarm', { what: 'alarm metric', usdEach: AWS_CHARGES.alarmMetric, source: LIST_PRICE }],
  ['composite-alarm', { what: 'composite alarm', usdEach: AWS_CHARGES.compositeAlarm, source: LIST_PRICE }],
  ['dashboard', { what: 'dashboard', usdEach: AWS_CHARGES.dashboard, source: LIST_PRICE }],
  ['budget', { what: 'budget without actions', usdEach: AWS_CHARGES.budgetWithoutActions, source: BUDGETS }],
  ['billing-export', { what: 'export of the bill', usdEach: 0, source: EXPORTS }],
])

/** Billed by use: what is known beforehand is the rate alone. List prices as above. */
const BY_USE: ReadonlyMap<string, string> = new Map([
  ['dashboard', `log widgets ${price(AWS_CHARGES.logsScanned)} a GB scanned`],
  [
    'log-group',
    `log group ${price(AWS_CHARGES.logsTakenIn)} a GB ingested, ${price(AWS_CHARGES.logsKept)} a GB-month kept`,
  ],
  ['s3-bucket', `bucket ${price(AWS_CHARGES.objectsKept)} a GB-month`],
  ['athena-workgroup', `Athena ${price(AWS_CHARGES.athenaScanned)} a TB scanned, at least 10 MB a query`],
  ['sns-topic', `e-mails ${price(AWS_CHARGES.emails)} per 100,000 after ${grouped(FREE.emailsAMonth)} a month`],
])

/**
 * What the resources of a plan cost a month at list prices, once it is carried out (`planned`) or as they stand now
 * (`standing`). The free tier is left out of the sum: it is per account and may be used up. What is billed by use is told by
 * its rate, since the size of a log record is not known before it is written, and by what is stored. Pure.
 */
export function monthlyCost(items: readonly PlanItem[], when: 'planned' | 'standing', inUse?: InUse): MonthlyCost {
  const counts = new Map<Rate, number>()
  const billed = items.filter(({ action, have }) =>
    when === 'planned' ? action === 'create' || (have !== undefined && action !== 'remove') : have !== undefined,
  )
  for (const { resource, have } of billed) {
    const rate = RATES.get(resource.type)
    const state: unknown = have && when === 'standing' ? have.state : resource.desired(have?.state)
    if (rate) counts.set(rate, (counts.get(rate) ?? 0) + (resource.billedUnits?.(state) ?? 1))
  }
  const lines = [...counts].map(([{ what, usdEach, source }, count]) => ({
    what,
    count,
    usdEach,
    usd: cents(count * usdEach),
    source,
  }))
  const types = new Set(billed.map(({ resource }) => resource.type))
  const byUse = [...BY_USE].flatMap(([type, rate]) => (types.has(type) ? [rate] : []))
  return {
    usd: cents(lines.reduce((sum, { usd }) => sum + usd, 0)),
    items: lines,
    notes: [
      ...(lines.some(({ usd }) => usd > 0) ? [FREE_TIER] : []),
      ...(byUse.length > 0 ? [`by use: ${byUse.join('; ')}`] : []),
      ...(byUse.length > 0 ? recordsNote(billed, inUse) : []),
    ],
  }
}

const FREE_TIER = `list prices of us-east-1; ${FREE.alarmMetrics} alarm metrics and ${FREE.dashboards} dashboards per account are free`

/** How many records there are, and how large those are that CloudWatch has counted. */
function recordsNote(items: readonly PlanItem[], inUse: InUse | undefined): string[] {
  const invocations = [...(inUse?.values() ?? [])]
    .flat()
    .filter((model) => !isMantle(model))
    .reduce((sum, model) => sum + model.invocations, 0)
  const stored = items.flatMap(({ resource: { type, region, holds }, have }) =>
    type === 'log-group' && have ? [`${holds?.(have.state) ?? 'nothing'} in ${region}`] : [],
  )
  const size = stored.length > 0 ? `log group: ${stored.join(', ')}` : 'how large, the log group shows once it is there'
  if (invocations === 0) return stored.length > 0 ? [size] : []
  return [`${grouped(invocations)} invocations in the last two weeks, each a log record; ${size}`]
}

/** Whole cents, which all rates are multiples of. */
function cents(usd: number): number {
  return Math.round(usd * 100) / 100
}
