import type { Expression, GetCostAndUsageResponse, Group, GroupDefinition } from '@aws-sdk/client-cost-explorer'
import { usageError } from '../../../core/errors.ts'
import { classify, regionOfUsage } from '../../bill/classify.ts'
import { type BillLine, type CostMetric, checkCurrency } from '../../bill/line.ts'
import { isTimeGrouping } from '../../grouping.ts'
import { parseAmount, parseQuantity } from '../../money.ts'
import type { Question } from '../source.ts'

/** What has to be told apart besides the usage type, which every query groups by. @throws a usage error for what Cost Explorer cannot tell together */
export function wantedOf({ by, where = {} }: Pick<Question, 'by' | 'where'>) {
  const names = [...new Set([...by, ...Object.keys(where)])].filter((name) => !isTimeGrouping(name))
  const tags = names.filter((name) => /^(?:principal-)?tag:/.test(name))
  const [name, other] = tags
  if (other !== undefined) {
    throw usageError(
      `${tags.join(' and ')}: Cost Explorer groups by two keys, and the usage type is one of them`,
      'ask for one tag at a time',
    )
  }
  // A tag of who calls is activated, and named, apart from those of resources.
  const key = name?.replace(/^(principal-)?tag:/, (_, isPrincipal) => (isPrincipal ? 'iamPrincipal/' : ''))
  return {
    service: ['model', 'service', 'kind'].some((each) => names.includes(each)),
    account: names.includes('account'),
    ...(name !== undefined && key !== undefined && { tag: { name, key } }),
  }
}

export interface Scope {
  services: readonly string[]
  accounts: readonly string[]
  isAllAccounts: boolean
  recordTypes: readonly string[] | undefined
}

export interface Query {
  groupBy: GroupDefinition[]
  filter: Expression
  service?: string
  account?: string
}

/** The fewest queries. They group by usage type and one thing more; what else is wanted makes a query a value. */
export function queriesOf(wanted: ReturnType<typeof wantedOf>, scope: Scope): Query[] {
  const { services, accounts, isAllAccounts, recordTypes } = scope
  const isPlural = wanted.account && accounts.length > 1
  const isByAccount = isPlural && !wanted.tag && (!wanted.service || accounts.length > services.length)
  const isByService = !wanted.tag && !isByAccount
  const second: GroupDefinition = wanted.tag
    ? { Type: 'TAG', Key: wanted.tag.key }
    : { Type: 'DIMENSION', Key: isByAccount ? 'LINKED_ACCOUNT' : 'SERVICE' }
  const ofServices: (string | undefined)[] = wanted.service && !isByService ? [...services] : [undefined]
  const ofAccounts: (string | undefined)[] = isPlural && !isByAccount ? [...accounts] : [undefined]
  const [only] = accounts.length === 1 ? accounts : []
  return ofServices.flatMap((service) =>
    ofAccounts.map((account = only): Query => {
      const filtered = account === undefined ? accounts : [account]
      const isOfAll = isAllAccounts && filtered.length === accounts.length
      return {
        groupBy: [second, { Type: 'DIMENSION', Key: 'USAGE_TYPE' }],
        filter: allOf([
          equals('SERVICE', service === undefined ? services : [service]),
          ...(recordTypes ? [equals('RECORD_TYPE', recordTypes)] : []),
          ...(isOfAll ? [] : [equals('LINKED_ACCOUNT', filtered)]),
        ]),
        ...(service !== undefined && { service }),
        ...(account !== undefined && { account }),
      }
    }),
  )
}

/** Values are whole and as AWS writes them: there is no other match. */
export function equals(Key: 'SERVICE' | 'RECORD_TYPE' | 'LINKED_ACCOUNT', values: readonly string[]): Expression {
  return { Dimensions: { Key, Values: [...values] } }
}

/** `And` takes no less than two. */
function allOf(filters: readonly Expression[]): Expression {
  const [only, ...others] = filters
  return only && others.length === 0 ? only : { And: [...filters] }
}

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
