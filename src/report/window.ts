import type { Window } from './model.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Windows up to this long are told by the hour, longer ones by the day. */
const HOURLY_UP_TO_MS = 7 * DAY_MS

/**
 * The last `hours` hours. The end is the coming full minute, so that the minute under way is part of it: metrics come by
 * the minute, and a call made just now would otherwise be missing.
 */
export function lastHours(now: number, hours: number): Window {
  const end = Math.ceil(now / MINUTE_MS) * MINUTE_MS
  return { start: end - hours * HOUR_MS, end }
}

/** The length of a slot of the series: an hour; 24 hours past seven days, unless hours or days are to be told apart. */
export function slotLength(window: Window, by: readonly string[] = []): number {
  const hourly = window.end - window.start <= HOURLY_UP_TO_MS || by.includes('hour') || by.includes('day')
  return hourly ? HOUR_MS : DAY_MS
}

/** The starts of all slots of a window, counted from its start; the last one may be cut short by the window's end. */
export function slotStarts(window: Window, slotMs: number): number[] {
  const count = Math.ceil((window.end - window.start) / slotMs)
  return Array.from({ length: count }, (_, index) => window.start + index * slotMs)
}
