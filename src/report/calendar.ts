import { isTimeGrouping, timeKey } from './grouping.ts'
import type { GroupKey, Window } from './model.ts'
import {
  DAY_MS,
  HOUR_MS,
  hourStart,
  momentOf,
  rowUnit,
  slotStarts,
  UNITS,
  type Unit,
  unitOf,
  unitStart,
  wallTime,
} from './window.ts'

/**
 * The hours, days, weeks or months of a zone's clocks that a window touches: the start of each and the end of the last, ms since
 * the epoch. The first may begin before the window, and the last end after it.
 */
export function boundsOf(window: Window, unit: Unit, zone: string): number[] {
  const days = midnights(window, unit === 'hour' ? 'day' : unit, zone)
  const bounds = unit !== 'hour' ? days : [...days.slice(0, -1).flatMap(hoursOf(days, zone)), days.at(-1) ?? window.end]
  const first = bounds.findLastIndex((bound) => bound <= window.start)
  return bounds.slice(Math.max(0, first), bounds.findIndex((bound) => bound >= window.end) + 1)
}

/** From that before a window's start, or at it, to the first that is not before its end. */
function midnights({ start, end }: Window, unit: Exclude<Unit, 'hour'>, zone: string): number[] {
  const midnight = (moment: number, later: number) => momentOf(unitStart(unit, wallTime(moment, zone), later), zone)
  const days = [midnight(start, 0)]
  for (let from = start; from < end; ) {
    const next = midnight(from, 1)
    from = next > from ? next : from + DAY_MS
    days.push(from)
  }
  return days
}

/** The hours of each day. Only of a day on which the clocks change are they asked: by half an hour, on Lord Howe Island. */
function hoursOf(days: readonly number[], zone: string) {
  return (day: number, index: number): number[] => {
    const end = days[index + 1] ?? day
    const next = (hour: number) => (end - day === DAY_MS ? hour : hourStart(hour, zone)) + HOUR_MS
    const hours: number[] = []
    for (let hour = day; hour < end; hour = next(hour)) hours.push(hour)
    return hours
  }
}

/** The slots of the series of a window that was read, `hours` long as it was asked for; of the first and last, only a part may be in it. */
export function seriesSlots(
  window: Window,
  hours: number,
  by: readonly string[],
  zone: string,
  unit: 'hour' | 'day' = unitOf(hours * HOUR_MS),
): { start: number; isPart: boolean }[] {
  // As a source has them that reads by the hour from its window's start: such hours are whole, and one request has them all.
  if (unit === 'hour' && !by.some(isTimeGrouping)) {
    return slotStarts(window, HOUR_MS).map((start) => ({ start, isPart: start + HOUR_MS > window.end }))
  }
  const asked = askedOf(window, hours)
  const bounds = boundsOf(asked, unit, zone)
  return bounds.slice(0, -1).map((bound, index) => ({
    start: Math.max(bound, window.start),
    isPart: bound < asked.start || (bounds[index + 1] ?? bound) > asked.end,
  }))
}

/** What was asked for of a window that was read, whose start may have been rounded down. */
export function askedOf({ end }: Window, hours: number): Window {
  return { start: Math.round(end - hours * HOUR_MS), end }
}

export function timeUnit(by: readonly string[]): Unit | undefined {
  return UNITS.find((unit) => by.includes(unit))
}

/** The keys of the first and the last hour, day, week or month of a window, where only a part of these is in it. */
export function partKeys(window: Window, unit: Unit, zone: string): Set<string> {
  const ends = [window.start, window.end - 1].filter((moment) => {
    const [from = moment, to = moment] = boundsOf({ start: moment, end: moment + 1 }, unit, zone)
    return from < window.start || to > window.end
  })
  return new Set(ends.map((moment) => timeKey(unit, moment, zone)))
}

/** Keys of one window in the place of another's: its first hour, day, week or month is that one's first, and so on. */
export function movedKeys(from: Window, to: Window, by: readonly string[], zone: string): (key: GroupKey) => GroupKey {
  const moved = UNITS.filter((unit) => by.includes(unit)).map((unit) => {
    const [keys = [], others = []] = [from, to].map((window) => {
      const starts = boundsOf(window, unit, zone).slice(0, -1)
      return starts.map((start) => timeKey(unit, start, zone))
    })
    return [unit, new Map(keys.map((key, index) => [key, others[index] ?? key]))] as const
  })
  return (key) => ({
    ...key,
    ...Object.fromEntries(moved.map(([unit, keys]) => [unit, keys.get(key[unit] ?? '') ?? key[unit] ?? ''])),
  })
}

/** A part of a window whose slots are of one length; the last may be cut short by the end. */
export interface TimeRun {
  window: Window
  slotMs: number
}

/** Slots from each bound to the next, in as few runs as their lengths take: a source can be asked for each run in one request. */
export function runsOf(bounds: readonly number[]): TimeRun[] {
  const runs: TimeRun[] = []
  const last = bounds.length - 1
  for (let index = 0; index < last; index++) {
    const [start = 0, end = 0] = bounds.slice(index, index + 2)
    const run = runs.at(-1)
    if (run && (end - start === run.slotMs || (index === last - 1 && end - start < run.slotMs))) run.window.end = end
    else runs.push({ window: { start, end }, slotMs: end - start })
  }
  return runs
}

/** A run of whole slots, and the moment that they are counted from, which may be before the window. */
export interface SlotRun extends TimeRun {
  origin: number
}

/** The hours or days that a window touches, for sources that count slots from any moment. */
export function slotRuns(window: Window, unit: Unit, zone: string): SlotRun[] {
  return runsOf(boundsOf(window, unit, zone)).map(({ window: { start, end }, slotMs }) => ({
    window: { start: Math.max(start, window.start), end: Math.min(end, window.end) },
    slotMs,
    origin: start,
  }))
}

/** What rows are told by: hours from the window's start, or the hours or days of the zone, in a run for each length that they have. */
export function rowRuns(window: Window, by: readonly string[], zone: string): SlotRun[] {
  const unit = rowUnit(window, by)
  const isRolling = unit === 'hour' && timeUnit(by) === undefined
  return isRolling ? [{ window, slotMs: HOUR_MS, origin: window.start }] : slotRuns(window, unit, zone)
}

/**
 * The hours or days of a window, as far as they are within it, in runs: days are of other lengths where the window begins
 * within one and where the clocks change. None without such a grouping.
 */
export function timeRuns(window: Window, by: readonly string[], zone: string): TimeRun[] {
  const unit = timeUnit(by)
  return unit === undefined ? [] : runsOf(within(boundsOf(window, unit, zone), window))
}

/** Bounds with those outside of a window drawn to its ends. */
export function within(bounds: readonly number[], window: Window): number[] {
  return [window.start, ...bounds.slice(1, -1), window.end]
}

export function timeKeys(by: readonly string[], start: number, zone: string): GroupKey {
  return Object.fromEntries(by.filter(isTimeGrouping).map((name) => [name, timeKey(name, start, zone)]))
}
