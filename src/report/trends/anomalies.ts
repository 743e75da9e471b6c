import { addUp, keyText, placeFinder } from '../add-up.ts'
import { boundsOf } from '../calendar.ts'
import { linesOf, split } from '../compare.ts'
import { dimensionsOf, groupKeys } from '../grouping.ts'
import type { GroupKey, Reading, Row, Window } from '../model.ts'
import { toNano, toUsd } from '../money.ts'
import type { PriceBook } from '../prices/book.ts'
import { isUntold } from '../spending.ts'
import type { Anomaly } from '../view.ts'
import { DAY_MS, isoTime, momentOf, wallTime } from '../window.ts'
import { type HourUse, LEAST_WEEKS, type UnusualHour, unusualHours, WEEKS } from './unusual.ts'

/** Less is not worth looking at: ten cents. */
const LEAST_NANO = 100_000_000n
const CAUSES = ['volume', 'mix', 'price'] as const

export function anomalyWindow({ start, end }: Window): Window {
  return { start: start - WEEKS * 7 * DAY_MS, end }
}

type Episode = { key: GroupKey; hours: UnusualHour[] }

/**
 * Hours of a window that cost far more than the same hours of the weeks before, by what the report is grouped by besides times; those
 * that follow each other are one. The costliest first, by what they cost too much: that is divided into volume, mix and price to the nano-dollar.
 *
 * @param reading by the hour, of the window and the weeks before; undefined where these are fewer than two
 */
export function anomaliesOf(
  reading: Reading,
  { window, by, zone }: { window: Window; by: readonly string[]; zone: string },
  book: PriceBook,
): Anomaly[] | undefined {
  const own = dimensionsOf(by)
  const starts = boundsOf(reading.window, 'hour', zone).slice(0, -1)
  const { parts, firstUse } = addUp(reading.rows, { starts, by: own, zone }, book)
  const from = starts.findLastIndex((start) => start <= window.start)
  const weeksAgo = weeksBefore(starts, zone)
  if (firstUse === undefined || firstUse > window.end - LEAST_WEEKS * 7 * DAY_MS) return undefined
  const episodes = parts.flatMap(({ key, course }) => {
    const uses = new Map<number, HourUse>()
    for (const [place, use] of course)
      if (!isUntold(use)) uses.set(place, { cost: Number(toNano(use.cost)), calls: use.counters.invocations })
    return joined(key, unusualHours(uses, starts.length, weeksAgo, Math.max(0, from)))
  })
  const sums = sumsOf(episodes, reading.rows, { starts, own, zone }, book)
  return episodes
    .flatMap((episode, index) => toAnomaly(episode, starts, sums(`${index} now`), sums(`${index} before`)) ?? [])
    .sort((a, b) => b.excessUsd - a.excessUsd || (a.start < b.start ? -1 : 1))
}

/** The same hour on the clocks of a zone so many weeks before, where clocks are put forward and back, too. */
function weeksBefore(starts: readonly number[], zone: string): (hour: number, weeks: number) => number | undefined {
  const places = new Map(starts.map((start, place) => [start, place]))
  // Of all groups alike, and zones take their time.
  const before = starts.map((start) => {
    const wall = wallTime(start, zone)
    return Array.from({ length: WEEKS }, (_, week) => places.get(momentOf(wall - (week + 1) * 7 * DAY_MS, zone)))
  })
  return (hour, weeks) => before[hour]?.[weeks - 1]
}

function joined(key: GroupKey, hours: readonly UnusualHour[]): Episode[] {
  const episodes: Episode[] = []
  for (const one of hours) {
    const latest = episodes.at(-1)
    if (latest && latest.hours.at(-1)?.hour === one.hour - 1) latest.hours.push(one)
    else episodes.push({ key, hours: [one] })
  }
  return episodes
}

/** What was charged in the hours of each episode, and in those that it is held against: `3 now`, `3 before`. */
function sumsOf(
  episodes: readonly Episode[],
  rows: Iterable<Row>,
  { starts, own, zone }: { starts: readonly number[]; own: readonly string[]; zone: string },
  book: PriceBook,
) {
  const [sides, wanted] = [new Map<string, string[]>(), new Set<number>()]
  for (const [index, { key, hours }] of episodes.entries()) {
    const add = (side: string) => (hour: number) => {
      const at = `${hour} ${keyText(key)}`
      wanted.add(hour)
      sides.set(at, [...(sides.get(at) ?? []), `${index} ${side}`])
    }
    hours.map(({ hour }) => hour).forEach(add('now'))
    hours.flatMap(({ before }) => before).forEach(add('before'))
  }
  const keyOf = groupKeys(own, zone)
  const placeOf = placeFinder(starts)
  function* labelled(): Generator<Row> {
    for (const row of rows) {
      const hour = placeOf(row.start)
      if (!wanted.has(hour)) continue
      for (const side of sides.get(`${hour} ${keyText(keyOf(row))}`) ?? []) {
        yield { ...row, dimensions: { ...row.dimensions, [SIDE]: side } }
      }
    }
  }
  const { parts } = addUp(labelled(), { starts: [], by: [SIDE], zone, hasLines: true }, book)
  const found = new Map(parts.map((part) => [part.key[SIDE], part]))
  return (side: string) => {
    const lines = linesOf([found.get(side)?.lines ?? new Map()])
    return { lines, cost: toNano([...lines.values()].reduce((sum, { amount }) => sum + amount, 0n)) }
  }
}

const SIDE = 'side of an episode'

type Side = ReturnType<ReturnType<typeof sumsOf>>

function toAnomaly({ key, hours }: Episode, starts: readonly number[], now: Side, before: Side): Anomaly | undefined {
  const expected = hours.reduce((sum, one) => sum + BigInt(Math.round(one.expected)), 0n)
  // Of what the hours before cost together so much is compared as was expected of these.
  const part = before.cost === 0n ? undefined : ([Number(expected), Number(before.cost)] as const)
  const found = split({ ...before, part }, now)
  if (!found || found.change < LEAST_NANO) return undefined
  const [most] = [...CAUSES].sort((a, b) => Number(found[b] - found[a]))
  return {
    key,
    start: isoTime(starts[hours[0]?.hour ?? 0] ?? 0),
    hours: hours.length,
    costUsd: toUsd(now.cost),
    expectedUsd: toUsd(now.cost - found.change),
    excessUsd: toUsd(found.change),
    cause: most ?? 'volume',
    volumeUsd: toUsd(found.volume),
    mixUsd: toUsd(found.mix),
    priceUsd: toUsd(found.price),
  }
}
