import { plain } from '../../text/escape.ts'
import { withoutArn } from '../../text/models.ts'
import { type CostFormat, costFormat, whole } from '../../text/numbers.ts'
import type { Group, PriceLine, Report, ReportView, UnpricedLine, Usage } from '../model.ts'
import { BILLED } from '../spending.ts'
import { windowText } from './times.ts'

/** What a cost is of: some of it may not be known. */
type Billed = Pick<Usage, (typeof BILLED)[number]>

/** Whether all that a cost is made of could be read: a cost that is null all the same has no price. */
export function isBillTold(of: Billed): boolean {
  return BILLED.every((name) => of[name] !== null)
}

/** Why there is no cost, in a word. */
export function withoutCost(of: Billed): string {
  return isBillTold(of) ? 'unpriced' : 'incomplete'
}

/** "$90.00 yours · $100.00 list": what it costs at prices of the user's own, and at the list's. None where all are the list's. */
export function bothCosts({ basis, total }: Pick<Report, 'basis' | 'total'>): string[] {
  if (basis === 'list') return []
  const cost = costFormat([total.costUsd, total.listCostUsd])
  return [`${cost(total.costUsd, withoutCost(total))} yours · ${listCostText(total, cost)} list`]
}

/** At the list's prices, which may have none of some of it. */
export function listCostText({ listCostUsd, listCostIsFloor }: Usage, cost: CostFormat): string {
  return `${listCostIsFloor ? 'at least ' : ''}${cost(listCostUsd, 'not known')}`
}

/** The heading of a grouping's column: `model` → "Model", `metadata:team` → "team". */
export function groupingTitle(name: string): string {
  if (name.startsWith('metadata:')) return plain(name.slice('metadata:'.length))
  return name === '' ? '' : `${name[0]?.toUpperCase()}${name.slice(1)}`
}

/** A value of a group's key as it is shown; a dash where the records do not say. */
export function keyValue({ key }: Group, name: string): string {
  return plain(key[name] ?? '') || '–'
}

/** A group in one line for a chart: ARNs by what they end in, since it is in the tables that they stand whole. */
export function groupLabel(group: Group, by: readonly string[]): string {
  return by.map((name) => withoutArn(keyValue(group, name))).join(' · ')
}

/** "Account 111122223333", "3 accounts", "Account unknown" where no record names one. */
export function accountsText({ accounts }: Pick<Report, 'accounts'>): string {
  return accounts.length > 1 ? `${accounts.length} accounts` : `Account ${accounts[0]?.id ?? 'unknown'}`
}

/** What a report is of, part by part: accounts, Regions where there are any, window, source. */
export function aboutParts(view: ReportView): string[] {
  const { regions, source } = view.report
  const parts = [accountsText(view.report), regions.join(', '), windowText(view), `from ${source}`]
  return parts.filter((part) => part !== '')
}

/** Where the prices come from: one line a source, with the span of its dates and how many models it prices. */
export function priceSources({ prices }: Report): string[] {
  const sources = new Map<string, PriceLine[]>()
  for (const line of prices) {
    // A price whose kinds of token come from several sources names them all; its date is not that of each.
    const names = line.source.split(' + ')
    const own = names.length === 1 ? line : { ...line, asOf: null }
    for (const name of names) sources.set(name, [...(sources.get(name) ?? []), own])
  }
  return [...sources].map(([source, lines]) => {
    const models = new Set(lines.map(({ model }) => model)).size
    return `${source}${datesText(lines)}, on demand, ${models} ${models === 1 ? 'model' : 'models'}`
  })
}

function datesText(lines: readonly PriceLine[]): string {
  const dates = lines.flatMap(({ asOf }) => asOf ?? []).sort()
  const [first, last] = [dates[0], dates.at(-1)]
  if (first === undefined) return ''
  return first === last ? ` of ${first}` : ` of ${first} to ${last}`
}

/** "us.some.model (1,200 input, 30 output tokens): no price known" */
export function unpricedText({ model, inputTokens, outputTokens, reason }: UnpricedLine): string {
  return `${model} (${whole(inputTokens)} input, ${whole(outputTokens)} output tokens): ${reason}`
}

/** "cost at most $0.0013: 132 metrics requested, 2 listings of metrics", in at most one line. */
export function callsTexts({ calls }: Report): string[] {
  if (!calls || calls.items.length === 0) return []
  const parts = calls.items.map(({ what, count }) => `${whole(count)} ${what}`)
  return [`cost at most ${costFormat([calls.usd])(calls.usd)}: ${parts.join(', ')}`]
}
