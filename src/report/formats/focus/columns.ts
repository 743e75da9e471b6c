import type { ChargeLine } from '../../charges.ts'
import type { GroupKey } from '../../model.ts'
import type { AttoUsd } from '../../money.ts'
import { FOCUS_VERSIONS, type FocusVersion } from './asked.ts'

/** How the values of a column are written. Decimals are exact: a whole number of units of the last one. */
export type ColumnType = 'text' | 'flag' | 'time' | { decimals: number; digits: number }
/** Of a column: text, a flag, a moment (ms since the epoch) or units of the last decimal. */
export type Value = string | boolean | number | bigint | null

/** What a row is of: use, or what a bill adds or takes off apart from it. */
export interface FocusCharge {
  /** Ms since the epoch. */
  start: number
  end: number
  account: string
  accountName: string | null
  category: string
  description: string
  frequency: string
  service: string
  cost: AttoUsd
  listCost: AttoUsd
  source: string | null
  isEstimated: boolean
  isUnpriced: boolean
  use?: FocusUse
}

export interface FocusUse {
  key: GroupKey
  line: ChargeLine
  /** Null where it is told with another charge of the same calls. */
  invocations: number | null
  unit: FocusUnit | undefined
  sku: string | null
  meter: string
  tier: string | null
  provider: string | null
  resource: { id: string; name: string; type: string } | null
  tags: string | null
}

/** The unit of the standard, that of the price, and millionths of the latter that one thing is. */
export interface FocusUnit {
  consumed: string
  priced: string
  millionths: bigint
}

export interface Column {
  name: string
  type: ColumnType
  of(charge: FocusCharge): Value | undefined
  /** Left out where no row has a value, as the standard wants of unit prices. */
  isOfPrice?: true
  version?: FocusVersion
}

const AWS = 'Amazon Web Services'
/** FOCUS has to have an account in every row, and files of records may name none. */
const NO_ACCOUNT = 'unknown'

/** Atto-dollars; pico-dollars; millionths; whole ones. */
const COST = { decimals: 18, digits: 38 }
const PRICE = { decimals: 12, digits: 24 }
const QUANTITY = { decimals: 6, digits: 20 }
const COUNT = { decimals: 0, digits: 20 }

/** What stands only where the list has the price: without one the standard wants none of what belongs to it. */
const priced = (of: (line: ChargeLine, unit: FocusUnit, use: FocusUse) => Value): Column['of'] => {
  return ({ use }) => (use?.unit && hasUnitPrice(use.line) ? of(use.line, use.unit, use) : null)
}
// An atto-dollar a token is a pico-dollar a million of them.
const each = (amount: AttoUsd | null, { millionths }: FocusUnit) => (amount === null ? null : amount / millionths)
const ofKey = (name: string): Column['of'] => {
  return ({ use }) => use?.key[name] || null
}
const counted = (count: number | null | undefined) => (typeof count === 'number' ? BigInt(count) : null)
const overOf = ({ terms: { promptOver } }: ChargeLine) => (promptOver > 0 ? `/over-${promptOver}` : '')

export function hasUnitPrice({ rate, listRate }: ChargeLine): boolean {
  return rate !== null && listRate !== null
}

function monthAt(moment: number, more: number): number {
  const at = new Date(moment)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + more)
}

function priceDetails({ terms: { tier, promptOver } }: ChargeLine): string {
  return JSON.stringify({ x_ServiceTier: tier, ...(promptOver > 0 && { x_PromptOver: promptOver }) })
}

