import { keyText } from './add-up.ts'
import { dimensionsOf, isTimeGrouping, timeOrder, UNALLOCATED } from './grouping.ts'
import type { Group, GroupKey } from './model.ts'
import { findValue, parseSortText, type SortKey } from './values.ts'

export interface Arrangement {
  /** The order; by default costliest first, and where times are told apart, in their order before all else. */
  sort?: readonly SortKey[] | undefined
  /** So many, and all others as one. Where times are told apart besides other things, so many of these, with others in each time. */
  top?: number | undefined
}

export interface Entry<Of> {
  of: Of
  group: Group
}

type Order = (a: Group, b: Group) => number

/**
 * Groups in the order that was asked for, with what is beyond the top taken together.
 */
export function arrange<Of>(
  entries: readonly Entry<Of>[],
  by: readonly string[],
  { sort, top }: Arrangement,
  costliestFirst: (a: Entry<Of>, b: Entry<Of>) => number,
  together: (entries: readonly Entry<Of>[], key: GroupKey) => Entry<Of>,
): Entry<Of>[] {
  const [times, own] = [by.filter(isTimeGrouping), dimensionsOf(by)]
  const keys = sort?.map((key) => orderBy(key, by))
  const sorted = chain(keys ?? [])
  // What is ranked besides a time is of all times.
  const ranking = chain(
    (keys ?? []).filter((_, index) => own.length === 0 || !isTimeGrouping(sort?.[index]?.name ?? '')),
  )
  const rank = (a: Entry<Of>, b: Entry<Of>) =>
    ranking(a.group, b.group) || largest(b.group) - largest(a.group) || costliestFirst(a, b)
  const listed = top === undefined ? [...entries] : withOthers(entries, times, own, top, rank, together)
  // Others that stand for a time stand in it; else they are the last.
  const leading = own.length === 0 ? 0 : (sort ?? []).findIndex(({ name }) => !isTimeGrouping(name))
  const byTime = timeOrder(times)
  const inTime: Order = (a, b) => byTime(a.key, b.key)
  const first = sort
    ? chain((keys ?? []).slice(0, leading === -1 ? undefined : leading))
    : own.length > 0
      ? inTime
      : NO_ORDER
  const byDefault = (a: Entry<Of>, b: Entry<Of>) =>
    inTime(a.group, b.group) || (times.length > 0 && own.length === 0 ? 0 : costliestFirst(a, b))
  return listed.sort(
    (a, b) =>
      first(a.group, b.group) ||
      Number(a.group.others !== undefined) - Number(b.group.others !== undefined) ||
      sorted(a.group, b.group) ||
      byDefault(a, b),
  )
}

function withOthers<Of>(
  entries: readonly Entry<Of>[],
  times: readonly string[],
  own: readonly string[],
  top: number,
  rank: (a: Entry<Of>, b: Entry<Of>) => number,
  together: (entries: readonly Entry<Of>[], key: GroupKey) => Entry<Of>,
): Entry<Of>[] {
  const nameOf = ({ group: { key } }: Entry<Of>) => keyText(own.length > 0 ? picked(key, own) : key)
  const ranked = [...grouped(entries, nameOf)]
    .map(([name, all]) => ({ name, entry: all.length === 1 ? all[0] : together(all, all[0].group.key) }))
    .sort((a, b) => rank(a.entry, b.entry))
  // What is of no team is no team like others: it is always told.
  const isShown = ({ entry }: (typeof ranked)[number], place: number) =>
    place < top || entry.group.key.team === UNALLOCATED
  const shown = new Set(ranked.filter(isShown).map(({ name }) => name))
  const rest = entries.filter((entry) => !shown.has(nameOf(entry)))
  const timeOf = ({ group: { key } }: Entry<Of>) => (own.length > 0 ? picked(key, times) : {})
  const others = [...grouped(rest, (entry) => keyText(timeOf(entry))).values()].map((all) => {
    const { of, group } = together(all, timeOf(all[0]))
    return { of, group: { ...group, others: all.length } }
  })
  return [...entries.filter((entry) => shown.has(nameOf(entry))), ...others]
}

function largest({ costUsd, before }: Group): number {
  return Math.max(costUsd ?? -1, before?.costUsd ?? -1)
}

function picked(key: GroupKey, names: readonly string[]): GroupKey {
  return Object.fromEntries(names.map((name) => [name, key[name] ?? '']))
}

/** Several things by what is told of each, in the order in which it comes first. */
export function grouped<Of, Key = string>(all: Iterable<Of>, keyOf: (one: Of) => Key): Map<Key, [Of, ...Of[]]> {
  const groups = new Map<Key, [Of, ...Of[]]>()
  for (const one of all) {
    const key = keyOf(one)
    const known = groups.get(key)
    if (known) known.push(one)
    else groups.set(key, [one])
  }
  return groups
}

const NO_ORDER: Order = () => 0

function chain<Of>(orders: readonly ((a: Of, b: Of) => number)[]): (a: Of, b: Of) => number {
  return (a, b) => orders.reduce((found, order) => found || order(a, b), 0)
}

/** What rows are told apart and ordered by: texts begin with the first, figures with the largest; null, which is not known, is last. */
export interface RowKey<Row> {
  name: string
  isFigure?: boolean
  of(row: Row): string | number | boolean | null
}

/** The order that `--sort` asks for of rows: the next decides where one does not. @throws what `find` throws */
export function rowOrder<Row>(sort: readonly string[], find: (name: string) => RowKey<Row>) {
  const orders = sort.map((text) => {
    const { name, direction } = parseSortText(text)
    const { of, isFigure } = find(name)
    const sign = (direction ?? (isFigure ? 'desc' : 'asc')) === 'asc' ? 1 : -1
    return (a: Row, b: Row) => compareKnown(of(a), of(b), sign)
  })
  return chain(orders)
}

function orderBy({ name, descending }: SortKey, by: readonly string[]): Order {
  const sign = descending ? -1 : 1
  const value = findValue(name)
  if (name === 'name') return chain(by.map((one) => orderBy({ name: one, descending }, by)))
  if (!value) {
    const inTime = timeOrder([name])
    return (a, b) =>
      sign * (isTimeGrouping(name) ? inTime(a.key, b.key) : compare(a.key[name] ?? '', b.key[name] ?? ''))
  }
  // Of changes it is the size that matters.
  const of = (group: Group) => {
    const told = value.of(group)
    return value.name === 'change.usd' && told !== null ? Math.abs(Number(told)) : told
  }
  return (a, b) => compareKnown(of(a), of(b), sign)
}

/** What is not known (null) is last, whatever the direction. */
function compareKnown<Of extends string | number | boolean>(a: Of | null, b: Of | null, sign: number): number {
  return a === null || b === null ? Number(a === null) - Number(b === null) : sign * compare(a, b)
}

/** The smaller one first. */
export function compare<Of extends string | number | boolean>(a: Of, b: Of): number {
  return a === b ? 0 : a < b ? -1 : 1
}
