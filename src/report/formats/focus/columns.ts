import { FOCUS_VERSIONS, type FocusVersion } from './asked.ts'

/** How the values of a column are written. Decimals are exact: a whole number of units of the last one. */
export type ColumnType = 'text' | 'flag' | 'time' | { decimals: number; digits: number }

export interface Column {
  name: string
  type: ColumnType
  /** Left out where no row has a value, as the standard wants of unit prices. */
  isOfPrice?: true
}

/** Of a column: text, a flag, a moment (ms since the epoch) or units of the last decimal. */
export type Value = string | boolean | number | bigint | null
/** A row, by the names of columns; what it does not have is null. */
export type FocusRow = ReadonlyMap<string, Value>

/** Atto-dollars; pico-dollars; millionths; whole ones. */
const COST = { decimals: 18, digits: 38 }
const PRICE = { decimals: 12, digits: 24 }
const QUANTITY = { decimals: 6, digits: 20 }
const COUNT = { decimals: 0, digits: 20 }

/** Those of FOCUS of which something is known, in the order of the standard, and this program's own. */
const COLUMNS: readonly (Column & { version?: FocusVersion })[] = [
  { name: 'BilledCost', type: COST },
  { name: 'BillingAccountId', type: 'text' },
  { name: 'BillingAccountName', type: 'text' },
  { name: 'BillingCurrency', type: 'text' },
  { name: 'BillingPeriodEnd', type: 'time' },
  { name: 'BillingPeriodStart', type: 'time' },
  { name: 'ChargeCategory', type: 'text' },
  { name: 'ChargeClass', type: 'text' },
  { name: 'ChargeDescription', type: 'text' },
  { name: 'ChargeFrequency', type: 'text' },
  { name: 'ChargePeriodEnd', type: 'time' },
  { name: 'ChargePeriodStart', type: 'time' },
  { name: 'ConsumedQuantity', type: COUNT },
  { name: 'ConsumedUnit', type: 'text' },
  { name: 'ContractedCost', type: COST },
  { name: 'ContractedUnitPrice', type: PRICE, isOfPrice: true },
  { name: 'EffectiveCost', type: COST },
  { name: 'HostProviderName', type: 'text', version: '1.4' },
  { name: 'InvoiceIssuerName', type: 'text' },
  { name: 'ListCost', type: COST },
  { name: 'ListUnitPrice', type: PRICE, isOfPrice: true },
  { name: 'PricingCategory', type: 'text' },
  { name: 'PricingQuantity', type: QUANTITY },
  { name: 'PricingUnit', type: 'text' },
  { name: 'ProviderName', type: 'text', version: '1.2' },
  { name: 'PublisherName', type: 'text', version: '1.2' },
  { name: 'RegionId', type: 'text' },
  { name: 'RegionName', type: 'text' },
  { name: 'ResourceId', type: 'text' },
  { name: 'ResourceName', type: 'text' },
  { name: 'ResourceType', type: 'text' },
  { name: 'ServiceCategory', type: 'text' },
  { name: 'ServiceName', type: 'text' },
  { name: 'ServiceProviderName', type: 'text', version: '1.4' },
  { name: 'ServiceSubcategory', type: 'text' },
  { name: 'SkuId', type: 'text' },
  { name: 'SkuMeter', type: 'text' },
  { name: 'SkuPriceDetails', type: 'text' },
  { name: 'SkuPriceId', type: 'text' },
  { name: 'SubAccountId', type: 'text' },
  { name: 'SubAccountName', type: 'text' },
  { name: 'Tags', type: 'text' },
  { name: 'x_ModelId', type: 'text' },
  { name: 'x_ModelProvider', type: 'text' },
  { name: 'x_TokenType', type: 'text' },
  { name: 'x_ServiceTier', type: 'text' },
  { name: 'x_InvocationCount', type: COUNT },
  { name: 'x_PriceSource', type: 'text' },
  { name: 'x_Estimated', type: 'flag' },
  { name: 'x_Unpriced', type: 'flag' },
]

/**
 * The columns of a file.
 * @param own of what the report is grouped by besides
 * @param isPriced some row has unit prices
 */
export function columnsOf(version: string = FOCUS_VERSIONS[0], own: readonly string[], isPriced: boolean): Column[] {
  const all: typeof COLUMNS = [...COLUMNS, ...own.map((name) => ({ name, type: 'text' }) as const)]
  return all.filter(({ isOfPrice, version: only = version }) => only === version && (!isOfPrice || isPriced))
}
