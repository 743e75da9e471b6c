import { isTimeGrouping, timeKey } from './grouping.ts'
import type { GroupKey, Window } from './model.ts'
import { DAY_MS, HOUR_MS } from './window.ts'
import { momentOf, wallTime } from './window-zone.ts'

/** A part of a window in which hours, or days, are of one length: slots of it counted from its start, the last perhaps cut short. */
export interface TimeRun {
  window: Window
  slotMs: number
}

/**
 * A window in as few runs as its hours or days take, so that a source can be asked for each slot of a run in one request:
 * days are of other lengths where the window begins within one and where the clocks change. None without such a grouping.
 */
export function timeRuns(window: Window, by: readonly string[], zone: string): TimeRun[] {
  if (by.includes('hour')) return [{ window, slotMs: HOUR_MS }]
  if (!by.includes('day')) return []
  const runs: TimeRun[] = []
  for (const { start, end } of daysOf(window, zone)) {
    const run = runs.at(-1)
    const isLast = end === window.end
    if (run && (end - start === run.slotMs || (isLast && end - start < run.slotMs))) run.window.end = end
    else runs.push({ window: { start, end }, slotMs: end - start })
  }
  return runs
}

/** The keys by hour and day of the slot that begins at a moment. */
export function timeKeys(by: readonly string[], start: number, zone: string): GroupKey {
  return Object.fromEntries(by.filter(isTimeGrouping).map((name) => [name, timeKey(name, start, zone)]))
}

/** The days of a zone's calendar that a window touches, as far as they are within it. */
function daysOf({ start, end }: Window, zone: string): Window[] {
  const days: Window[] = []
  for (let from = start; from < end; ) {
    const next = momentOf((Math.floor(wallTime(from, zone) / DAY_MS) + 1) * DAY_MS, zone)
    const to = Math.min(next > from ? next : from + DAY_MS, end)
    days.push({ start: from, end: to })
    from = to
  }
  return days
}
