import { addUp, keyText, type Part } from './add-up.ts'
import { grouped } from './arrange.ts'
import { askedOf, movedKeys } from './calendar.ts'
import { linesOf, type Side } from './compare.ts'
import { byText, joinGroups, unreadOf, usages } from './group-sums.ts'
import type { GroupKey, Usage, Window } from './model.ts'
import type { PriceBook } from './prices/book.ts'
import type { ReportFacts } from './report-facts.ts'
import { addLack, costOf, type Rounded, roundAlone, roundTogether } from './spending.ts'
import { attemptsInMetrics } from './tally.ts'

/** A group's use in the window compared with. */
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
    return { ...joined, usage: usage(joined.of, first && others.length === 0 ? first.of.text : '', joined) }
  }
  const moved = grouped(roundTogether(sums.parts.sort(byText)), ({ of }) => keyText(keyOf(of.key)))
  const ofAll = roundAlone(sums.all)
  return {
    total: {
      usage: usage(sums.all, keyText({}), ofAll),
      side: { cost: costOf(ofAll), lines: linesOf(sums.parts.map(({ lines }) => lines)) },
    },
    parts: new Map([...moved].map(([text, groups]) => [text, join(groups, keyOf(groups[0].of.key))])),
    join,
  }
}
