import { plain } from '../../text/escape.ts'
import { atLeast } from '../../text/floor.ts'
import { percent, UNKNOWN, usd } from '../../text/numbers.ts'
import type { Column } from '../../text/table.ts'
import { UNALLOCATED } from '../grouping.ts'
import type { Group, Usage } from '../model.ts'
import type { TeamLine } from '../report-lines.ts'
import type { ReportView } from '../view.ts'
import type { Line } from './lines.ts'
import type { Note } from './notes.ts'

/** One thing that is told of a team: under a name for programs, and for people. */
interface Told {
  name: string
  heading: string
  of(line: TeamLine): number | string | boolean | null
  cell(line: TeamLine): string
}

const money = (name: string, heading: string, of: (line: TeamLine) => number | null): Told => {
  const cell = (line: TeamLine) => usd(of(line), UNKNOWN)
  return { name, heading, of, cell }
}

const SHARED: readonly Told[] = [
  money('sharedUsd', 'Shared', ({ sharedUsd }) => sharedUsd),
  {
    name: 'chargedUsd',
    heading: 'Charged',
    of: ({ chargedUsd }) => chargedUsd,
    cell: ({ chargedUsd, costIsFloor }) =>
      costIsFloor && chargedUsd ? atLeast(usd(chargedUsd)) : usd(chargedUsd, UNKNOWN),
  },
]
const SHARE: Told = {
  name: 'chargedShare',
  heading: 'Share',
  of: ({ share }) => share,
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

/** The same of each group, where each is a team. */
export function teamFields({ report, by }: ReportView, worth = false) {
  if (by.join() !== 'team') return []
  const lines = new Map(report.teams?.map((line) => [line.team, line]))
  const named = new Set(report.groups.map(({ key }) => key.team))
  const others = together([...lines.values()].filter(({ team }) => !named.has(team)))
  return toldOfTeams(report, worth).map(({ name, heading, of, cell }) => {
    const ofLine =
      <Value>(tell: (line: TeamLine) => Value, otherwise: Value) =>
      ({ key, others: number }: Usage & Partial<Pick<Group, 'key' | 'others'>>) => {
        const line = number === undefined ? lines.get(key?.team ?? '') : others
        return line ? tell(line) : otherwise
      }
    return { name, heading, of: ofLine(of, null), textOf: ofLine(cell, '') }
  })
}

/** Several teams as one, without their budgets. */
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

/** The same as columns of the report's own table. */
export function teamColumns(view: ReportView): (Column<Line> & { name: string; heading: string })[] {
  return teamFields(view, true).map(({ name, heading, textOf }) => {
    return { name, heading, align: 'right', cell: ({ usage }) => textOf(usage) }
  })
}

/** What no team is known for, and how budgets stand. */
export function teamNotes({ report, by }: ReportView): Note[] {
  const { teams = [] } = report
  const rest = teams.find(({ team }) => team === UNALLOCATED)
  const [one, ...others] = teams
  const isOne = one && others.length === 0 && one !== rest && by.join() !== 'team'
  return [
    ...(rest
      ? [
          {
            label: 'Unallocated',
            text: unallocatedText(rest),
            ...((rest.share ?? 0) > 0 && { tone: 'unsure' as const }),
          },
        ]
      : []),
    ...(isOne && one.sharedUsd !== 0 ? [{ label: 'Charged', text: chargedText(one) }] : []),
    // The table has them, where it is of teams.
    ...teams.flatMap(budgetNote).filter(({ tone }) => tone || by.join() !== 'team'),
  ]
}

function unallocatedText({ costUsd, costIsFloor, share }: TeamLine): string {
  const cost = usd(costUsd)
  return `${costIsFloor && costUsd !== null ? atLeast(cost) : cost}, ${percent(share ?? 0)} of the cost`
}

function chargedText({ costUsd, sharedUsd, chargedUsd }: TeamLine): string {
  return `${usd(chargedUsd, UNKNOWN)}: ${usd(costUsd)} of its own and ${usd(sharedUsd, UNKNOWN)} of what teams share`
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
