/** What each table of Data Exports may be asked for, with what it is where nothing is said (AWS: table dictionary). */
const PROPERTIES: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  [
    'COST_AND_USAGE_REPORT',
    {
      TIME_GRANULARITY: 'HOURLY',
      INCLUDE_RESOURCES: 'FALSE',
      INCLUDE_SPLIT_COST_ALLOCATION_DATA: 'FALSE',
      INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY: 'FALSE',
      INCLUDE_CAPACITY_RESERVATION_DATA: 'FALSE',
      INCLUDE_IAM_PRINCIPAL_DATA: 'FALSE',
    },
  ],
  ['FOCUS_1_2_AWS', { TIME_GRANULARITY: 'DAILY' }],
])

const list = (prefix: string, names: string) => names.split(' ').map((name) => `${prefix}_${name}`)

/** The columns of CUR 2.0 (AWS: table dictionary), without those that a property adds. */
const CUR_COLUMNS: ReadonlySet<string> = new Set([
  ...list(
    'bill',
    'bill_type billing_entity billing_period_end_date billing_period_start_date invoice_id invoicing_entity payer_account_id payer_account_name',
  ),
  ...['cost_category', 'discount', 'discount_bundled_discount', 'discount_total_discount'],
  ...['identity_line_item_id', 'identity_time_interval'],
  ...list(
    'line_item',
    'availability_zone blended_cost blended_rate currency_code legal_entity line_item_description line_item_type net_unblended_cost net_unblended_rate normalization_factor normalized_usage_amount operation product_code tax_type unblended_cost unblended_rate usage_account_id usage_account_name usage_amount usage_end_date usage_start_date usage_type user_identifier',
  ),
  ...list(
    'pricing',
    'currency lease_contract_length offering_class public_on_demand_cost public_on_demand_rate purchase_option rate_code rate_id term unit',
  ),
  ...['product', 'resource_tags', 'tags'],
  ...list(
    'product',
    'comment fee_code fee_description from_location from_location_type from_region_code instance_family instance_type instancesku location location_type operation pricing_unit product_family region_code servicecode sku to_location to_location_type to_region_code usagetype',
  ),
  ...list('reservation', 'amortized_upfront_cost_for_usage effective_cost net_effective_cost reservation_a_r_n'),
  ...list(
    'savings_plan',
    'net_savings_plan_effective_cost savings_plan_a_r_n savings_plan_effective_cost savings_plan_rate',
  ),
])

const ADDED: ReadonlyMap<string, string> = new Map([
  ['line_item_resource_id', 'INCLUDE_RESOURCES'],
  ['line_item_iam_principal', 'INCLUDE_IAM_PRINCIPAL_DATA'],
])

/** The properties of a table as they are kept: what was not said is filled in. Undefined where there is no such table or property. */
export function propertiesOf(
  table: string,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> | undefined {
  const known = PROPERTIES.get(table)
  const isKnown = (name: string) => name === 'BILLING_VIEW_ARN' || Object.hasOwn(known ?? {}, name)
  return known && Object.keys(given).every(isKnown) ? { ...known, ...given } : undefined
}

export function hasColumns(table: string, columns: readonly string[], properties: Record<string, string>): boolean {
  if (table !== 'COST_AND_USAGE_REPORT') return true
  return columns.every((column) => {
    const property = ADDED.get(column)
    return property === undefined ? CUR_COLUMNS.has(column) : properties[property] === 'TRUE'
  })
}
