import { joinParts, keyText, type Part, type PricedTally, type Sums } from './add-up.ts'
import type { Attempts, GroupKey, Reading, Usage } from './model.ts'
import { toNano, toUsd } from './money.ts'
import { isUntold, joinRounded, type Rounded, type Spend, toSpending } from './spending.ts'
import { toUsage } from './tally.ts'
import type { Trends } from './view.ts'

type UsageOf = <Sums extends PricedTally>(sums: Sums, key: string, rounded: Rounded<Sums>) => Usage

/** Puts numbers that add up and percentiles, which come ready-made, together by key. */
export function usages({ percentiles }: Reading, attempts: Attempts): UsageOf {
  const known = new Map(percentiles.map((group) => [keyText(group.key), group]))
  return (sums, key, rounded) => toUsage(sums, known.get(key), toSpending(rounded), attempts)
}

/** What lacks some of what could not be read. A group of a Region that was read has all of it. */
export function unreadOf({ unread }: Reading, by: readonly string[], { all, parts, slots }: Sums): Spend[] {
  if (unread === undefined) return []
  const apart = { regions: 'region', models: 'model', anything: '' }[unread]
  return [all, ...slots, ...(by.includes(apart) ? [] : parts)]
}

/** What is of groups is made when it is asked for: many formats show none, and a year of hours by day has millions of values. */
export function trendsOf(groups: readonly Rounded<Part>[], slots: readonly PricedTally[]): Trends {
  const none = slots.map(() => 0)
  const courses = groups.map(({ of: { course } }) => course)
  let values: Trends['groups'] | undefined
  let uses: Trends['uses'] | undefined
  return {
    total: slots.map(({ counters }) => counters.invocations),
    get groups() {
      values ??= courses.map((course) => {
        const all = none.slice()
        for (const [place, { counters }] of course) all[place] = counters.invocations
        return all
      })
      return values
    },
    get uses() {
      uses ??= courses.map((course) =>
        Array.from(course, ([place, use]) => ({
          place,
          counters: use.counters,
          costUsd: isUntold(use) ? null : toUsd(toNano(use.cost)),
        })),
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
  const parts = groups.map(({ of }) => of)
  return joinRounded(joinParts(parts, key), groups)
}
