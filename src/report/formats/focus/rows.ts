import { usageError } from '../../../core/errors.ts'
import { parseAmount } from '../../bill/decimal.ts'
import { ADJUSTMENT_TITLES, type Adjustment, KIND_TITLES } from '../../bill/kinds.ts'
import type { ChargeLine } from '../../charge-lines.ts'
import type { ChargeName } from '../../charges.ts'
import type { GroupKey } from '../../model.ts'
import type { AttoUsd } from '../../money.ts'
import type { Charged, ChargedGroup, Report, ReportView } from '../../view.ts'
import { DAY_MS, HOUR_MS } from '../../window.ts'
import type { FocusRow, Value } from './columns.ts'
import { billedModel, profileOf, providerOf, resourceOf, resourceType, tagsOf, text } from './names.ts'

const AWS = 'Amazon Web Services'
/** As AWS itself bills all that is not sold through its Marketplace. */
const SERVICE = 'Amazon Bedrock'
/** FOCUS has to have an account in every row, and files of records may name none. */
const NO_ACCOUNT = 'unknown'

const METERS: ReadonlyMap<ChargeName, string> = new Map([
  ['input', 'Input Tokens'],
  ['output', 'Output Tokens'],
  ['cacheRead', 'Cache Read Input Tokens'],
  ['cacheWrite', 'Cache Write Input Tokens'],
  ['cacheWrite1h', 'Cache Write Input Tokens, 1 Hour'],
  ['images', 'Images'],
])

/** A unit of the standard by that of a charge, the unit of its price, and millionths of this that one thing is. */
const UNITS: ReadonlyMap<string, { consumed: string; priced: string; millionths: bigint }> = new Map([
  ['tokens', { consumed: 'Tokens', priced: '1000000 Tokens', millionths: 1n }],
  ['images', { consumed: 'Images', priced: 'Images', millionths: 1_000_000n }],
])

/** Columns of this program for what a report may be grouped by; of all others by the names themselves. */
const OWN: ReadonlyMap<string, string> = new Map([['identity', 'x_PrincipalArn']])
/** Groupings that are in columns of the standard, or in those of every row. */
const TOLD = new Set(['hour', 'day', 'account', 'region', 'model', 'profile', 'service', 'tier'])

/** The columns for what a report is grouped by besides: `team` is in `x_Team`, `metadata:team` in `Tags`. */
export function ownColumns(by: readonly string[]): Map<string, string> {
  const own = by.filter((name) => !TOLD.has(name) && !name.includes(':'))
  return new Map(own.map((name) => [name, OWN.get(name) ?? `x_${pascal(name)}`]))
}

function pascal(name: string): string {
  return name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/**
 * A row for each charge of each group, exact to the atto-dollar. What has no price costs 0 and has no unit price, since the
 * standard wants a cost in every row; what was billed has the bill's cost.
 * @throws a usage error for a view that was not made for it
 */
export function focusRows(view: ReportView): Iterable<FocusRow> {
  const { charges } = view
  if (!charges?.by.some((name) => name === 'hour' || name === 'day'))
    throw usageError('this report does not have its charges in hours or days', 'ask for it with the format focus')
  return { [Symbol.iterator]: () => rowsOf(view, charges) }
}

function* rowsOf(view: ReportView, { by, groups }: Charged): Generator<FocusRow> {
  const own = ownColumns(by)
  for (const group of groups) {
    for (const [place, line] of group.lines.entries()) yield usageRow(view, group, line, place === 0, own)
  }
  yield* adjustmentRows(view.report)
}

/** Only where the list has the price: without one the standard wants none of what belongs to it. */
export function hasUnitPrice({ rate, listRate }: ChargeLine): boolean {
  return rate !== null && listRate !== null
}

const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['credits', 'Credit'],
  ['fees', 'Purchase'],
  ['tax', 'Tax'],
])

/** Whether a window is within one month, as FOCUS wants of every row: what a bill adds or takes off is told of all of it. */
export function isOfOneMonth({ window: { start, end } }: Report): boolean {
  return start.slice(0, 7) === new Date(Date.parse(end) - 1).toISOString().slice(0, 7)
}

/** What a bill adds or takes off apart from use. */
function adjustmentRows(report: Report): FocusRow[] {
  if (!isOfOneMonth(report)) return []
  const [start, end] = [Date.parse(report.window.start), Date.parse(report.window.end)]
  const account = report.accountId ?? ''
  return Object.entries(report.bill?.adjustments ?? {}).map(
    ([name, usd]) =>
      new Map<string, Value>([
        ['ChargePeriodStart', start],
        ['ChargePeriodEnd', end],
        ...billingPeriod(start),
        ...issued(account, report.accounts.find(({ id }) => id === account)?.name ?? null),
        ...costs(parseAmount(String(usd)) ?? 0n, null),
        ['ChargeCategory', CATEGORIES.get(name) ?? 'Adjustment'],
        ['ChargeDescription', `${ADJUSTMENT_TITLES.get(name as Adjustment) ?? name} on the bill for ${SERVICE}`],
        ['ChargeFrequency', 'One-Time'],
        ['ServiceName', SERVICE],
        ['x_PriceSource', 'bill'],
        ['x_Estimated', false],
        ['x_Unpriced', false],
      ]),
  )
}

