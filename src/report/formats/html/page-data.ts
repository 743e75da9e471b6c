import { unescapeEntities } from '../../../text/entities.ts'
import { atLeast } from '../../../text/floor.ts'
import { percent, usd, whole } from '../../../text/numbers.ts'
import type { Counter } from '../../model.ts'

export type Measure = Counter | 'costUsd'

/** What the page's script narrows, adds up and draws charts from; it comes in the page as JSON. Texts are safe to show. */
export interface PageData {
  /** The values of the first grouping that is not time, by which charts are stacked. */
  stacks: readonly string[]
  isByModel: boolean
  /** Whatever groups have in common when time is left aside. */
  names: readonly PageName[]
  groups: readonly PageGroup[]
  bars: readonly Bar[]
  /** What a course tells of each bar, in this order. */
  measures: readonly Measure[]
  charts: readonly Frame[]
  latency: Percents
  /** US dollars; null where nothing is priced. */
  costUsd: number | null
}

export interface PageName {
  label: string
  /** The exact ids, where the label is short for them. */
  ids?: string
  stack: number
  /** For each bar with use: its place, and a number for each measure. */
  course: readonly number[]
}

export interface PageGroup {
  name: number
  /** The hour or day it is of, where groups are told apart by these. */
  time?: string
  calls: number | null
  latency: Percents | null
  /** US dollars: of all, then of each kind of billed thing that the page has a column for. Null where nothing is priced. */
  costs: readonly (number | null)[]
  isFloor?: true
}

/** Milliseconds: p50, p90, p99. */
export type Percents = readonly [number | null, number | null, number | null]

/** A part of the window; `tick` is what stands under it, where something does. */
export interface Bar {
  name: string
  tick?: string
}

export interface Frame {
  title: string
  /** The source knows nothing of it: it is left out. */
  isUntold?: true
  without: string
  /** Not all is known, so nothing is drawn: a part would pass for the whole. */
  isIncomplete?: true
}

/** How a column adds up: counts, which stand in its cells whole; costs, by their place in `costs`; shares of the whole cost. */
export type Sum = 'count' | 'share' | number

/** The sum of some cells of a column; a dash where one of them is not known. */
export function sumOf(sum: Sum, values: readonly (number | null)[], isFloor: boolean, totalUsd: number | null): string {
  const known = values.filter((value) => value !== null)
  if (sum === 'count') return whole(known.length < values.length ? null : known.reduce((all, value) => all + value, 0))
  // Costs are published to the nano-dollar: in whole ones they add up exactly.
  const cost = known.reduce((all, value) => all + Math.round(value * 1e9), 0) / 1e9
  if (sum === 'share') return percent(totalUsd ? cost / totalUsd : null)
  if (known.length === 0) return '–'
  return sum === 0 && isFloor ? atLeast(usd(cost)) : usd(cost)
}

/** What a cell of a group's column adds to its sum, from its text or from what the page carries. */
export function valueIn(sum: Sum, group: PageData['groups'][number] | undefined, text: string): number | null {
  if (sum === 'count') return numberIn(text)
  return group?.costs[sum === 'share' ? 0 : sum] ?? null
}

/** The first number in a cell: 1234.5 of "at least $1,234.50"; null where there is none, as in "–" or "unpriced". */
export function numberIn(text: string): number | null {
  const found = /\d[\d,]*(\.\d+)?/.exec(text)
  if (!found) return null
  const size = Number(found[0].replaceAll(',', ''))
  // Seconds stand beside milliseconds in a column, and losses beside gains.
  const value = (text.startsWith('-') ? -1 : 1) * (/^[\d.,]+ s$/.test(text) ? size * 1_000 : size)
  // What is less than the least that can be shown comes before it.
  return text.startsWith('<') ? value / 2 : value
}

/** The cells of a row of a table, as the page is written: what they show, and what that is short for. */
export function cellsOf(row: string): { text: string; title: string }[] {
  return [...row.matchAll(/<t[hd]([^>]*)>(.*?)<\/t[hd]>/g)].map(([, attributes = '', inner = '']) => ({
    text: textIn(inner),
    title: textIn(/ title="([^"]*)"/.exec(attributes)?.[1] ?? ''),
  }))
}

function textIn(html: string): string {
  return unescapeEntities(html.replace(/<[^>]*>/g, ''))
}

/** Orders cells: numbers by their size, texts by their letters and the numbers in them. What is not known is last either way. */
export function compareCells(a: string, b: string, isText: boolean, isDescending: boolean): number {
  const sign = isDescending ? -1 : 1
  if (isText) return sign * a.localeCompare(b, 'en', { numeric: true })
  const [x, y] = [numberIn(a), numberIn(b)]
  if (x === null || y === null) return Number(x === null) - Number(y === null)
  return sign * (x - y)
}

/** Whether a text has every word of a query, in small or capital letters. */
export function matches(text: string, query: string): boolean {
  const lower = text.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word))
}

/** The places of the names that a query and a choice of stacks leave; undefined where they leave out nothing. */
export function namesLeft(
  { names, stacks }: PageData,
  query: string,
  chosen?: readonly number[],
): ReadonlySet<number> | undefined {
  if (query.trim() === '' && !chosen) return undefined
  const left = [...names.entries()].filter(
    ([, { label, ids = '', stack }]) =>
      (chosen?.includes(stack) ?? true) && matches(`${label} ${ids} ${stacks[stack]}`, query),
  )
  return new Set(left.map(([place]) => place))
}
