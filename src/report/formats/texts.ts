import { lackText } from '../../text/floor.ts'
import { count, duration, percent, signedPercent, signedUsd, UNKNOWN, usd } from '../../text/numbers.ts'
import type { Tone } from '../../text/table.ts'
import { ADJUSTMENT_TITLES, type Adjustment } from '../bill/line.ts'
import type { Change } from '../compare.ts'
import { isTimeGrouping } from '../grouping.ts'
import { COUNTERS, type Group, HIGH_ERROR_RATE } from '../model.ts'
import type { Report, ReportView } from '../view.ts'
import { whereText } from '../where.ts'
import { billedUpTo } from '../window.ts'
import {
  accountsText,
  bothCosts,
  clockText,
  costCell,
  groupLabel,
  monthName,
  rangeText,
  regionsText,
  roughly,
  spanText,
  windowText,
} from './labels.ts'

/** What a bill is of and how far it goes, and what is added and taken off apart from use; nothing of other sources. */
export function billTexts({
  bill,
  window,
  generatedAt,
  total: { costIsFloor },
}: Report): { label: string; text: string }[] {
  if (!bill) return []
  const { metric, through, isFinal, adjustments, totalUsd } = bill
  const isCut = Date.parse(window.end) === billedUpTo(Date.parse(generatedAt))
  const facts = [
    `${metric === 'net' ? 'net unblended' : metric.replace('-', ' ')} cost`,
    ...(through === null ? [] : [`through ${through}`]),
    ...(isCut ? [`later days are not whole yet and left out (--until ${generatedAt.slice(0, 10)})`] : []),
    ...(isFinal === null ? [] : [isFinal ? 'closed' : 'AWS may still change it']),
  ]
  const parts = adjustmentTexts(adjustments ?? {})
  const total = totalUsd === null ? '' : `; with these it comes to ${costIsFloor ? 'at least ' : ''}${usd(totalUsd)}`
  return [
    { label: 'Bill', text: facts.join('; ') },
    ...(parts.length === 0 ? [] : [{ label: 'Apart', text: `${parts.join(', ')}${total}` }]),
  ]
}

/** What a bill adds or takes off apart from use. */
export function adjustmentTexts(adjustments: Partial<Record<Adjustment, number>>): string[] {
  return Object.entries(adjustments).flatMap(([name, amount]) =>
    amount === 0 ? [] : [`${ADJUSTMENT_TITLES.get(name as Adjustment) ?? name} ${signedUsd(amount)}`],
  )
}

/** New and gone ones that are named in a sentence. */
const MOST_NAMED = 5

/** "+$1.20 (+12.0%)"; only dollars where there is no percentage. */
export function changeText(change: Change | undefined): string {
  if (!change || change.usd === null) return UNKNOWN
  const share = change.percent === null || change.percent <= -100 ? '' : ` (${signedPercent(change.percent / 100)})`
  return `${signedUsd(change.usd)}${share}`
}

/** "volume +$1.00, mix $0.00, price -$0.20" */
export function causesText(change: Record<'volumeUsd' | 'mixUsd' | 'priceUsd', number | null>): string {
  return (['volume', 'mix', 'price'] as const)
    .map((part) => {
      const value = change[`${part}Usd`]
      return `${part} ${value === null ? UNKNOWN : signedUsd(value)}`
    })
    .join(', ')
}

type Told = Partial<Pick<Group, 'before' | 'change'>> & Pick<Group, 'costUsd' | (typeof COUNTERS)[number]>

export function isNew(group: Told): boolean {
  return group.before === null && COUNTERS.some((counter) => group[counter] !== 0)
}

export function isGone(group: Told): boolean {
  return Boolean(group.change?.usd) && group.costUsd === 0 && COUNTERS.every((counter) => group[counter] === 0)
}

/** What changed and why, and what is new and gone; nothing where no windows are compared. */
export function compareTexts(view: ReportView): { label: string; text: string }[] {
  const { compare, groups, total } = view.report
  if (!compare) return []
  const { window, change, before, scale } = compare
  const [start, end] = [window.start, window.end].map((time) => clockText(time, view.timeZone))
  const floors = [...(before.costIsFloor ? ['the cost before'] : []), ...(total.costIsFloor ? ['the cost now'] : [])]
  const both = floors.length === 2 ? 'both costs leave' : `${floors[0]} leaves`
  const inexact = floors.length > 0 ? `; ${both} something out, so this is not exact` : ''
  const taken =
    scale === undefined || before.costUsd === null
      ? ''
      : `, taken as ${costCell({ ...before, costUsd: before.costUsd * scale })} for a window as long as this one`
  const was = `${costCell(before)} (${start} to ${end} ${view.timeZone})${taken}`
  return [
    { label: 'Change', text: `${changeText(change)} from ${was}: ${causesText(change)}${inexact}` },
    ...named(view, 'New', groups.filter(isNew), ({ costUsd }) => costUsd),
    ...named(view, 'Gone', groups.filter(isGone), ({ before }) => before?.costUsd ?? null),
  ]
}

