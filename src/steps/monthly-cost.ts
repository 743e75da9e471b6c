import type { MonthlyCost } from '../core/change-report.ts'
import type { PlanItem } from '../core/plan.ts'
import { AWS_CHARGES, FREE } from '../report/calls.ts'
import { grouped, price } from '../text/numbers.ts'
import { type InUse, isMantle } from './use/in-use.ts'

/** Where the figures come from: no price is looked up, and other Regions have others. */
const LIST_PRICE = 'list price, us-east-1'
/** AWS bills budgets for their actions alone, and of an export the bucket (pricing of AWS Data Exports). */
const EVERYWHERE = 'list price'

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
  ['budget', { what: 'budget without actions', usdEach: AWS_CHARGES.budgetWithoutActions, source: EVERYWHERE }],
  ['billing-export', { what: 'export of the bill', usdEach: 0, source: EVERYWHERE }],
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

/** At list prices, as carried out or as they stand. The free tier is left out; what is billed by use is told by its rate. Pure. */
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

function recordsNote(items: readonly PlanItem[], inUse: InUse | undefined): string[] {
  const invocations = [...(inUse?.values() ?? [])]
    .flat()
    .filter((model) => !isMantle(model))
    .reduce((sum, model) => sum + model.invocations, 0)
  const stored = items.flatMap(({ resource: { type, region, holds }, have }) =>
    type === 'log-group' && have ? [`${holds?.(have.state) ?? 'nothing'} in ${region}`] : [],
  )
  const size = stored.length > 0 ? `log group: ${stored.join(', ')}` : 'their size is known once the log group exists'
  if (invocations === 0) return stored.length > 0 ? [size] : []
  return [`${grouped(invocations)} invocations in the last two weeks, one log record each; ${size}`]
}

/** Whole cents, which all rates are multiples of. */
const cents = (usd: number): number => Math.round(usd * 100) / 100
