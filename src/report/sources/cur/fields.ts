import { usageError } from '../../../core/errors.ts'
import type { Adjustment } from '../../bill/line.ts'
import type { AttoUsd } from '../../money.ts'
import type { Table } from './batch.ts'

export const TELLING_FIELDS = [
  'service',
  'code',
  'usageType',
  'operation',
  'description',
  'model',
  'productName',
  'inferenceType',
  'feature',
  'unit',
] as const

/** What the reader needs to know of a line, whichever export it is from. */
export const TEXT_FIELDS = ['account', 'region', ...TELLING_FIELDS, 'lineType', 'correction', 'principal'] as const
export type TextField = (typeof TEXT_FIELDS)[number]

export const AMOUNT_FIELDS = [
  'quantity',
  'unblended',
  'net',
  'list',
  'netAmortized',
  'savingsPlan',
  'netSavingsPlan',
  'reservation',
  'netReservation',
] as const
export type AmountField = (typeof AMOUNT_FIELDS)[number]

/** What is looked at of a line, or of all of a file, and is not kept. */
type Looked = 'start' | 'end' | 'payer' | 'period' | 'family' | 'entity' | 'invoice' | 'currency' | 'estimated'
type Field = TextField | AmountField | Looked

/**
 * In which columns of an export a field stands, the first that has a value; `product.model` is a key of a column of maps, which
 * older reports have as a column of its own.
 */
export interface Form {
  name: 'CUR' | 'FOCUS'
  /** Without these it cannot be read. */
  needs: readonly string[]
  /** What each line has to have. */
  cost: AmountField
  fields: ReadonlyMap<Field, readonly string[]>
}

const fieldsOf = (fields: Partial<Record<Field, string>>): Form['fields'] =>
  new Map(Object.entries(fields).map(([field, columns]) => [field as Field, columns.split(' ')]))

const CUR: Form = {
  name: 'CUR',
  needs: ['line_item_usage_start_date', 'line_item_unblended_cost', 'line_item_product_code', 'line_item_usage_type'],
  cost: 'unblended',
  fields: fieldsOf({
    start: 'line_item_usage_start_date',
    end: 'line_item_usage_end_date',
    payer: 'bill_payer_account_id',
    period: 'bill_billing_period_start_date',
    invoice: 'bill_invoice_id',
    currency: 'line_item_currency_code',
    family: 'product_product_family product.product_family',
    entity: 'bill_billing_entity',
    account: 'line_item_usage_account_id',
    region: 'product_region_code product.region_code product.region',
    service: 'product_servicename product.servicename product.service_name',
    code: 'line_item_product_code',
    usageType: 'line_item_usage_type',
    operation: 'line_item_operation',
    description: 'line_item_line_item_description',
    model: 'product.model',
    productName: 'product.product_name',
    inferenceType: 'product.inference_type',
    feature: 'product.feature',
    unit: 'pricing_unit product_pricing_unit',
    lineType: 'line_item_line_item_type',
    principal: 'line_item_iam_principal',
    quantity: 'line_item_usage_amount',
    unblended: 'line_item_unblended_cost',
    net: 'line_item_net_unblended_cost',
    list: 'pricing_public_on_demand_cost',
    savingsPlan: 'savings_plan_savings_plan_effective_cost',
    netSavingsPlan: 'savings_plan_net_savings_plan_effective_cost',
    reservation: 'reservation_effective_cost',
    netReservation: 'reservation_net_effective_cost',
  }),
}

/** FOCUS's costs are what is paid, all discounts taken off. */
const FOCUS: Form = {
  name: 'FOCUS',
  needs: ['ChargePeriodStart', 'BilledCost', 'ServiceName'],
  cost: 'net',
  fields: fieldsOf({
    start: 'ChargePeriodStart',
    end: 'ChargePeriodEnd',
    payer: 'BillingAccountId',
    period: 'BillingPeriodStart',
    invoice: 'InvoiceId',
    currency: 'BillingCurrency',
    estimated: 'x_Estimated',
    account: 'SubAccountId BillingAccountId',
    region: 'RegionId Region',
    service: 'ServiceName',
    code: 'x_ServiceCode',
    usageType: 'x_UsageType SkuMeter',
    operation: 'x_Operation',
    description: 'ChargeDescription',
    productName: 'ServiceName',
    unit: 'ConsumedUnit PricingUnit',
    lineType: 'ChargeCategory',
    correction: 'ChargeClass',
    quantity: 'ConsumedQuantity PricingQuantity',
    net: 'BilledCost',
    netAmortized: 'EffectiveCost',
    list: 'ListCost',
  }),
}

const FORMS = [CUR, FOCUS]

