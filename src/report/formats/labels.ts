import { accountLabel } from '../../text/account.ts'
import { plain } from '../../text/escape.ts'
import { atLeast } from '../../text/floor.ts'
import { withoutArn } from '../../text/models.ts'
import { grouped, percent, usd, whole } from '../../text/numbers.ts'
import { KIND_TITLES } from '../bill/line.ts'
import { timeUnit } from '../calendar.ts'
import { itemsText } from '../calls.ts'
import { timeKey } from '../grouping.ts'
import type { Group, Usage } from '../model.ts'
import { profileIdOf } from '../prices/model-id.ts'
import type { PriceLine, Projection, Report, ReportView, UnpricedLine } from '../view.ts'
import { whereText } from '../where.ts'
import { HOUR_MS, wallTime } from '../window.ts'

/** `2026-11-23 10:00` on the clocks of a zone. */
export function clockText(time: string, zone: string): string {
  return new Date(wallTime(Date.parse(time), zone)).toISOString().slice(0, 16).replace('T', ' ')
}

/** `2026-11-22 10:00 to 2026-11-23 10:00 UTC` */
export function windowText({ report: { window }, timeZone }: ReportView): string {
  return `${clockText(window.start, timeZone)} to ${clockText(window.end, timeZone)} ${timeZone}`
}

/** "last hour", "last 24 h", "last 7 days"; without "last" where the window has ended a while ago. */
export function spanText({ window: { end, hours }, generatedAt }: Report): string {
  const length = hours < 48 ? `${grouped(hours, 1)} h` : `${grouped(hours / 24, 1)} days`
  return Date.parse(generatedAt) - Date.parse(end) < HOUR_MS ? `last ${hours === 1 ? 'hour' : length}` : length
}

/** `2026-11` → "November", whatever the year: it is the one under way. */
export function monthName(month: string): string {
  return new Date(`${month}-01`).toLocaleDateString('en-GB', { month: 'long', timeZone: 'UTC' })
}

/** Whether the series is by the day: of its first slot only a part may be in the window. */
export function isByDay({ series }: Report): boolean {
  const [first, second, third = second] = series.map(({ start }) => Date.parse(start))
  return (third ?? 0) - ((third === second ? first : second) ?? 0) > HOUR_MS
}

/** What one step of the series is. */
export function slotName(report: Report): string {
  if (report.series.length < 2) return 'Over time'
  return isByDay(report) ? 'By day' : 'By hour'
}

/** "from 14:00", "until 10:23": how much of an hour or a day is in the window, which begins or ends within it; of a week or a month the first and the last day. */
function partText({ report: { window }, timeZone }: ReportView, unit: string, key: string): string {
  const [first, last] = [Date.parse(window.start), Date.parse(window.end) - 1].map((at) => timeKey(unit, at, timeZone))
  const isLong = unit === 'week' || unit === 'month'
  const end = isLong ? new Date(Date.parse(window.end) - 1).toISOString() : window.end
  const [from = '', until = ''] = [window.start, end].map((time) => {
    const text = clockText(time, timeZone)
    return isLong ? text.slice(0, 10) : text.slice(11)
  })
  if (key === first && key === last) return `${from} to ${until}`
  return key === last ? `until ${until}` : `from ${from}`
}

type Costed = Pick<Usage, 'costUsd' | 'costIsFloor' | 'costLacks'>

/** Why there is no cost, in a word. */
export function withoutCost({ costLacks }: Pick<Usage, 'costLacks'>): string {
  return costLacks.includes('counts') || costLacks.includes('reading') ? 'incomplete' : 'unpriced'
}

/** A cost as it is shown where there is little room: "$12.30", "at least $12.30", "unpriced". */
export function costCell(usage: Costed): string {
  const text = usd(usage.costUsd, withoutCost(usage))
  return usage.costIsFloor && usage.costUsd !== null ? atLeast(text) : text
}

/** "30 days at this rate", or "November, by weekday" */
export function horizonText({ days, month }: Projection): string {
  return month === undefined ? `${days} days at this rate` : `${monthName(month)}, by weekday`
}

/** The same, with its basis: "30 days at this rate (from 14 h of use since 2026-11-22 09:00)" */
export function projectionTitle({ projection }: Pick<Report, 'projection'>, zone: string): string {
  return `${horizonText(projection)}${projection.basis ? ` (${basisText(projection, zone)})` : ''}`
}

/** "from 14 h of use since 2026-11-22 09:00", "80 % from $430 to $505, by 42 days since 2026-10-18"; where there is no projection, why. */
export function basisText(projection: Projection, zone: string): string {
  const { basis, reason } = projection
  if (!basis) return `none (${reason})`
  const since = clockText(basis.from, zone)
  if (basis.days === undefined) return `from ${grouped(Number(basis.hours.toFixed(1)))} h of use since ${since}`
  const range = rangeText(projection)
  const sure = range === '' ? '' : `${percent(projection.level ?? null).replace('.0', '')} ${range}, `
  return `${sure}by ${basis.days} days since ${since.slice(0, 10)}`
}

/** "from $430 to $505": where the cost of the month is as often as its level says; empty where that is not known. */
export function rangeText({ lowUsd = null, highUsd = null }: Projection): string {
  return lowUsd === null || highUsd === null ? '' : `from ${roughly(lowUsd)} to ${roughly(highUsd)}`
}

/** To the dollar from a hundred on: nobody knows cents of what is yet to come. */
export function roughly(costUsd: number): string {
  return costUsd < 100 ? usd(costUsd) : `$${whole(costUsd)}`
}

export function projectedCost({ projection, total }: Pick<Report, 'projection' | 'total'>): string {
  return costCell({ ...total, costUsd: projection.costUsd, costIsFloor: total.costIsFloor || projection.costIsFloor })
}

