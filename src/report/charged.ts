import { addUp, type Part, placeFinder } from './add-up.ts'
import { boundsOf } from './calendar.ts'
import { timeOrder } from './grouping.ts'
import type { Reading, Row } from './model.ts'
import type { PriceBook } from './prices/book.ts'
import { amountOf, isUntold } from './spending.ts'
import type { Charged, ChargedGroup } from './view.ts'

/** The rows are walked once for each week, of which alone the sums are held: those of a year of hours take a gigabyte. */
export function chargedGroups(
  { rows, window }: Pick<Reading, 'rows' | 'window'>,
  { by, zone }: { by: readonly string[]; zone: string },
  book: PriceBook,
): Charged['groups'] {
  const weeks = boundsOf(window, 'week', zone).slice(0, -1)
  const inOrder = order(by)
  return {
    *[Symbol.iterator]() {
      for (const week of weeks.keys()) {
        const { parts } = addUp(ofWeek(rows, weeks, week), { starts: [], by, zone, hasLines: true }, book)
        for (const part of parts.sort(inOrder)) yield told(part)
      }
    },
  }
}

function* ofWeek(rows: Iterable<Row>, weeks: readonly number[], week: number): Generator<Row> {
  const placeOf = placeFinder(weeks)
  for (const row of rows) if (placeOf(row.start) === week) yield row
}

function told({ key, counters, unknown, lines }: Part): ChargedGroup {
  const invocations = unknown?.has('invocations') ? null : counters.invocations
  return { key, invocations, lines: [...lines.values()] }
}

function order(by: readonly string[]): (a: Part, b: Part) => number {
  const inTime = timeOrder(by)
  const cost = (part: Part) => (isUntold(part) ? -1n : amountOf(part.lines.values()))
  return (a, b) => {
    const [costA, costB] = [cost(a), cost(b)]
    return (
      inTime(a.key, b.key) ||
      (costA === costB ? b.counters.invocations - a.counters.invocations : costA > costB ? -1 : 1) ||
      (a.text < b.text ? -1 : 1)
    )
  }
}
