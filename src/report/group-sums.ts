import { addUp, joinParts, keyText, type Part, type PricedTally, type Sums } from './add-up.ts'
import { type Arrangement, grouped } from './arrange.ts'
import { askedOf, movedKeys } from './calendar.ts'
import type { CallCost } from './calls.ts'
import { linesOf, type Side } from './compare.ts'
import type { Besides } from './features.ts'
import type { Attempts, GroupKey, Reading, Usage, Window } from './model.ts'
import { toNano, toUsd } from './money.ts'
import type { PriceBook } from './prices/book.ts'
import {
  addLack,
  costOf,
  isUntold,
  joinRounded,
  type Rounded,
  roundAlone,
  roundTogether,
  type Spend,
  toSpending,
} from './spending.ts'
import { attemptsInMetrics, toUsage } from './tally.ts'
import type { ProfileLine, QuotaLine, ReportAccount, TeamLine, Trends } from './view.ts'
import type { Where } from './where.ts'

export interface ReportFacts extends Arrangement {
  generatedAt: number
  accounts: readonly ReportAccount[]
  regions: readonly string[]
  source: string
  /** As it was asked for; the reading's window may begin a little earlier. */
  hours: number
  /** What to group by: `hour`, `day`, and dimensions that every row must have. */
  by: readonly string[]
  timeZone?: string
  where?: Where | undefined
  /** The window to compare with, and what was read of it. */
  before?: { reading: Reading; hours: number } | undefined
  forecast?: boolean
  history?: Reading | undefined
  /** Where anomalies were asked for: what was read by the hour, of the window and the weeks before. */
  hourly?: Reading | undefined
  /** All that was charged is to be told, line by line, by this: an hour or a day, and dimensions that every row must have. */
  charges?: readonly string[] | undefined
  profiles?: readonly ProfileLine[]
  teams?: readonly TeamLine[] | undefined
  quotas?: readonly QuotaLine[]
  besides?: Besides | undefined
  calls?: CallCost
}

/** Puts numbers that add up and percentiles, which come ready-made, together by key. */
export function usages({ percentiles }: Reading, attempts: Attempts) {
  const known = new Map(percentiles.map((group) => [keyText(group.key), group]))
  return (key: string, rounded: Rounded<PricedTally>): Usage =>
    toUsage(rounded.of, known.get(key), toSpending(rounded), attempts)
}

/** What lacks some of what could not be read. A group of a Region that was read has all of it. */
export function unreadOf({ unread }: Reading, by: readonly string[], { all, parts, slots }: Sums): Spend[] {
  if (unread === undefined) return []
  const apart = { regions: 'region', models: 'model', anything: '' }[unread]
  return [all, ...slots, ...(by.includes(apart) ? [] : parts)]
}

/** What is of groups is made when it is asked for: many formats show none, and a year of hours by day has millions of values. */
export function trendsOf(groups: readonly { of: Compared }[], slots: readonly PricedTally[]): Trends {
  const courses = groups.map(({ of }) => of.now.of.course)
  let values: Trends['groups'] | undefined
  let uses: Trends['uses'] | undefined
  return {
    total: slots.map(({ counters }) => counters.invocations),
    get groups() {
      values ??= courses.map((course) => slots.map((_, place) => course.get(place)?.counters.invocations ?? 0))
      return values
    },
    get uses() {
      uses ??= courses.map((course) =>
        Array.from(course, ([place, use]) => {
          return { place, counters: use.counters, costUsd: isUntold(use) ? null : toUsd(toNano(use.cost)) }
        }),
      )
      return uses
    },
  }
}

/** Parts are rounded in an order that is theirs whatever the order of the rows. */
export function byText(a: Part, b: Part): number {
  return a.text < b.text ? -1 : 1
}

export function joinGroups(groups: readonly Rounded<Part>[], key: GroupKey): Rounded<Part> {
  return joinRounded(
    joinParts(
      groups.map(({ of }) => of),
      key,
    ),
    groups,
  )
}

export interface Earlier extends Rounded<Part> {
  usage: Usage
}

export interface Compared {
  now: Rounded<Part>
  was: Earlier | undefined
}

export function sideOf(group: Rounded<Part> | undefined): Side {
  return group ? { cost: costOf(group), lines: linesOf([group.of.lines]) } : { cost: 0n, lines: new Map() }
}

/** What was used in the window compared with, in total and by the keys of this one, whose first day is told beside its first. */
export function sumsBefore(
  { reading, hours }: NonNullable<ReportFacts['before']>,
  now: Window,
  facts: ReportFacts,
  book: PriceBook,
) {
  const { by, timeZone: zone = 'UTC' } = facts
  const sums = addUp(reading.rows, { starts: [], by, zone, hasLines: true }, book)
  for (const sum of unreadOf(reading, by, sums)) addLack(sum, 'reading')
  const usage = usages(reading, reading.attempts ?? attemptsInMetrics)
  const keyOf = movedKeys(askedOf(reading.window, hours), now, by, zone)
  const join = (groups: readonly Rounded<Part>[], key: GroupKey): Earlier => {
    const [first, ...others] = groups
    const joined = joinGroups(groups, key)
    return { ...joined, usage: usage(first && others.length === 0 ? first.of.text : '', joined) }
  }
  const moved = grouped(roundTogether(sums.parts.sort(byText)), ({ of }) => keyText(keyOf(of.key)))
  const ofAll = roundAlone(sums.all)
  return {
    total: {
      usage: usage(keyText({}), ofAll),
      side: { cost: costOf(ofAll), lines: linesOf(sums.parts.map(({ lines }) => lines)) },
    },
    parts: new Map([...moved].map(([text, groups]) => [text, join(groups, keyOf(groups[0].of.key))])),
    join,
  }
}
