import { atLeast } from '../../../text/floor.ts'
import { usd, whole } from '../../../text/numbers.ts'
import type { Measure, PageData, Percents } from './page-data.ts'

export interface Chart {
  title: string
  legend: readonly Entry[]
  /** Undefined where there is nothing to draw; then `without` says so. */
  body: Body | undefined
  without: string
}

export interface Entry {
  label: string
  colour: string
  /** What the page is narrowed to by this entry: places in `stacks`. */
  stacks?: readonly number[]
}

export type Body = Stacked | Rows | Ranges

export interface Stacked {
  kind: 'stacked'
  unit: 'usd' | 'count'
  bars: PageData['bars']
  series: readonly Series[]
}

export interface Series extends Entry {
  values: readonly number[]
}

export type Rows = NonNullable<ReturnType<typeof costRows>>
export type Ranges = NonNullable<ReturnType<typeof latencyRanges>>

const COLOURS = Array.from({ length: 8 }, (_, index) => `var(--c${index + 1})`)
const OTHERS = 'var(--others)'
const MOST_SERIES = 5
const MOST_ROWS = 7

const TOKENS = [
  ['inputTokens', 'input', 'var(--c1)'],
  ['outputTokens', 'output', 'var(--c2)'],
  ['cacheReadTokens', 'cache read', 'var(--c3)'],
  ['cacheWriteTokens', 'cache write', 'var(--c4)'],
] as const

const FAILURES = [
  ['clientErrors', 'client errors', 'var(--c2)'],
  ['serverErrors', 'server errors', 'var(--bad)'],
  ['throttles', 'throttles', 'var(--c4)'],
] as const

const PERCENTILES = [
  ['p50', 'var(--c1)'],
  ['p90', 'var(--c2)'],
  ['p99', 'var(--bad)'],
] as const

/**
 * The charts of a page in the order of its frames: of all of it, or of some names.
 * @param picked places in `names`
 */
export function chartsOf(data: PageData, picked?: ReadonlySet<number>): Chart[] {
  const names = picked ?? new Set(data.names.keys())
  const ranked = (measure: Measure) => rank(data, names, measure)
  const colours = coloursOf(data, picked)
  const bodies = [
    stackedBy(data, ranked('costUsd'), colours, 'usd'),
    stackedBy(data, ranked('invocations'), colours, 'count'),
    kinds(data, names, TOKENS),
    costRows(data, names),
    latencyRanges(data, picked),
    kinds(data, names, FAILURES),
  ]
  return data.charts.flatMap(({ title, without, isIncomplete, isUntold }, index): Chart[] => {
    if (isUntold) return []
    const body = isIncomplete ? undefined : bodies[index]
    return [{ title, without, legend: body ? legendOf(body) : [], body }]
  })
}

function legendOf(body: Body): readonly Entry[] {
  if (body.kind === 'stacked') return body.series
  return body.kind === 'ranges' ? PERCENTILES.map(([label, colour]) => ({ label, colour })) : []
}

type Course = ReturnType<typeof rank>[number]

/** The stacks in which there is something of a measure, the largest first. */
function rank(data: PageData, names: ReadonlySet<number>, measure: Measure) {
  const courses = new Map<number, { stack: number; values: number[]; sum: number }>()
  for (const name of names) {
    const { stack = 0 } = data.names[name] ?? {}
    const course = courses.get(stack) ?? { stack, values: data.bars.map(() => 0), sum: 0 }
    courses.set(stack, course)
    course.sum += addCourse(course.values, data, name, measure)
  }
  return [...courses.values()].filter(({ sum }) => sum > 0).sort((a, b) => b.sum - a.sum)
}

/** Adds a name's course to sums by bar; gives the sum of what was added. */
function addCourse(values: number[], { names, measures }: PageData, name: number, measure: Measure): number {
  const course = names[name]?.course ?? []
  const place = measures.indexOf(measure) + 1
  let sum = 0
  if (place === 0) return 0
  for (let at = 0; at < course.length; at += measures.length + 1) {
    const [bar = 0, value = 0] = [course[at], course[at + place]]
    values[bar] = (values[bar] ?? 0) + value
    sum += value
  }
  return sum
}

type Colours = ReadonlyMap<number, string>

/** A stack has the same colour in every chart, also where the page is narrowed; others that show then take what is free. */
function coloursOf(data: PageData, picked: ReadonlySet<number> | undefined): Colours {
  const usual = new Map<number, string>()
  const shown = (names: ReadonlySet<number>) =>
    (['costUsd', 'invocations'] as const).flatMap((measure) =>
      rank(data, names, measure)
        .slice(0, MOST_SERIES + 1)
        .map(({ stack }) => stack),
    )
  give(usual, shown(new Set(data.names.keys())))
  if (!picked) return usual
  const wanted = shown(picked)
  const own = new Map([...usual].filter(([stack]) => wanted.includes(stack)))
  give(own, wanted)
  return own
}

function give(colours: Map<number, string>, stacks: readonly number[]): void {
  const free = COLOURS.filter((colour) => ![...colours.values()].includes(colour))
  for (const stack of new Set(stacks)) {
    const colour = colours.has(stack) ? undefined : free.shift()
    if (colour !== undefined) colours.set(stack, colour)
  }
}

