/**
 * The rules of FOCUS for a table of Cost and Usage, written from the standard and not from the program: what is wrong with a CSV
 * that has been taken apart into records. Empty is null.
 */
export type FocusRecord = Readonly<Record<string, string>>
export type Version = '1.2' | '1.4'

const COMMON =
  `AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingAccountType BillingCurrency BillingPeriodEnd
  BillingPeriodStart CapacityReservationId CapacityReservationStatus ChargeCategory ChargeClass ChargeDescription ChargeFrequency
  ChargePeriodEnd ChargePeriodStart CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName
  CommitmentDiscountQuantity CommitmentDiscountStatus CommitmentDiscountType CommitmentDiscountUnit ConsumedQuantity ConsumedUnit
  ContractedCost ContractedUnitPrice EffectiveCost InvoiceId InvoiceIssuerName ListCost ListUnitPrice PricingCategory PricingCurrency
  PricingCurrencyContractedUnitPrice PricingCurrencyEffectiveCost PricingCurrencyListUnitPrice PricingQuantity PricingUnit RegionId
  RegionName ResourceId ResourceName ResourceType ServiceCategory ServiceName ServiceSubcategory SkuId SkuMeter SkuPriceDetails
  SkuPriceId SubAccountId SubAccountName SubAccountType Tags`.split(/\s+/)

const ONLY: Readonly<Record<Version, readonly string[]>> = {
  '1.2': ['ProviderName', 'PublisherName'],
  '1.4':
    `ServiceProviderName HostProviderName AllocatedMethodId AllocatedMethodDetails AllocatedResourceId AllocatedResourceName
    AllocatedTags ContractApplied CommitmentProgramEligibilityDetails InvoiceDetailId`.split(/\s+/),
}

/** Every column that there is in a version. */
export function columnsIn(version: Version): readonly string[] {
  return [...COMMON, ...ONLY[version]]
}

const NOT_NULL =
  `BilledCost BillingAccountId BillingCurrency BillingPeriodEnd BillingPeriodStart ChargeCategory ChargeDescription
  ChargePeriodEnd ChargePeriodStart ContractedCost EffectiveCost InvoiceIssuerName ListCost ServiceCategory ServiceName`.split(
    /\s+/,
  )
const MAY_BE_NULL = ['BillingAccountName', 'ChargeClass', 'PricingQuantity', 'PricingUnit']
const PROVIDERS: Readonly<Record<Version, readonly string[]>> = {
  '1.2': ['ProviderName', 'PublisherName'],
  '1.4': ['ServiceProviderName', 'HostProviderName'],
}