function named(view: ReportView, label: string, groups: readonly Group[], cost: (group: Group) => number | null) {
  const own = groups.filter(({ others }) => others === undefined)
  if (own.length === 0 || view.by.some(isTimeGrouping)) return []
  const told = [...own].sort((a, b) => (cost(b) ?? 0) - (cost(a) ?? 0)).slice(0, MOST_NAMED)
  const names = told.map((group) => `${groupLabel(view, group)} (${usd(cost(group))})`)
  const more = own.length > told.length ? [`${own.length - told.length} more`] : []
  return [{ label, text: [...names, ...more].join(', ') }]
}

/** From this part of the window on, a rate is that of the window. */
const WHOLE = 0.9

/** The answer in one line: what it cost, of which time, where that leads, how much was called and how it went. What is not known is left out. */
export function headline({
  report,
  timeZone,
}: Pick<ReportView, 'report' | 'timeZone'>): { text: string; tone?: Tone }[] {
  const { total, projection, bill } = report
  const { latencyMs, costUsd, costIsFloor, costLacks: lacks, pricedShare } = total
  const { invocations, errorRate } = bill ? { invocations: null, errorRate: null } : total
  const [cost = costUsd === null ? 'cost not known' : costCell(total)] = bothCosts(report)
  const lack = costIsFloor ? `, ${lackText({ lacks, pricedShare })}` : ''
  return [
    { text: `${cost}${lack}` },
    { text: spanText(report) },
    ...(projection.costUsd === null ? [] : [{ text: projectedText(projection.costUsd, report, timeZone) }]),
    ...(invocations === null ? [] : [{ text: count(invocations, 'call') }]),
    ...(errorRate === null
      ? []
      : [
          {
            text: `${errorRate === 0 ? 'no' : percent(errorRate)} errors`,
            ...(errorRate > HIGH_ERROR_RATE && { tone: 'bad' as const }),
          },
        ]),
    ...(latencyMs.p99 === null ? [] : [{ text: `p99 ${duration(latencyMs.p99)}` }]),
  ]
}

/** "about $467 in 30 days", "about $467 in November (from $430 to $505)"; since when, where the rate is of a part of the window alone. */
function projectedText(costUsd: number, { projection, total, window }: Report, zone: string): string {
  const { days, basis, month } = projection
  const cost = `${total.costIsFloor || projection.costIsFloor ? 'at least' : 'about'} ${roughly(costUsd)}`
  if (month !== undefined) return `${cost} in ${monthName(month)} (${rangeText(projection)})`
  const isOfPart = basis && basis.hours < window.hours * WHOLE
  const since = isOfPart
    ? ` at the rate since ${clockText(basis.from, zone).slice(0, window.hours > 48 ? 10 : 16)}`
    : ''
  return `${cost} in ${days} days${since}`
}

/** What to say where nothing was used, and what to try; undefined where something was. */
export function unusedTexts(view: ReportView): [what: string, remedy: string] | undefined {
  const { total, source, window, regions } = view.report
  if (COUNTERS.some((counter) => total[counter] !== 0)) return undefined
  // Of a bill that was not read whole, nobody knows.
  if (view.report.bill && total.costIsFloor) return undefined
  const span = spanText(view.report)
  const when = source !== 'file' && span.startsWith('last') ? `in the ${span}` : `from ${windowText(view)}`
  const where = regions.length > 0 ? `in ${regionsText(view.report)} ` : ''
  const { where: asked, bill } = view.report
  const fit = asked ? ` that match${bill ? 'es' : ''} ${whereText(asked)}` : ''
  const from = `(${accountsText(view.report).toLowerCase()}, from ${source})`
  const what = `${bill ? 'Nothing billed' : 'No calls'} ${where}${when}${fit} ${from}.`
  if (asked) {
    const keys = Object.keys(asked).join()
    return [what, `Try another pattern; --by ${keys} shows what there is.`]
  }
  if (source === 'file') return [what, 'Try other files, or another window (--since, --until).']
  if (bill) return [what, 'Try another window (--since, --until), or credentials of the account that pays.']
  const longer = window.hours < 720 ? ['--last 30d'] : []
  const wider = regions.length > 1 ? [] : ['--region all']
  const lag = source === 'metrics' ? ' Metrics lag 15 minutes.' : ''
  return [what, `Try ${[...longer, ...wider].join(', ')} or bedrock-monitor doctor.${lag}`.replace('Try  or', 'Try')]
}
