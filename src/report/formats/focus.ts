import { usageError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { type Cell, csvText } from '../../text/csv.ts'
import { ADJUSTMENT_TITLES, type Adjustment, KIND_TITLES } from '../bill/line.ts'
import type { ChargeLine, ChargeName } from '../charges.ts'
import type { GroupKey } from '../model.ts'
import { parseAmount } from '../money.ts'
import { MANTLE_PREFIX, pricedId, profileIdOf, splitScope } from '../prices/model-id.ts'
import { inferenceProfile } from '../scan/dimensions.ts'
import type { ChargedGroup, ProfileLine, Report, ReportView } from '../view.ts'
import { DAY_MS, HOUR_MS } from '../window.ts'
import {
  type Column,
  columnsOf,
  type FocusCharge,
  type FocusUnit,
  type FocusUse,
  hasUnitPrice,
} from './focus/columns.ts'
import type { RenderOptions } from './format.ts'

/** As AWS itself bills all that is not sold through its Marketplace. */
const SERVICE = 'Amazon Bedrock'

const METERS: ReadonlyMap<ChargeName, string> = new Map([
  ['input', 'Input Tokens'],
  ['output', 'Output Tokens'],
  ['cacheRead', 'Cache Read Input Tokens'],
  ['cacheWrite', 'Cache Write Input Tokens'],
  ['cacheWrite1h', 'Cache Write Input Tokens, 1 Hour'],
  ['images', 'Images'],
])

const UNITS: ReadonlyMap<string, FocusUnit> = new Map([
  ['tokens', { consumed: 'Tokens', priced: '1000000 Tokens', millionths: 1n }],
  ['images', { consumed: 'Images', priced: 'Images', millionths: 1_000_000n }],
])

const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['credits', 'Credit'],
  ['fees', 'Purchase'],
  ['tax', 'Tax'],
])

const RESOURCE_TYPES: ReadonlyMap<string, string> = new Map([
  ['prompt-router', 'Prompt Router'],
  ['default-prompt-router', 'Prompt Router'],
  ['provisioned-model', 'Provisioned Throughput'],
  ['custom-model', 'Custom Model'],
  ['custom-model-deployment', 'Custom Model'],
  ['imported-model', 'Imported Model'],
])

/**
 * Each charge of each group, exact to the atto-dollar, made as it is walked. What has no price costs 0 and has no unit price,
 * since the standard wants a cost in every row; what was billed has the bill's cost.
 * @throws a usage error for a view that was not made for it
 */
export function focusCharges(view: ReportView): Iterable<FocusCharge> {
  const { charges } = view
  if (!charges?.by.some((name) => name === 'hour' || name === 'day'))
    throw usageError('this report does not have its charges in hours or days', 'ask for it with the format focus')
  return {
    *[Symbol.iterator]() {
      for (const group of charges.groups) {
        for (const [place, line] of group.lines.entries()) yield usageCharge(view, group, line, place === 0)
      }
      yield* adjustments(view.report)
    },
  }
}

/** Whether a window is within one month, as FOCUS wants of every row: what a bill adds or takes off is told of all of it. */
export function isOfOneMonth({ window: { start, end } }: Report): boolean {
  return start.slice(0, 7) === new Date(Date.parse(end) - 1).toISOString().slice(0, 7)
}

function adjustments(report: Report): FocusCharge[] {
  if (!isOfOneMonth(report)) return []
  const account = report.accountId ?? ''
  return Object.entries(report.bill?.adjustments ?? {}).map(([name, usd]) => {
    const cost = parseAmount(String(usd)) ?? 0n
    return {
      start: Date.parse(report.window.start),
      end: Date.parse(report.window.end),
      account,
      accountName: nameOf(report, account),
      category: CATEGORIES.get(name) ?? 'Adjustment',
      description: `${ADJUSTMENT_TITLES.get(name as Adjustment) ?? name} on the bill for ${SERVICE}`,
      frequency: 'One-Time',
      service: SERVICE,
      cost,
      listCost: cost,
      source: 'bill',
      isEstimated: false,
      isUnpriced: false,
    }
  })
}

function nameOf({ accounts }: Report, account: string): string | null {
  return accounts.find(({ id }) => id === account)?.name ?? null
}

function usageCharge({ report }: ReportView, group: ChargedGroup, line: ChargeLine, isFirst: boolean): FocusCharge {
  const { key } = group
  const { hour, day = '', account = '', region = '', model = '' } = key
  const { kind, amount, terms, source } = line
  const profile = report.profiles?.find(({ id }) => id === profileIdOf(model))
  const isBilled = report.basis === 'billed'
  const billed = isBilled ? model : billedModel(line, model, profile)
  const meter = METERS.get(kind.name) ?? KIND_TITLES.get(key.kind ?? '') ?? kind.title
  const tier = isBilled ? key.tier || null : terms.tier
  const over = terms.promptOver > 0 ? `, prompts over ${terms.promptOver} tokens` : ''
  const from = Date.parse(hour ?? day)
  return {
    start: Math.max(from, Date.parse(report.window.start)),
    end: Math.min(from + (hour === undefined ? DAY_MS : HOUR_MS), Date.parse(report.window.end)),
    account,
    accountName: nameOf(report, account),
    category: 'Usage',
    description: `${meter} of ${billed}${region && ` in ${region}`}${tier === 'standard' || !tier ? '' : `, ${tier} tier`}${over}`,
    frequency: 'Usage-Based',
    service: key.service || SERVICE,
    cost: amount ?? 0n,
    listCost: line.listAmount ?? amount ?? 0n,
    source,
    isEstimated: !isBilled,
    isUnpriced: amount === null,
    use: {
      key,
      line,
      invocations: isFirst ? group.invocations : null,
      unit: UNITS.get(kind.unit),
      sku: isBilled ? key['usage-type'] || null : [region, billed, kind.name].join('/'),
      meter,
      tier,
      provider: providerOf(billed),
      resource: resourceOf(key, profile, isBilled),
      tags: tagsOf(key, profile),
    },
  }
}