function stackedBy(data: PageData, all: readonly Course[], colours: Colours, unit: Stacked['unit']): Body | undefined {
  const series: Series[] = []
  const others: Course[] = []
  const cut = cutOf(all, MOST_SERIES)
  for (const [place, course] of all.entries()) {
    const { stack, values } = course
    const colour = place < cut ? colours.get(stack) : undefined
    if (colour === undefined) others.push(course)
    else series.push({ label: data.stacks[stack] ?? '', colour, stacks: [stack], values })
  }
  if (others.length > 0) {
    const values = data.bars.map((_, bar) => others.reduce((sum, course) => sum + (course.values[bar] ?? 0), 0))
    series.push({ label: othersOf(others.length), colour: OTHERS, stacks: others.map(({ stack }) => stack), values })
  }
  return series.length > 0 ? { kind: 'stacked', unit, bars: data.bars, series } : undefined
}

function kinds(
  data: PageData,
  names: ReadonlySet<number>,
  all: readonly (readonly [Measure, string, string])[],
): Body | undefined {
  const series = all.flatMap(([measure, label, colour]) => {
    const values = data.bars.map(() => 0)
    let sum = 0
    for (const name of names) sum += addCourse(values, data, name, measure)
    return sum > 0 ? { label, colour, values } : []
  })
  return series.length > 0 ? { kind: 'stacked', unit: 'count', bars: data.bars, series } : undefined
}

function costRows(data: PageData, names: ReadonlySet<number>) {
  const costs = new Map<number, { cost: number; isFloor: boolean }>()
  for (const { name, costs: own, isFloor = false } of data.groups) {
    if (!names.has(name)) continue
    const { cost, isFloor: already } = costs.get(name) ?? { cost: 0, isFloor: false }
    costs.set(name, { cost: cost + (own[0] ?? 0), isFloor: isFloor || already })
  }
  const costliest = [...costs].filter(([, { cost }]) => cost > 0).sort(([, a], [, b]) => b.cost - a.cost)
  const textOf = (cost: number, isFloor: boolean) => (isFloor ? atLeast(usd(cost)) : usd(cost))
  const cut = cutOf(costliest, MOST_ROWS)
  const rows = costliest.slice(0, cut).map(([name, { cost, isFloor }]) => {
    const { label = '', ids = label } = data.names[name] ?? {}
    return { label, ids, text: textOf(cost, isFloor), value: cost, colour: 'var(--c1)' }
  })
  const rest = costliest.slice(cut)
  if (rest.length > 0) {
    const cost = rest.reduce((sum, [, one]) => sum + one.cost, 0)
    const label = othersOf(rest.length)
    const isFloor = rest.some(([, one]) => one.isFloor)
    rows.push({ label, ids: label, text: textOf(cost, isFloor), value: cost, colour: OTHERS })
  }
  return rows.length > 0 ? { kind: 'rows' as const, rows } : undefined
}

/** A line for each row from its least to its largest point: total first, unless the page is narrowed; then the groups that were called most, as far as their percentiles are known. */
function latencyRanges(data: PageData, picked: ReadonlySet<number> | undefined) {
  const busiest = data.groups
    .filter(({ name, latency }) => latency !== null && (picked?.has(name) ?? true))
    .sort((a, b) => (b.calls ?? 0) - (a.calls ?? 0))
    .slice(0, MOST_ROWS)
  const named = busiest.map(({ name, time, latency }) => {
    const { label = '', ids = label } = data.names[name] ?? {}
    const withTime = (text: string) => [time, text].filter(Boolean).join(' · ')
    return { label: withTime(label), ids: withTime(ids), points: pointsOf(latency) }
  })
  const total = picked ? [] : [{ label: 'Total', ids: 'Total', points: pointsOf(data.latency) }]
  const rows = [...total, ...named].filter(({ points }) => points.length > 0).slice(0, MOST_ROWS)
  return rows.length > 0 ? { kind: 'ranges' as const, rows } : undefined
}

/** In milliseconds. */
function pointsOf(percents: Percents | null) {
  return PERCENTILES.flatMap(([name, colour], index) => {
    const value = percents?.[index] ?? null
    return value === null ? [] : { name, value, colour }
  })
}

/** How many of them are shown. One more takes no more room than "1 other". */
function cutOf({ length }: readonly unknown[], most: number): number {
  return length > most + 1 ? most : length
}

function othersOf(count: number): string {
  return `${whole(count)} other${count === 1 ? '' : 's'}`
}

/** A chart of which one entry of the legend alone is drawn; of one that narrows the page, the chart as it is. */
export function only(chart: Chart, label: string | undefined): Chart {
  const { body, legend } = chart
  if (!body || body.kind === 'rows' || !legend.some((entry) => entry.label === label && !entry.stacks)) return chart
  if (body.kind === 'stacked')
    return { ...chart, body: { ...body, series: body.series.filter((one) => one.label === label) } }
  const rows = body.rows.map((row) => ({ ...row, points: row.points.filter(({ name }) => name === label) }))
  return { ...chart, body: { ...body, rows: rows.filter(({ points }) => points.length > 0) } }
}
