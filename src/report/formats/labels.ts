import { plain } from '../../text/escape.ts'
import { atLeast, floorText } from '../../text/floor.ts'
import { type CostFormat, costFormat, grouped, whole } from '../../text/numbers.ts'
import { timeUnit } from '../calendar.ts'
import type { Group, PriceLine, Projection, Report, ReportView, UnpricedLine, Usage } from '../model.ts'
import { profileIdOf } from '../prices/profiles.ts'
import { clockText, partText, windowText } from './times.ts'

type Costed = Pick<Usage, 'costUsd' | 'costIsFloor' | 'costLacks'>

/** Why there is no cost, in a word. */
export function withoutCost({ costLacks }: Pick<Usage, 'costLacks'>): string {
  return costLacks.includes('counts') || costLacks.includes('reading') ? 'incomplete' : 'unpriced'
}

/** A cost as it is shown where there is little room: "$12.30", "at least $12.30", "unpriced". */
export function costCell(cost: CostFormat, usage: Costed): string {
  const text = cost(usage.costUsd, withoutCost(usage))
  return usage.costIsFloor && usage.costUsd !== null ? atLeast(text) : text
}

/** The total's cost in words, where it leaves something out: "at least $12.30, 93 % of tokens priced". */
export function floorTexts({ total }: Pick<Report, 'total'>): string[] {
  const { costUsd, costIsFloor } = total
  if (!costIsFloor || costUsd === null) return []
  return [floorText(costFormat([costUsd])(costUsd), { lacks: total.costLacks, pricedShare: total.pricedShare })]
}

/** "30 days at this rate (from 14 h of use since 2026-11-22 09:00)" */
export function projectionTitle({ projection }: Pick<Report, 'projection'>, zone: string): string {
  const basis = basisText(projection, zone)
  return `${projection.days} days at this rate${projection.basis ? ` (${basis})` : ''}`
}

/** "from 14 h of use since 2026-11-22 09:00"; where there is no projection, why. */
export function basisText({ basis, reason }: Projection, zone: string): string {
  if (!basis) return `none: ${reason}`
  return `from ${grouped(Number(basis.hours.toFixed(1)))} h of use since ${clockText(basis.from, zone)}`
}

/** What it would cost: "$30.00", "at least $30.00". */
export function projectedCost({ projection, total }: Pick<Report, 'projection' | 'total'>): string {
  return costCell(costFormat([projection.costUsd]), { ...total, costUsd: projection.costUsd })
}

/** "$90.00 yours · $100.00 list", each "at least" where it leaves something out: what it costs at prices of the user's own, and at the list's. None where all are the list's. */
export function bothCosts({ basis, total }: Pick<Report, 'basis' | 'total'>): string[] {
  if (basis === 'list') return []
  const cost = costFormat([total.costUsd, total.listCostUsd])
  return [`${costCell(cost, total)} yours · ${listCostText(total, cost)} list`]
}

/** At the list's prices, which may have none of some of it. */
export function listCostText({ listCostUsd, listCostIsFloor }: Usage, cost: CostFormat): string {
  const text = cost(listCostUsd, 'not known')
  return listCostIsFloor ? atLeast(text) : text
}

/** The heading of a grouping's column: `model` → "Model", `metadata:team` → "team". */
export function groupingTitle(name: string): string {
  if (name.startsWith('metadata:')) return plain(name.slice('metadata:'.length))
  return name === '' ? '' : `${name[0]?.toUpperCase()}${name.slice(1)}`
}

/** A value of a group's key as it is shown: a dash where the records do not say, and of which part an hour or a day is. */
export function keyText(view: ReportView, group: Group, name: string): string {
  const value = plain(shownName(view, name, group.key[name] ?? '')) || '–'
  return group.partial && name === timeUnit(view.by) ? `${value} (${partText(view, name, value)})` : value
}

/** The name of a profile or prompt router for its id, where one is known; with the id where others have the same name. */
function shownName({ report: { profiles = [] } }: ReportView, grouping: string, value: string): string {
  if (profiles.length === 0 || value === '' || (grouping !== 'profile' && grouping !== 'model')) return value
  const id = profileIdOf(value)
  const name = profiles.find((profile) => profile.id === id)?.name
  if (name === undefined) return value
  return profiles.filter((profile) => profile.name === name).length > 1 ? `${name} (${id})` : name
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