/** Those of FOCUS of which something is known, in the order of the standard, and this program's own. */
const COLUMNS: readonly Column[] = [
  { name: 'BilledCost', type: COST, of: ({ cost }) => cost },
  { name: 'BillingAccountId', type: 'text', of: ({ account }) => account || NO_ACCOUNT },
  { name: 'BillingAccountName', type: 'text', of: ({ accountName }) => accountName },
  { name: 'BillingCurrency', type: 'text', of: () => 'USD' },
  { name: 'BillingPeriodEnd', type: 'time', of: ({ start }) => monthAt(start, 1) },
  { name: 'BillingPeriodStart', type: 'time', of: ({ start }) => monthAt(start, 0) },
  { name: 'ChargeCategory', type: 'text', of: ({ category }) => category },
  { name: 'ChargeClass', type: 'text', of: () => null },
  { name: 'ChargeDescription', type: 'text', of: ({ description }) => description },
  { name: 'ChargeFrequency', type: 'text', of: ({ frequency }) => frequency },
  { name: 'ChargePeriodEnd', type: 'time', of: ({ end }) => end },
  { name: 'ChargePeriodStart', type: 'time', of: ({ start }) => start },
  { name: 'ConsumedQuantity', type: COUNT, of: ({ use }) => counted(use?.unit && use.line.quantity) },
  { name: 'ConsumedUnit', type: 'text', of: ({ use }) => use?.unit?.consumed },
  { name: 'ContractedCost', type: COST, of: ({ cost }) => cost },
  { name: 'ContractedUnitPrice', type: PRICE, isOfPrice: true, of: priced(({ rate }, unit) => each(rate, unit)) },
  { name: 'EffectiveCost', type: COST, of: ({ cost }) => cost },
  { name: 'HostProviderName', type: 'text', version: '1.4', of: () => AWS },
  { name: 'InvoiceIssuerName', type: 'text', of: () => AWS },
  { name: 'ListCost', type: COST, of: ({ listCost }) => listCost },
  { name: 'ListUnitPrice', type: PRICE, isOfPrice: true, of: priced(({ listRate }, unit) => each(listRate, unit)) },
  { name: 'PricingCategory', type: 'text', of: priced(() => 'Standard') },
  { name: 'PricingQuantity', type: QUANTITY, of: priced((line, unit) => BigInt(line.quantity) * unit.millionths) },
  { name: 'PricingUnit', type: 'text', of: priced((_, unit) => unit.priced) },
  { name: 'ProviderName', type: 'text', version: '1.2', of: () => AWS },
  { name: 'PublisherName', type: 'text', version: '1.2', of: () => AWS },
  { name: 'RegionId', type: 'text', of: ofKey('region') },
  { name: 'RegionName', type: 'text', of: ofKey('region') },
  { name: 'ResourceId', type: 'text', of: ({ use }) => use?.resource?.id },
  { name: 'ResourceName', type: 'text', of: ({ use }) => use?.resource?.name },
  { name: 'ResourceType', type: 'text', of: ({ use }) => use?.resource?.type },
  { name: 'ServiceCategory', type: 'text', of: () => 'AI and Machine Learning' },
  { name: 'ServiceName', type: 'text', of: ({ service }) => service },
  { name: 'ServiceProviderName', type: 'text', version: '1.4', of: () => AWS },
  { name: 'ServiceSubcategory', type: 'text', of: () => 'Generative AI' },
  { name: 'SkuId', type: 'text', of: ({ use }) => use?.sku },
  { name: 'SkuMeter', type: 'text', of: ({ use }) => (use?.sku ? use.meter : null) },
  { name: 'SkuPriceDetails', type: 'text', of: priced(priceDetails) },
  {
    name: 'SkuPriceId',
    type: 'text',
    of: priced((line, _, { sku }) => `${sku}/${line.terms.tier}${overOf(line)}`),
  },
  { name: 'SubAccountId', type: 'text', of: ({ use, account }) => use && (account || NO_ACCOUNT) },
  { name: 'SubAccountName', type: 'text', of: ({ use, accountName }) => use && accountName },
  { name: 'Tags', type: 'text', of: ({ use }) => use?.tags },
  { name: 'x_ModelId', type: 'text', of: ofKey('model') },
  { name: 'x_ModelProvider', type: 'text', of: ({ use }) => use?.provider },
  {
    name: 'x_TokenType',
    type: 'text',
    of: ({ use }) => (use?.line.kind.unit === 'tokens' ? use.line.kind.name : null),
  },
  { name: 'x_ServiceTier', type: 'text', of: ({ use }) => use?.tier },
  { name: 'x_InvocationCount', type: COUNT, of: ({ use }) => counted(use?.invocations) },
  { name: 'x_PriceSource', type: 'text', of: ({ source }) => source },
  { name: 'x_Estimated', type: 'flag', of: ({ isEstimated }) => isEstimated },
  { name: 'x_Unpriced', type: 'flag', of: ({ isUnpriced }) => isUnpriced },
]

/** Columns of this program for what a report may be grouped by; of all others by the names themselves. */
const OWN: ReadonlyMap<string, string> = new Map([['identity', 'x_PrincipalArn']])
/** Groupings that are in columns of the standard, or in those of every row; `metadata:team` is in `Tags`. */
const TOLD = new Set(['hour', 'day', 'account', 'region', 'model', 'profile', 'service', 'tier'])

/**
 * The columns of a file: of what the report is grouped by besides, `team` is in `x_Team`.
 * @param isPriced some row has unit prices
 */
export function columnsOf(version: string = FOCUS_VERSIONS[0], by: readonly string[], isPriced: boolean): Column[] {
  const pascal = (name: string) =>
    name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter) => letter.toUpperCase())
  const own = by
    .filter((name) => !TOLD.has(name) && !name.includes(':'))
    .map((name): Column => ({ name: OWN.get(name) ?? `x_${pascal(name)}`, type: 'text', of: ofKey(name) }))
  return [...COLUMNS, ...own].filter(
    ({ isOfPrice, version: only = version }) => only === version && (!isOfPrice || isPriced),
  )
}
