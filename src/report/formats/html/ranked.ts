import { whole } from '../../../text/numbers.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { ReportView } from '../../model.ts'
import { groupLabel } from '../labels.ts'

/** A course of a group, or of some groups together, as a chart has it: a value for each slot of the series. */
export interface Ranked {
  label: string
  colour: string
  values: number[]
}

const COLOURS = 8
const MOST_SERIES = 5

/** Tells the largest courses apart by colour and adds up the rest. A group has the same colour in every chart. */
export type Rank = (courses: readonly (readonly (number | null)[])[]) => Ranked[]

export function ranking(view: ReportView): Rank {
  const colours = new Map<string, string>()
  const colourOf = (key: string): string | undefined => {
    const known = colours.get(key)
    if (known !== undefined || colours.size === COLOURS) return known
    const colour = `var(--c${colours.size + 1})`
    colours.set(key, colour)
    return colour
  }
  return (courses) => {
    const all = timeless(view, courses)
      .map((course) => ({ ...course, sum: course.values.reduce((total, value) => total + value, 0) }))
      .filter(({ sum }) => sum > 0)
      .sort((a, b) => b.sum - a.sum)
    const shown = all.slice(0, MOST_SERIES).flatMap(({ key, label, values }) => {
      const colour = colourOf(key)
      return colour === undefined ? [] : { key, label, colour, values }
    })
    const others = all.filter(({ key }) => !shown.some((one) => one.key === key))
    return others.length === 0 ? shown : [...shown, { ...together(others), colour: 'var(--others)' }]
  }
}

interface Course {
  key: string
  label: string
  values: number[]
}

/** The courses of groups that only the hour or the day tells apart are one: time has an axis of its own. */
function timeless(view: ReportView, courses: readonly (readonly (number | null)[])[]): Course[] {
  const { report, by } = view
  const names = by.filter((name) => !isTimeGrouping(name))
  const merged = new Map<string, Course>()
  for (const [index, group] of report.groups.entries()) {
    const key = JSON.stringify(names.map((name) => group.key[name]))
    const values = (courses[index] ?? []).map((value) => value ?? 0)
    const known = merged.get(key)
    if (known) addTo(known.values, values)
    else merged.set(key, { key, label: names.length > 0 ? groupLabel(view, group, names) : 'all', values })
  }
  return [...merged.values()]
}

function addTo(sums: number[], values: readonly number[]): void {
  for (const [slot, value] of values.entries()) sums[slot] = (sums[slot] ?? 0) + value
}

function together(courses: readonly { values: readonly number[] }[]): { label: string; values: number[] } {
  const sums = new Array<number>(courses[0]?.values.length ?? 0).fill(0)
  for (const { values } of courses) addTo(sums, values)
  return { label: `${whole(courses.length)} other${courses.length === 1 ? '' : 's'}`, values: sums }
}
