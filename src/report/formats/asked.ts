import { percent, signedPercent, signedUsd, UNKNOWN, usd, whole } from '../../text/numbers.ts'
import type { Column } from '../../text/table.ts'
import type { Change } from '../compare.ts'
import { isTimeGrouping } from '../grouping.ts'
import { COUNTERS, type Group } from '../model.ts'
import { findValue, type Value } from '../values.ts'
import type { ReportView } from '../view.ts'
import { costCell, groupLabel } from './labels.ts'
import type { Line } from './lines.ts'
import { clockText } from './times.ts'

type TextColumn = Column<Line> & { heading: string }

/** New and gone ones that are named in a sentence. */
const MOST_NAMED = 5

/** The columns of `--columns`; undefined where none were asked for. */
export function askedColumns({ columns, report }: ReportView): TextColumn[] | undefined {
  return columns?.flatMap((name): TextColumn[] => {
    const value = findValue(name)
    if (!value) return []
    if (name === 'change.usd') return [CHANGE]
    const of = ({ usage }: Line) => value.of(usage, report.total)
    return [{ heading: titleOf(name), align: 'right', cell: cellOf(value, of) }]
  })
}

function cellOf({ name }: Value, of: (line: Line) => ReturnType<Value['of']>) {
  const isMoney = name.endsWith('Usd') || name.startsWith('costs.')
  return (line: Line): string => {
    const value = of(line)
    if (name === 'costUsd') return costCell(line.usage)
    if (value === null || value === '') return UNKNOWN
    if (typeof value !== 'number') return String(value)
    if (isMoney) return usd(value)
    if (name === 'change.percent') return signedPercent(value / 100)
    return /Rate$|[sS]hare$/.test(name) ? percent(value) : whole(value)
  }
}

/** "costs.cacheRead" → "Costs cache read", "latencyMs.p99" → "Latency p99 ms", "inputTokens" → "Input tokens" */
function titleOf(name: string): string {
  if (name === 'invocations') return 'Calls'
  const words = name
    .replace(/Usd$/, '')
    .replace(/^(.+)Ms\.(.+)$/, '$1 $2 ms')
    .replace(/\./g, ' ')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

export function changeColumns({ report }: ReportView): TextColumn[] {
  return report.compare ? [CHANGE] : []
}

const CHANGE: TextColumn = {
  heading: 'Change',
  align: 'right',
  cell({ usage }) {
    const text = changeText(usage.change)
    return isNew(usage) ? `${text} (new)` : isGone(usage) ? `${text} (gone)` : text
  },
}

/** "+$1.20 (+12.0%)"; only dollars where there is no percentage. */
export function changeText(change: Change | undefined): string {
  if (!change || change.usd === null) return UNKNOWN
  const share = change.percent === null || change.percent <= -100 ? '' : ` (${signedPercent(change.percent / 100)})`
  return `${signedUsd(change.usd)}${share}`
}

type Told = Partial<Pick<Group, 'before' | 'change'>> & Pick<Group, 'costUsd' | (typeof COUNTERS)[number]>

function isNew(group: Told): boolean {
  return group.before === null && COUNTERS.some((counter) => group[counter] !== 0)
}

function isGone(group: Told): boolean {
  return Boolean(group.change?.usd) && group.costUsd === 0 && COUNTERS.every((counter) => group[counter] === 0)
}

/** What changed and why, and what is new and gone; nothing where no windows are compared. */
export function compareTexts(view: ReportView): { label: string; text: string }[] {
  const { compare, groups, total } = view.report
  if (!compare) return []
  const { window, change, before, scale } = compare
  const [start, end] = [window.start, window.end].map((time) => clockText(time, view.timeZone))
  const parts = (['volume', 'mix', 'price'] as const).map((part) => {
    const value = change[`${part}Usd`]
    return `${part} ${value === null ? UNKNOWN : signedUsd(value)}`
  })
  const floors = [...(before.costIsFloor ? ['the cost before'] : []), ...(total.costIsFloor ? ['the cost now'] : [])]
  const both = floors.length === 2 ? 'both costs leave' : `${floors[0]} leaves`
  const inexact = floors.length > 0 ? `; ${both} something out, so this is not exact` : ''
  const was = costCell(before)
  const taken =
    scale === undefined || before.costUsd === null
      ? ''
      : `, taken as ${costCell({ ...before, costUsd: before.costUsd * scale })} for a window as long as this one`
  const text = `${changeText(change)} from ${was} (${start} to ${end} ${view.timeZone})${taken}: ${parts.join(', ')}${inexact}`
  return [
    { label: 'Change', text },
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
