import { plain } from '../../text/escape.ts'
import { atLeast } from '../../text/floor.ts'
import { percent, UNKNOWN, usd } from '../../text/numbers.ts'
import { UNALLOCATED } from '../grouping.ts'
import type { Group, Usage } from '../model.ts'
import type { ReportView, TeamLine } from '../view.ts'
import type { Line, NamedColumn } from './lines.ts'
import type { Note } from './notes.ts'

/** One thing that is told of a team: under a name for programs, and for people. */
interface Told {
  name: string
  heading: string
  of(line: TeamLine): number | string | null
  cell(line: TeamLine): string
}

const floorText = (cost: number | null, isFloor: boolean) => (isFloor && cost ? atLeast(usd(cost)) : usd(cost, UNKNOWN))

const money = (name: string, heading: string, of: (line: TeamLine) => number | null): Told => {
  return { name, heading, of, cell: (line) => usd(of(line), UNKNOWN) }
}

const SHARED: readonly Told[] = [
  money('sharedUsd', 'Shared', ({ sharedUsd }) => sharedUsd),
  {
    ...money('chargedUsd', 'Charged', ({ chargedUsd }) => chargedUsd),
    cell: ({ chargedUsd, costIsFloor }) => floorText(chargedUsd, costIsFloor),
  },
]
const SHARE: Told = {
  ...money('chargedShare', 'Share', ({ share }) => share),
  cell: ({ share }) => percent(share),
}
const BUDGET: readonly Told[] = [
  money('budgetUsd', 'Budget', ({ budget }) => budget?.limitUsd ?? null),
  money('usedUsd', 'Used', ({ budget }) => budget?.usedUsd ?? null),
  money('leftUsd', 'Left', ({ budget }) => budget?.leftUsd ?? null),
  money('forecastUsd', 'Forecast', ({ budget }) => budget?.forecastUsd ?? null),
]

/** What is told of the teams of a report besides their own use; `worth`: only where it differs from that. */
export function toldOfTeams({ teams = [] }: ReportView['report'], worth = false): readonly Told[] {
  const isShared = !worth || teams.some(({ sharedUsd }) => sharedUsd !== 0)
  return [
    ...(isShared ? SHARED : []),
    // A report has a column of shares already.
    ...(worth ? [] : [SHARE]),
    ...(teams.some(({ budget }) => budget) ? BUDGET : []),
  ]
}

type OfGroup = Usage & Partial<Pick<Group, 'key' | 'others'>>

/** The line of each group's team, where each is a team; that of others taken together is their sum. */
function lineFinder({ report }: ReportView): (group: OfGroup) => TeamLine | undefined {
  const lines = new Map(report.teams?.map((line) => [line.team, line]))
  const named = new Set(report.groups.map(({ key }) => key.team))
  const others = together([...lines.values()].filter(({ team }) => !named.has(team)))
  return ({ key, others: number }) => (number === undefined ? lines.get(key?.team ?? '') : others)
}

/** What is told of teams as values of a report's groups, for programs. */
export function teamFields(view: ReportView) {
  if (view.by.join() !== 'team') return []
  const find = lineFinder(view)
  const told = (line: TeamLine | undefined, of: Told['of']) => (line ? of(line) : null)
  return toldOfTeams(view.report).map(({ name, of }) => ({ name, of: (group: OfGroup) => told(find(group), of) }))
}

/** The same as columns of the report's own table. */
export function teamColumns(view: ReportView): (NamedColumn & { heading: string })[] {
  if (view.by.join() !== 'team') return []
  const find = lineFinder(view)
  const textOf = (line: TeamLine | undefined, cell: Told['cell']) => (line ? cell(line) : '')
  return toldOfTeams(view.report, true).map(({ name, heading, cell }) => {
    return { name, heading, align: 'right', cell: ({ usage }: Line) => textOf(find(usage), cell) }
  })
}

function together(lines: readonly TeamLine[]): TeamLine {
  const sum = (of: (line: TeamLine) => number | null) =>
    lines.reduce((total, line) => total + Math.round((of(line) ?? 0) * 1e9), 0) / 1e9
  return {
    team: '',
    invocations: sum(({ invocations }) => invocations),
    costUsd: sum(({ costUsd }) => costUsd),
    sharedUsd: sum(({ sharedUsd }) => sharedUsd),
    chargedUsd: sum(({ chargedUsd }) => chargedUsd),
    costIsFloor: lines.some(({ costIsFloor }) => costIsFloor),
    share: lines.reduce((total, { share }) => total + (share ?? 0), 0),
  }
}

/** What no team is known for, and how budgets stand. */
export function teamNotes({ report: { teams = [] }, by }: ReportView): Note[] {
  const isByTeam = by.join() === 'team'
  const restFirst = [...teams].sort((a, b) => Number(b.team === UNALLOCATED) - Number(a.team === UNALLOCATED))
  return restFirst.flatMap((line, _, { length }): Note[] => {
    const { team, costUsd, costIsFloor, share, sharedUsd, chargedUsd } = line
    if (team === UNALLOCATED) {
      const text = `${floorText(costUsd, costIsFloor).replace(UNKNOWN, usd(null))}, ${percent(share ?? 0)} of the cost`
      return [{ label: 'Unallocated', text, ...((share ?? 0) > 0 && { tone: 'unsure' }) }]
    }
    const text = `${usd(chargedUsd, UNKNOWN)}: ${usd(costUsd)} of its own and ${usd(sharedUsd, UNKNOWN)} of what teams share`
    return [
      ...(length === 1 && !isByTeam && sharedUsd !== 0 ? [{ label: 'Charged', text }] : []),
      // The table has them, where it is of teams.
      ...budgetNote(line).filter(({ tone }) => tone || !isByTeam),
    ]
  })
}

/** "search used $320.10 of $500.00 in 2026-11: $179.90 left, about $610.00 by the end of the month" */
function budgetNote({ team, budget }: TeamLine): Note[] {
  if (!budget) return []
  const { month, limitUsd, usedUsd, usedIsFloor, leftUsd, forecastUsd, isOver } = budget
  const used = usedIsFloor ? atLeast(usd(usedUsd)) : usd(usedUsd)
  const left = isOver ? `${usd(-leftUsd)} over` : `${usedIsFloor ? 'at most ' : ''}${usd(leftUsd)} left`
  const leads = forecastUsd === null ? '' : `, about ${usd(forecastUsd)} by the end of the month`
  const text = `${plain(team)} used ${used} of ${usd(limitUsd)} in ${month}: ${left}${leads}`
  const tone = isOver ? 'bad' : (forecastUsd ?? 0) > limitUsd ? 'unsure' : undefined
  return [{ label: 'Budget', text, ...(tone && { tone }) }]
}
