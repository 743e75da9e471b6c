import type { GetCostAndUsageResponse, Group } from '@aws-sdk/client-cost-explorer'
import { classify, regionOfUsage } from '../../bill/classify.ts'
import { parseAmount, parseQuantity } from '../../bill/decimal.ts'
import { type BillLine, type CostMetric, checkCurrency } from '../../bill/line.ts'
import type { Query } from './plan.ts'

export const METRICS: ReadonlyMap<CostMetric, string> = new Map([
  ['unblended', 'UnblendedCost'],
  ['net', 'NetUnblendedCost'],
  ['amortized', 'AmortizedCost'],
  ['net-amortized', 'NetAmortizedCost'],
])

export function linesOf(
  { ResultsByTime = [] }: GetCostAndUsageResponse,
  { groupBy: [second], service, account }: Query,
  tag: { name: string; key: string } | undefined,
  metric: CostMetric,
): BillLine[] {
  return ResultsByTime.flatMap(({ TimePeriod, Groups = [] }) =>
    Groups.flatMap((group): BillLine[] => {
      const [value = '', usageType = ''] = group.Keys ?? []
      const line = lineOf(group, TimePeriod?.Start, metric, {
        usageType,
        service: service ?? (second?.Key === 'SERVICE' ? value : ''),
        account: account ?? (second?.Key === 'LINKED_ACCOUNT' ? value : ''),
      })
      if (line.amounts[metric] === 0n && line.quantity === 0) return []
      return [tag ? { ...line, tags: new Map([[tag.name, value.slice(tag.key.length + 1)]]) } : line]
    }),
  )
}

/** No model costs as much by the thousand tokens. US dollars. */
const BEYOND_THOUSANDS = 0.15

export function lineOf(
  { Metrics = {} }: Group,
  day = '',
  metric: CostMetric,
  { service = '', usageType = '', account = '' } = {},
): BillLine {
  const told = new Map(Object.entries(Metrics))
  const { Amount: quantity = '', Unit = '' } = told.get('UsageQuantity') ?? {}
  const cost = told.get(METRICS.get(metric) ?? '')
  checkCurrency(cost?.Unit)
  const amount = parseAmount(cost?.Amount ?? '') ?? null
  // Cost Explorer may leave units out. AWS's own models are billed by the thousand tokens, and newer ones by the million.
  const rate = Number(amount ?? 0n) / 1e18 / Number(quantity)
  const unit = Unit === 'N/A' ? (rate > BEYOND_THOUSANDS ? '1M tokens' : '') : Unit
  const { unitDigits, ...classified } = classify({ service, usageType, unit })
  return {
    ...classified,
    start: Date.parse(day),
    account,
    region: regionOfUsage(usageType),
    service,
    usageType,
    quantity: parseQuantity(quantity, unitDigits) ?? 0,
    amounts: { unblended: null, net: null, amortized: null, 'net-amortized': null, list: null, [metric]: amount },
    principal: '',
  }
}
