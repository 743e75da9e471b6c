import { signedPercent, signedUsd, UNKNOWN, usd } from '../../text/numbers.ts'
import type { Change } from '../compare.ts'
import { isTimeGrouping } from '../grouping.ts'
import { COUNTERS, type Group } from '../model.ts'
import type { ReportView } from '../view.ts'
import { costCell, groupLabel } from './labels.ts'
import { clockText } from './times.ts'

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
