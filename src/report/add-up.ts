import { addToLines, CHARGE_KINDS, type ChargeLines, joinLines } from './charges.ts'
import { type PricesTold, pricer } from './cost.ts'
import { groupFinder } from './grouping.ts'
import { COUNTERS, type Counters, type GroupKey, type Row } from './model.ts'
import type { AttoUsd } from './money.ts'
import type { PriceBook } from './prices/book.ts'
import {
  addCoverage,
  addLack,
  addSpend,
  addSpends,
  amountOf,
  type Coverage,
  noSpend,
  type PricedRow,
  type Spend,
} from './spending.ts'
import { addCounts, addMoments, addTo, noCounters, noTally, type Tally } from './tally.ts'

export type PricedTally = Tally & Spend

export interface Part extends PricedTally {
  key: GroupKey
  /** The key as text: see `keyText`. */
  text: string
  /** By place in the series, from 0: only the slots with use, which most slots of most groups are not. */
  course: Map<number, SlotUse>
  lines: ChargeLines
}

interface SlotUse extends Coverage {
  counters: Counters
  cost: AttoUsd
}

/** How rows are put together: in slots of the series by their starts (ms since the epoch), and in groups. */
interface Division {
  starts: readonly number[]
  by: readonly string[]
  zone: string
  /** Hours or days that are told even if nothing was used in them, where groups are told apart by time alone. */
  kept?: readonly number[]
  hasLines?: boolean
}

/** The sums of a reading's rows: of all, by group in no order, and by slot of the series. */
export interface Sums {
  all: PricedTally
  parts: Part[]
  slots: PricedTally[]
  firstUse?: number
  prices: PricesTold
}

/** Adds rows up to all that a report tells of them. They are walked once, and none is kept. */
export function addUp(
  rows: Iterable<Row>,
  { starts, by, zone, kept = [], hasLines = false }: Division,
  book: PriceBook,
): Sums {
  const all = noPricedTally()
  const parts: Part[] = []
  const slots = starts.map(noPricedTally)
  let firstUse = Number.POSITIVE_INFINITY
  const { priced, told } = pricer(book)
  const partOf = groupFinder(by, zone, (key) => parts[parts.push(noPart(key)) - 1] as Part)
  for (const start of kept) partOf({ dimensions: NO_DIMENSIONS, start })
  const placeOf = placeFinder(starts)
  for (const row of rows) {
    const cost = priced(row)
    const part = partOf(row)
    addMoments(all, row)
    addRow(part, row, cost)
    if (hasLines) addToLines(part.lines, row, cost.charges)
    if (row.start < firstUse && isUsed(row)) firstUse = row.start
    const place = placeOf(row.start)
    const slot = slots[place]
    if (!slot) continue
    addRow(slot, row, cost)
    addCoverage(addToCourse(part, place, row.counters, amountOf(cost.charges)), row, cost)
  }
  // Every row is in one part: what is whole numbers is added up once less.
  for (const part of parts) addCounts(all, part)
  addSpends(all, parts)
  return { all, parts, slots, ...(Number.isFinite(firstUse) && { firstUse }), prices: told() }
}

const NO_DIMENSIONS = { model: '', account: '', region: '' }

/** Finds the slot of a moment: mostly that of the one before, or the next. What is before all of them is in the first. */
export function placeFinder(starts: readonly number[]): (moment: number) => number {
  let place = 0
  const begin = (at: number) => starts[at] ?? Number.POSITIVE_INFINITY
  return (moment) => {
    if (moment < begin(place)) place = 0
    else if (moment >= begin(place + 1)) place++
    if (moment < begin(place + 1)) return place
    let beyond = starts.length
    while (beyond - place > 1) {
      const middle = (place + beyond) >> 1
      if (moment < begin(middle)) beyond = middle
      else place = middle
    }
    return place
  }
}

/** Calls that were throttled or refused are no use. */
function isUsed({ charges, counters }: Row): boolean {
  return (
    charges !== undefined || counters.invocations > 0 || CHARGE_KINDS.some(({ quantity }) => quantity(counters) > 0)
  )
}

/** A key as text, the same whatever the order of its values. */
export function keyText(key: GroupKey): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function joinParts(parts: readonly Part[], key: GroupKey): Part {
  const joined = noPart(key)
  for (const part of parts) {
    addTo(joined, part)
    for (const [place, use] of part.course) {
      const at = addToCourse(joined, place, use.counters, use.cost)
      at.priced ||= use.priced
      for (const lack of use.lacks ?? []) addLack(at, lack)
    }
  }
  addSpends(joined, parts)
  joined.lines = joinLines(parts.map(({ lines }) => lines))
  return joined
}

function addToCourse({ course }: Part, place: number, counters: Counters, cost: AttoUsd): SlotUse {
  const use = course.get(place) ?? { counters: noCounters(), cost: 0n, priced: false }
  course.set(place, use)
  for (const counter of COUNTERS) use.counters[counter] += counters[counter]
  use.cost += cost
  return use
}

export function noPart(key: GroupKey): Part {
  return { key, text: keyText(key), course: new Map(), lines: new Map(), ...noPricedTally() }
}

function noPricedTally(): PricedTally {
  return { ...noTally(), ...noSpend() }
}

function addRow(sum: PricedTally, row: Row, cost: PricedRow): void {
  addTo(sum, row)
  addSpend(sum, row, cost)
}
