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

export function ranking({ report, by }: ReportView): Rank {
  const colours = new Map<number, string>()
  const colourOf = (group: number): string | undefined => {
    const known = colours.get(group)
    if (known !== undefined || colours.size === COLOURS) return known
    const colour = `var(--c${colours.size + 1})`
    colours.set(group, colour)
    return colour
  }
  return (courses) => {
    const all = report.groups
      .map((group, index) => ({ group, index, values: (courses[index] ?? []).map((value) => value ?? 0) }))
      .map((course) => ({ ...course, sum: course.values.reduce((total, value) => total + value, 0) }))
      .filter(({ sum }) => sum > 0)
      .sort((a, b) => b.sum - a.sum)
    const shown = all.slice(0, MOST_SERIES).flatMap(({ group, index, values }) => {
      const colour = colourOf(index)
      return colour === undefined ? [] : { index, label: groupLabel(group, by), colour, values }
    })
    const others = all.filter(({ index }) => !shown.some((one) => one.index === index))
    return others.length === 0 ? shown : [...shown, { ...together(others), colour: 'var(--others)' }]
  }
}

function together(courses: readonly { values: readonly number[] }[]): { label: string; values: number[] } {
  const sums = new Array<number>(courses[0]?.values.length ?? 0).fill(0)
  for (const { values } of courses) for (const [slot, value] of values.entries()) sums[slot] = (sums[slot] ?? 0) + value
  return { label: `${courses.length.toLocaleString('en-US')} other${courses.length === 1 ? '' : 's'}`, values: sums }
}