function billedModel({ billedModel: own }: ChargeLine, model: string, profile: ProfileLine | undefined): string {
  const id = pricedId(model)
  return own ?? profile?.model ?? (typeof id === 'string' ? id : model)
}

function providerOf(model: string): string | null {
  const { base } = splitScope(model.replace(MANTLE_PREFIX, ''))
  return /^([a-z0-9-]+)\.(?=.)/i.exec(base)?.[1] ?? null
}

/** What was called, as the caller named it. A bill names models in its own words, which are no resources. */
function resourceOf(key: GroupKey, profile: ProfileLine | undefined, isBilled: boolean): FocusUse['resource'] {
  const id = key.profile || (isBilled ? '' : key.model)
  if (!id) return null
  const kind = /^arn:[^/]*:([^:/]+)\//.exec(id)?.[1] ?? ''
  const usual = inferenceProfile(id) === undefined ? 'Foundation Model' : 'Inference Profile'
  return { id, name: profile?.name ?? id, type: RESOURCE_TYPES.get(kind) ?? usual }
}

/** The profile's own, and what the report is grouped by as `metadata:KEY` or `tag:KEY`. */
function tagsOf(key: GroupKey, profile: ProfileLine | undefined): string | null {
  const asked = Object.entries(key).flatMap(([name, value]) => {
    const [, own = ''] = /^[^:]+:(.+)$/su.exec(name) ?? []
    return own === '' || value === '' ? [] : [[own, value] as const]
  })
  const tags = [...Object.entries(profile?.tags ?? {}), ...asked]
  return tags.length === 0 ? null : JSON.stringify(Object.fromEntries(tags))
}

const ROWS_AT_ONCE = 1000

/** CSV: a header, and a row a charge. Costs and prices are exact decimals, times UTC, and what is not known is empty. */
export function renderReport(view: ReportView, options: RenderOptions): string {
  return [...renderPieces(view, options)].join('')
}

/** The same as pieces of whole lines: a year of hours has a million. */
export function renderPieces(view: ReportView, { version }: RenderOptions): Iterable<string> {
  return piecesOf(columnsFor(view, version), focusCharges(view))
}

function* piecesOf(columns: readonly Column[], charges: Iterable<FocusCharge>): Generator<string> {
  let lines: Cell[][] = [columns.map(({ name }) => name)]
  for (const charge of charges) {
    lines.push(columns.map((column) => cellOf(column, charge)))
    if (lines.length < ROWS_AT_ONCE) continue
    yield csvText(lines)
    lines = []
  }
  yield csvText(lines)
}

export async function renderBytes(view: ReportView, { version }: RenderOptions): Promise<Uint8Array> {
  const { parquetOf } = await import('./focus/parquet.ts')
  return parquetOf(columnsFor(view, version), focusCharges(view))
}

/** What the rows do not say by themselves: that costs are estimates, and what a bill has besides them. */
export function notices({ report }: ReportView): Warning[] {
  if (report.basis !== 'billed') {
    const message = 'these costs are estimates by known prices (x_Estimated is true), not what AWS has billed'
    return report.groups.length > 0 ? [{ code: 'costs-estimated', message }] : []
  }
  const names = Object.keys(report.bill?.adjustments ?? {})
  if (names.length === 0 || isOfOneMonth(report)) return []
  const message = `${names.join(', ')} on the bill are not in the rows, which are of more than one month: ask for one month`
  return [{ code: 'adjustments-left-out', message }]
}

/** Unit prices have columns where some are known, or there is nothing that would have one. */
function columnsFor({ charges: { by, groups } = { by: [], groups: [] } }: ReportView, version: string | undefined) {
  let isEmpty = true
  for (const { lines } of groups) {
    if (lines.some(hasUnitPrice)) return columnsOf(version, by, true)
    if (lines.length > 0) isEmpty = false
  }
  return columnsOf(version, by, isEmpty)
}

function cellOf({ type, of }: Column, charge: FocusCharge): Cell {
  const value = of(charge) ?? null
  if (typeof value === 'bigint') return { units: value, decimals: typeof type === 'object' ? type.decimals : 0 }
  return type === 'time' && typeof value === 'number' ? `${new Date(value).toISOString().slice(0, 19)}Z` : value
}