/** Whether what it costs at the list's prices is another thing, and known. */
export function hasListCosts({ basis, total }: Pick<Report, 'basis' | 'total'>): boolean {
  return basis === 'discounted' || (basis === 'billed' && total.listCostUsd !== null)
}

/** "$90.00 yours · $100.00 list", each "at least" where it leaves something out: what it costs at prices of the user's own, or as billed, and at the list's. None where all are the list's. */
export function bothCosts(report: Pick<Report, 'basis' | 'total'>): string[] {
  const { basis, total } = report
  if (basis === 'list') return []
  const cost =
    total.costUsd === null ? 'cost not known' : `${costCell(total)} ${basis === 'billed' ? 'billed' : 'yours'}`
  if (!hasListCosts(report)) return [cost]
  return [`${cost} · ${total.listCostUsd === null ? 'list cost not known' : `${listCostText(total)} list`}`]
}

export function listCostText({ listCostUsd, listCostIsFloor }: Usage): string {
  const text = usd(listCostUsd, 'not known')
  return listCostIsFloor ? atLeast(text) : text
}

/** The heading of a grouping's column: `model` → "Model", `metadata:team` → "team". */
export function groupingTitle(name: string): string {
  const [, key] = /^(?:metadata|tag|principal-tag):(.+)$/s.exec(name) ?? []
  if (key !== undefined) return plain(key)
  return name === '' ? '' : `${name[0]?.toUpperCase()}${name.slice(1).replace('-', ' ')}`
}

/** A value of a group's key as it is shown: a dash where the source does not say, and of which part an hour or a day is. */
export function keyText(view: ReportView, group: Pick<Group, 'key' | 'others' | 'partial'>, name: string): string {
  if (group.others !== undefined && group.key[name] === undefined) {
    // The first of the names tells of how many; times stand as they are.
    const first = view.by.find((one) => group.key[one] === undefined)
    return name === first ? `${whole(group.others)} ${group.others === 1 ? 'other' : 'others'}` : ''
  }
  const value = plain(shownName(view, name, group.key[name] ?? '')) || '–'
  return group.partial && name === timeUnit(view.by) ? `${value} (${partText(view, name, value)})` : value
}

/** The name of a profile or prompt router for its id, where one is known; with the id where others have the same name. */
function shownName({ report: { accounts, profiles = [] } }: ReportView, grouping: string, value: string): string {
  if (grouping === 'account') return accountLabel({ id: value, name: accounts.find(({ id }) => id === value)?.name })
  if (grouping === 'kind') return KIND_TITLES.get(value) ?? value
  if (profiles.length === 0 || value === '' || (grouping !== 'profile' && grouping !== 'model')) return value
  const id = profileIdOf(value)
  const name = profiles.find((profile) => profile.id === id)?.name
  if (name === undefined) return value
  return profiles.filter((profile) => profile.name === name).length > 1 ? `${name} (${id})` : name
}

/** A group in one line for a chart: ARNs by what they end in, since it is in the tables that they stand whole. */
export function groupLabel(view: ReportView, group: Group, by = view.by): string {
  return by.flatMap((name) => withoutArn(keyText(view, group, name)) || []).join(' · ')
}

/** More Regions than this are counted instead of named. */
const MOST_REGIONS = 4

/** "Account 111122223333", "3 accounts", "Account unknown" where no record names one. */
export function accountsText({ accounts }: Pick<Report, 'accounts'>): string {
  return accounts.length > 1 ? `${accounts.length} accounts` : `Account ${accounts[0]?.id ?? 'unknown'}`
}

/** "us-east-1, eu-west-1", "33 Regions"; empty where none is known. */
export function regionsText({ regions }: Pick<Report, 'regions'>): string {
  return regions.length > MOST_REGIONS ? `${regions.length} Regions` : regions.join(', ')
}

/** What a report is of, part by part: accounts, Regions where there are any, window, source. */
export function aboutParts(view: ReportView): string[] {
  const { source, where } = view.report
  const only = where ? `only ${whereText(where)}` : ''
  const parts = [accountsText(view.report), regionsText(view.report), windowText(view), source, only]
  return parts.filter((part) => part !== '')
}

function datesText(lines: readonly PriceLine[]): string {
  const dates = lines.flatMap(({ asOf }) => asOf ?? []).sort()
  const [first, last] = [dates[0], dates.at(-1)]
  if (first === undefined) return ''
  return first === last ? ` of ${first}` : ` of ${first} to ${last}`
}

/** Where the prices come from, in at most one line: "aws-price-list, own.json of 2026-10-01 to 2026-11-01"; in full with what they were derived by. */
export function priceSourcesTexts({ prices }: Report, inFull: boolean): string[] {
  if (prices.length === 0) return []
  const parts = prices.flatMap(({ source }) => source.split(' + '))
  const names = inFull ? parts : parts.map((one) => one.split(/,| \(| × | less | plus |@20\d\d-/)[0])
  return [`${[...new Set(names)].join(inFull ? ' + ' : ', ')}${datesText(prices)}`]
}

/** "us.some.model (1,200 input, 30 output tokens): no price known" */
export function unpricedText({ model, inputTokens, outputTokens, reason }: UnpricedLine): string {
  return `${model} (${whole(inputTokens)} input, ${whole(outputTokens)} output tokens): ${reason}`
}

/** "cost at most $0.0013: 132 metrics requested, 2 listings of metrics", in at most one line. */
export function callsTexts({ calls }: Report): string[] {
  if (!calls || calls.items.length === 0) return []
  return [`cost at most ${usd(calls.usd)}: ${itemsText(calls)}`]
}
