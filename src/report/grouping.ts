import type { GroupKey, Row } from './model.ts'
import { offsetAt, offsetText, UNITS, unitStart, wallTime } from './window.ts'

/** What the ARN of a caller tells, and itself. */
export const OF_CALLERS = ['role', 'user', 'identity'] as const

/** What invocation records can be told apart by; `metadata:` stands for `metadata:KEY`. */
export const OF_RECORDS: readonly string[] = [
  ...['model', 'account', 'region', ...OF_CALLERS, 'operation', 'profile', 'metadata:'],
]

/** Groupings that are found by names and rules once the rows are read; `tag:` stands for `tag:KEY`. */
export const NAMED_AFTER: readonly string[] = ['team', 'tag:']

export const UNALLOCATED = 'unallocated'

/** What lines of a bill can be told apart by; `tag:` stands for a cost-allocation tag, `principal-tag:` for one of who calls. */
export const OF_BILLS = [
  ...(['model', 'account', 'region', 'kind', 'tier', 'service', 'usage-type', 'tag:', 'principal-tag:'] as const),
] as const

/** Groupings that come from the time of a row; all others are dimensions that the source has to tell. */
export const OF_TIME: readonly string[] = UNITS

/** Whether one of these is the name, or begins it where it ends in a colon. */
export function groupsBy(groupings: readonly string[], name: string): boolean {
  return groupings.some((one) => (one.endsWith(':') ? name.startsWith(one) && name !== one : name === one))
}

export function isTimeGrouping(name: string): boolean {
  return OF_TIME.includes(name)
}

/** The groupings that a source has to know as dimensions of its rows. */
export function dimensionsOf(by: readonly string[]): string[] {
  return by.filter((name) => !isTimeGrouping(name))
}

/** Tells the key of a row's group, with '' where the source does not tell. The times of a zone are looked up once each. */
export function groupKeys(by: readonly string[], zone: string): (row: Pick<Row, 'dimensions' | 'start'>) => GroupKey {
  const values = by.map((name) => groupValues(name, zone))
  return (row) => Object.fromEntries(by.map((name, index) => [name, values[index]?.(row) ?? '']))
}

type ValueOf = (row: Pick<Row, 'dimensions' | 'start'>) => string

function groupValues(name: string, zone: string): ValueOf {
  if (!isTimeGrouping(name)) return ({ dimensions }) => dimensions[name] ?? ''
  const known = new Map<number, string>()
  return ({ start }) => {
    const key = known.get(start) ?? timeKey(name, start, zone)
    known.set(start, key)
    return key
  }
}

/** What is found by one value after the other, so that no key has to be made of them. */
export type Branch<Leaf> = Map<string | undefined, Branch<Leaf> | Leaf>

/** The leaf at so many values; one that is not there yet is made. */
export function leafAt<Leaf>(
  root: Branch<Leaf>,
  values: number,
  valueAt: (place: number) => string | undefined,
  make: () => Leaf,
): Leaf {
  let branch = root
  for (let place = 0; place < values - 1; place++) {
    const value = valueAt(place)
    const next = (branch.get(value) as Branch<Leaf> | undefined) ?? new Map()
    if (next.size === 0) branch.set(value, next)
    branch = next
  }
  const value = valueAt(values - 1)
  const known = branch.get(value) as Leaf | undefined
  if (known !== undefined) return known
  const leaf = make()
  branch.set(value, leaf)
  return leaf
}

export function groupFinder<Group>(
  by: readonly string[],
  zone: string,
  make: (key: GroupKey) => Group,
): (row: Pick<Row, 'dimensions' | 'start'>) => Group {
  const values = by.map((name) => groupValues(name, zone))
  const keyOf = groupKeys(by, zone)
  const root: Branch<Group> = new Map()
  return (row) => {
    return leafAt(
      root,
      by.length,
      (place) => values[place]?.(row),
      () => make(keyOf(row)),
    )
  }
}

/**
 * `2026-11-23` for a day, and for the week whose Monday it is; `2026-11` for a month; `2026-11-23T10:00+01:00` for an hour: with
 * the offset, since one comes twice in autumn.
 */
export function timeKey(name: string, moment: number, zone: string): string {
  const wall = wallTime(moment, zone)
  const shown = new Date(name === 'week' ? unitStart('week', wall) : wall).toISOString()
  if (name === 'hour') return `${shown.slice(0, 13)}:00${offsetText(offsetAt(moment, zone))}`
  return shown.slice(0, name === 'month' ? 7 : 10)
}

/** Orders keys by their hours and days. An hour that comes twice in autumn is told apart by its offset: it is the moment that counts. */
export function timeOrder(by: readonly string[]): (a: GroupKey, b: GroupKey) => number {
  const times = by.filter(isTimeGrouping)
  const known = new Map<string, number>()
  const moment = (key = '') => {
    const at = known.get(key) ?? Date.parse(key)
    known.set(key, at)
    return at
  }
  return (a, b) => {
    for (const name of times) {
      const apart = a[name] === b[name] ? 0 : moment(a[name]) - moment(b[name])
      if (apart !== 0) return apart
    }
    return 0
  }
}