/** One name for `line_item_usage_type` and for `lineItem/UsageType`, as reports of before 2023 write it. */
function plain(column: string): string {
  return column.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Where a field stands in a file: in a column, or under a key of a column of maps. */
export interface Place {
  column: string
  key?: string
}

/** The places of the fields of a file, by its columns. */
export type Layout = Extract<ReturnType<typeof layoutOf>, { columns: unknown }>

export interface Tag {
  key: string
  isPrincipal: boolean
}

/** Undefined where the file is no export of AWS's bill; else its layout, or the columns that it lacks. */
export function layoutOf({ columns }: Pick<Table, 'columns'>) {
  const byName = new Map(columns.map((column) => [plain(column), column]))
  const lacking = ({ needs }: Form) => needs.filter((name) => !byName.has(plain(name)))
  const [form] = [...FORMS].sort((a, b) => lacking(a).length / a.needs.length - lacking(b).length / b.needs.length)
  if (!form || lacking(form).length === form.needs.length) return undefined
  const lacks = lacking(form)
  if (lacks.length > 0) return { form, lacks }
  const placesOf = (name: string): Place[] => {
    const [map = '', key] = name.split('.')
    const own = byName.get(plain(name))
    if (own !== undefined) return [{ column: own }]
    const column = key === undefined ? undefined : byName.get(map)
    return column === undefined || key === undefined ? [] : [{ column, key }]
  }
  const places = [...form.fields.values()].flat().flatMap(placesOf)
  const tags = columns.filter((column) => /^(?:resource)?tags/.test(plain(column)))
  return {
    form,
    columns: [...new Set([...places.map(({ column }) => column), ...tags])],
    places: (field: Field) => (form.fields.get(field) ?? []).flatMap(placesOf),
    /** Where a tag may stand, by the spellings that AWS has for it. */
    tagPlaces({ key, isPrincipal }: Tag) {
      const snake = key.toLowerCase().replace(/[^a-z0-9]+/g, '_')
      const keys = isPrincipal
        ? [`iamPrincipal/${key}`]
        : [key, `user:${key}`, `user_${key}`, `user_${snake}`, `resourceTags/${key}`, `resourceTags/user:${key}`]
      const maps = isPrincipal ? ['tags'] : ['resourcetags', 'tags']
      const nested = maps.flatMap((name): Place[] => {
        const column = byName.get(name)
        return column === undefined ? [] : [...new Set(keys)].map((one) => ({ column, key: one }))
      })
      const flat = byName.get(plain(isPrincipal ? `tags_${keys[0]}` : `resource_tags_user_${key}`))
      return flat === undefined ? nested : [{ column: flat }, ...nested]
    },
  }
}

/** By the groupings that are tags: `tag:team`, `principal-tag:team`. */
export function tagsOf(names: readonly string[]): Map<string, Tag> {
  return new Map(
    names.flatMap((name): [string, Tag][] => {
      const [, kind, key] = /^(principal-)?tag:(.+)$/.exec(name) ?? []
      return key === undefined ? [] : [[name, { key, isPrincipal: kind !== undefined }]]
    }),
  )
}

/** The fields in a file that are not read but where they are needed. */
export const OF_COMMITMENTS: ReadonlySet<AmountField> = new Set([
  'savingsPlan',
  'netSavingsPlan',
  'reservation',
  'netReservation',
])

/** Whether a line of this type is covered by what is paid in advance. */
export function isCovered(lineType: string): boolean {
  return /^(?:SavingsPlan|DiscountedUsage)/i.test(lineType)
}

/** With what is paid in advance spread over what it covers. */
export function amortized(
  lineType: string,
  sum: (field: AmountField) => AttoUsd | null,
  [usual, savingsPlan, reservation]: readonly [AmountField, AmountField, AmountField],
): AttoUsd | null {
  if (/^SavingsPlanCoveredUsage$/i.test(lineType)) return sum(savingsPlan)
  if (/^DiscountedUsage$/i.test(lineType)) return sum(reservation)
  return /^SavingsPlanNegation$/i.test(lineType) ? 0n : sum(usual)
}

/** @throws a usage error for what `report --format focus` wrote of an estimate */
export function checkBilled(estimated: ReadonlySet<string>): void {
  if (!estimated.has('true')) return
  throw usageError(
    'the file has estimates that bedrock-monitor wrote (x_Estimated is true): it is not a bill',
    'name an export of AWS',
  )
}

/** FOCUS's ChargeCategory and ChargeClass. */
export function focusAdjustment(category: string, correction: string): Adjustment | undefined {
  if (/^correction$/i.test(correction)) return 'refunds'
  if (/^(?:usage)?$/i.test(category)) return undefined
  if (/^credit$/i.test(category)) return 'credits'
  if (/^tax$/i.test(category)) return 'tax'
  return /^purchase$/i.test(category) ? 'fees' : 'otherLines'
}
