import { csvText } from '../../text/csv.ts'
import { isTimeGrouping } from '../grouping.ts'
import type { Group, Usage } from '../model.ts'
import { type AnswerView, shownColumns } from '../queries/answer.ts'
import { CHANGE_FIELDS, FIELDS, findValue, type Value } from '../values.ts'
import type { ReportView } from '../view.ts'
import { featureTable, type OwnTable } from './features.ts'
import { keyText } from './labels.ts'
import { teamFields, toldOfTeams } from './teams.ts'

/**
 * A header, and one row a group; then `partial` where times are told apart, `others` where some are taken together, and the change
 * where windows are compared. There is no total: whoever adds the column up gets it. What is of no group (what one team is
 * charged, guardrails and agents) stands below, in rows and columns of its own.
 */
export function renderReport(view: ReportView): string {
  const { report, by, columns } = view
  const more: Value[] = [
    ...(by.some(isTimeGrouping) ? [{ name: 'partial', of: (group: Told) => group.partial === true }] : []),
    ...(report.groups.some(({ others }) => others)
      ? [{ name: 'others', of: (group: Told) => group.others ?? null }]
      : []),
    ...(report.compare ? CHANGE_FIELDS : []),
    ...teamFields(view),
  ]
  const values = columns ? columns.flatMap((name) => findValue(name) ?? []) : [...FIELDS, ...more]
  const rows = report.groups.map((group) => [
    ...by.map((name) => group.key[name] ?? (group.others === undefined ? '' : keyText(view, group, name))),
    ...values.map(({ of }) => of(group, report.total)),
  ])
  const head = [...by, ...values.map(({ name }) => name)]
  const below = columns ? [] : [ofTeam(view), featureTable(report)].filter(({ rows }) => rows.length > 0)
  const own = [...new Set(below.flatMap(({ names }) => names))].filter((name) => !head.includes(name))
  const lines = below.flatMap((table) =>
    table.rows.map((row) => [...head, ...own].map((name) => row[table.names.indexOf(name)] ?? '')),
  )
  return csvText([[...head, ...own], ...rows.map((row) => [...row, ...own.map(() => '')]), ...lines])
}

/** What one team is charged, and its budget. */
function ofTeam({ report, by }: ReportView): OwnTable {
  const [team, ...others] = report.teams ?? []
  if (!team || others.length > 0 || by.join() === 'team') return { names: [], rows: [] }
  const told = [{ name: 'team', of: () => team.team }, ...toldOfTeams(report)]
  return { names: told.map(({ name }) => name), rows: [told.map(({ of }) => of(team))] }
}

type Told = Usage & Partial<Group>

/** A header, and one line a row. Where they come from, and what they cost, is no part of a table of data. */
export function renderAnswer(view: AnswerView): string {
  const names = shownColumns(view).map(({ name }) => name)
  return csvText([names, ...view.report.rows.map((row) => names.map((name) => row[name] ?? null))])
}
