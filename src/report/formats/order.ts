import { isTimeGrouping } from '../grouping.ts'
import type { Group, ReportView } from '../model.ts'

/** The view with its groups in the order of time where they are told apart by hour or day; else dearest first, as they are. */
export function chronological(view: ReportView): ReportView {
  const { report, by, trends } = view
  const times = by.filter(isTimeGrouping)
  if (times.length === 0) return view
  const when = (group: Group | undefined) => times.map((name) => moment(group?.key[name] ?? ''))
  const order = report.groups
    .map((_, index) => index)
    .sort((a, b) => compare(when(report.groups[a]), when(report.groups[b])) || a - b)
  const sorted = <T>(items: readonly T[]): T[] => order.flatMap((index) => items.slice(index, index + 1))
  return {
    ...view,
    report: { ...report, groups: sorted(report.groups) },
    trends: { ...trends, groups: sorted(trends.groups), costs: sorted(trends.costs) },
  }
}

/** The hour that comes twice in autumn is told apart by its offset, so it is the moment that counts. */
function moment(key: string): number {
  return Date.parse(key)
}

function compare(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index])
  return place === -1 ? 0 : (a[place] ?? 0) - (b[place] ?? 0)
}