function usageRow(
  view: ReportView,
  group: ChargedGroup,
  line: ChargeLine,
  isFirst: boolean,
  own: ReadonlyMap<string, string>,
): FocusRow {
  const { report } = view
  const { key } = group
  const { account = '', region = '', model = '' } = key
  const profile = profileOf(view, model)
  const { kind, quantity, amount, terms, source } = line
  const isBilled = report.basis === 'billed'
  const cost = amount ?? 0n
  const unit = UNITS.get(kind.unit)
  const billed = isBilled ? model : billedModel(line, model, profile)
  const sku = isBilled ? text(key['usage-type']) : [region, billed, kind.name].join('/')
  const meter = METERS.get(kind.name) ?? KIND_TITLES.get(key.kind ?? '') ?? kind.title
  const tier = isBilled ? text(key.tier) : terms.tier
  const over = terms.promptOver > 0 ? `, prompts over ${terms.promptOver} tokens` : ''
  const name = report.accounts.find(({ id }) => id === account)?.name ?? null
  const resource = resourceOf(key, isBilled)
  return new Map<string, Value>([
    ...periodOf(view, key),
    ...issued(account, name),
    ...costs(cost, line.listAmount),
    ...(unit && hasUnitPrice(line) ? prices(line, unit, `${sku}/${terms.tier}`) : []),
    ['ChargeCategory', 'Usage'],
    [
      'ChargeDescription',
      `${meter} of ${billed}${region && ` in ${region}`}${tier === 'standard' || !tier ? '' : `, ${tier} tier`}${over}`,
    ],
    ['ChargeFrequency', 'Usage-Based'],
    ['ConsumedQuantity', unit ? BigInt(quantity) : null],
    ['ConsumedUnit', unit?.consumed ?? null],
    ['RegionId', text(region)],
    ['RegionName', text(region)],
    ['ResourceId', resource],
    ['ResourceName', resource === null ? null : (profile?.name ?? resource)],
    ['ResourceType', resource === null ? null : resourceType(resource)],
    ['ServiceName', key.service || SERVICE],
    ['SkuId', sku],
    ['SkuMeter', sku === null ? null : meter],
    ['SubAccountId', account || NO_ACCOUNT],
    ['SubAccountName', name],
    ['Tags', tagsOf(key, profile)],
    ['x_ModelId', text(model)],
    ['x_ModelProvider', providerOf(billed)],
    ['x_TokenType', kind.unit === 'tokens' ? kind.name : null],
    ['x_ServiceTier', tier],
    ['x_InvocationCount', isFirst && group.invocations !== null ? BigInt(group.invocations) : null],
    ['x_PriceSource', source],
    ['x_Estimated', !isBilled],
    ['x_Unpriced', amount === null],
    ...[...own].map(([grouping, column]) => [column, text(key[grouping])] as const),
  ])
}

/** What every row has alike. */
function issued(account: string, name: string | null): [string, Value][] {
  return [
    ['BillingAccountId', account || NO_ACCOUNT],
    ['BillingAccountName', name],
    ['BillingCurrency', 'USD'],
    ['HostProviderName', AWS],
    ['InvoiceIssuerName', AWS],
    ['ProviderName', AWS],
    ['PublisherName', AWS],
    ['ServiceCategory', 'AI and Machine Learning'],
    ['ServiceProviderName', AWS],
    ['ServiceSubcategory', 'Generative AI'],
  ]
}

/** Where nothing else is known, they are all what was billed. */
function costs(cost: AttoUsd, listed: AttoUsd | null): [string, Value][] {
  return [
    ['BilledCost', cost],
    ['ContractedCost', cost],
    ['EffectiveCost', cost],
    ['ListCost', listed ?? cost],
  ]
}

function prices(
  { quantity, rate, listRate, terms }: ChargeLine,
  { priced, millionths }: { priced: string; millionths: bigint },
  id: string,
): [string, Value][] {
  // An atto-dollar a token is a pico-dollar a million of them.
  const each = (amount: AttoUsd | null) => (amount === null ? null : amount / millionths)
  const { tier, promptOver } = terms
  return [
    ['ContractedUnitPrice', each(rate)],
    ['ListUnitPrice', each(listRate)],
    ['PricingCategory', 'Standard'],
    ['PricingQuantity', BigInt(quantity) * millionths],
    ['PricingUnit', priced],
    ['SkuPriceDetails', JSON.stringify({ x_ServiceTier: tier, ...(promptOver > 0 && { x_PromptOver: promptOver }) })],
    ['SkuPriceId', promptOver > 0 ? `${id}/over-${promptOver}` : id],
  ]
}

/** The hour or the day of a group, as far as it is in the window, and its month. */
function periodOf({ report: { window } }: ReportView, { hour, day = '' }: GroupKey): [string, Value][] {
  const from = Date.parse(hour ?? day)
  const start = Math.max(from, Date.parse(window.start))
  const end = Math.min(from + (hour === undefined ? DAY_MS : HOUR_MS), Date.parse(window.end))
  return [['ChargePeriodStart', start], ['ChargePeriodEnd', end], ...billingPeriod(start)]
}

function billingPeriod(moment: number): [string, Value][] {
  const at = new Date(moment)
  const month = (more: number) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + more)
  return [
    ['BillingPeriodStart', month(0)],
    ['BillingPeriodEnd', month(1)],
  ]
}