const ALLOWED: readonly (readonly [string, readonly string[]])[] = [
  ['ChargeCategory', ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment']],
  ['ChargeClass', ['', 'Correction']],
  ['ChargeFrequency', ['', 'One-Time', 'Recurring', 'Usage-Based']],
  ['PricingCategory', ['', 'Standard', 'Dynamic', 'Committed', 'Other']],
  ['ServiceCategory', ['AI and Machine Learning']],
  [
    'ServiceSubcategory',
    [
      'AI Platforms',
      'Bots',
      'Generative AI',
      'Machine Learning',
      'Natural Language Processing',
      'Other (AI and Machine Learning)',
    ],
  ],
  ['BillingCurrency', ['USD']],
]

const COSTS = ['BilledCost', 'EffectiveCost', 'ContractedCost', 'ListCost']
const DECIMALS = [...COSTS, 'ListUnitPrice', 'ContractedUnitPrice', 'PricingQuantity', 'ConsumedQuantity']
const TIMES = ['BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd']
/** Null where there is no price. */
const OF_PRICES = [
  'ListUnitPrice',
  'ContractedUnitPrice',
  'PricingQuantity',
  'PricingUnit',
  'PricingCategory',
  'SkuPriceDetails',
]

/** What is wrong, each with its row and column; nothing is right. */
export function focusFaults(columns: readonly string[], records: readonly FocusRecord[], version: Version): string[] {
  const needed = [...NOT_NULL, ...MAY_BE_NULL, ...PROVIDERS[version]]
  const known = new Set(columnsIn(version))
  return [
    ...needed.filter((name) => !columns.includes(name)).map((name) => `${name} is missing`),
    ...columns
      .filter((name) => !known.has(name) && !/^x_[A-Z][A-Za-z0-9]*$/.test(name))
      .map((name) => `${name} is no column of ${version}`),
    ...columns.filter((name, index) => columns.indexOf(name) !== index).map((name) => `${name} is there twice`),
    ...['ListUnitPrice', 'ContractedUnitPrice']
      .filter((name) => columns.includes(name) && records.length > 0 && records.every((record) => record[name] === ''))
      .map((name) => `${name} is null in every row`),
    ...records.flatMap((record, row) => rowFaults(record, version).map((fault) => `row ${row}: ${fault}`)),
  ]
}

function rowFaults(record: FocusRecord, version: Version): string[] {
  const of = (name: string) => record[name] ?? ''
  const isNull = (name: string) => of(name) === ''
  const faults: string[] = []
  const must = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault)
  }
  for (const name of [...NOT_NULL, ...PROVIDERS[version]]) must(!isNull(name), `${name} is null`)
  for (const [name, values] of ALLOWED) must(values.includes(of(name)), `${name} is '${of(name)}'`)
  for (const name of DECIMALS)
    must(isNull(name) || /^-?\d+(\.\d+)?$/.test(of(name)), `${name} is no decimal: ${of(name)}`)
  for (const name of TIMES) {
    must(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(of(name)), `${name} is no time of UTC: ${of(name)}`)
  }
  for (const name of ['ConsumedUnit', 'PricingUnit']) {
    must(isNull(name) || /^(?:\d+ )?[A-Z][a-z]+s$/.test(of(name)), `${name} is no unit: ${of(name)}`)
  }
  for (const name of ['Tags', 'SkuPriceDetails'])
    must(isNull(name) || isObject(of(name)), `${name} is no object: ${of(name)}`)

  const [from, to] = [of('BillingPeriodStart'), of('BillingPeriodEnd')]
  const next = new Date(from)
  next.setUTCMonth(next.getUTCMonth() + 1)
  must(
    /-01T00:00:00Z$/.test(from) && next.getTime() === Date.parse(to),
    `the billing period is no month: ${from} to ${to}`,
  )
  must(of('ChargePeriodStart') < of('ChargePeriodEnd'), 'the charge period has no length')
  must(from <= of('ChargePeriodStart') && of('ChargePeriodEnd') <= to, 'the charge period is not in its billing period')

  const isPriced = !isNull('SkuPriceId')
  for (const name of OF_PRICES) {
    must(isPriced || isNull(name), `${name} without SkuPriceId`)
    must(!isPriced || !isNull(name), `${name} is null although there is a price`)
  }
  must(isNull('SkuId') === isNull('SkuMeter'), 'SkuId and SkuMeter go together')
  must(!isPriced || !isNull('SkuId'), 'SkuPriceId without SkuId')
  must(isNull('ConsumedQuantity') === isNull('ConsumedUnit'), 'ConsumedQuantity and its unit go together')
  must(isNull('PricingQuantity') === isNull('PricingUnit'), 'PricingQuantity and its unit go together')
  must(isNull('RegionId') === isNull('RegionName'), 'RegionId and RegionName go together')
  must(isNull('ResourceId') === isNull('ResourceType'), 'ResourceId and ResourceType go together')
  for (const [cost, price] of [
    ['ListCost', 'ListUnitPrice'],
    ['ContractedCost', 'ContractedUnitPrice'],
  ] as const) {
    if (isNull(price) || isNull('PricingQuantity')) continue
    const product = exact(of(price), 18) * exact(of('PricingQuantity'), 18)
    must(product === exact(of(cost), 36), `${cost} is not ${price} times PricingQuantity`)
  }
  must(isNull('ListUnitPrice') || !of('ListUnitPrice').startsWith('-'), 'ListUnitPrice is below zero')
  if (of('ChargeCategory') !== 'Usage') must(isNull('ConsumedQuantity'), 'ConsumedQuantity of what is no use')
  if (of('ChargeCategory') === 'Tax') {
    for (const name of ['SkuId', 'SkuPriceId', 'ResourceId']) must(isNull(name), `${name} of a tax`)
  }
  if (of('ChargeCategory') === 'Purchase') must(of('ChargeFrequency') !== 'Usage-Based', 'a purchase by use')
  return faults
}

/** A plain decimal in units of a last decimal. */
export function exact(text: string, decimals: number): bigint {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  const size = BigInt(whole + fraction.padEnd(decimals, '0'))
  return sign === '-' ? -size : size
}

function isObject(text: string): boolean {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
