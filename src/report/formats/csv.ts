import { csvText } from '../../text/csv.ts'
import { isTimeGrouping } from '../grouping.ts'
import type { ReportView } from '../model.ts'
import { type AnswerView, shownColumns } from '../queries/answer.ts'
import { FIELDS } from './fields.ts'

/** A header, and one row a group; `partial` where hours or days are told apart. There is no total: whoever adds the column up gets it. */
export function renderReport(view: ReportView): string {
  const { report, by } = view
  const isByTime = by.some(isTimeGrouping)
  const header = [...by, ...FIELDS.map(({ name }) => name), ...(isByTime ? ['partial'] : [])]
  const rows = report.groups.map((group) => [
    ...by.map((name) => group.key[name] ?? ''),
    ...FIELDS.map(({ of }) => of(group)),
    ...(isByTime ? [group.partial === true] : []),
  ])
  return csvText([header, ...rows])
}

/** A header, and one line a row. Where they come from, and what they cost, is no part of a table of data. */
export function renderAnswer(view: AnswerView): string {
  const names = shownColumns(view).map(({ name }) => name)
  return csvText([names, ...view.report.rows.map((row) => names.map((name) => row[name] ?? null))])
}
