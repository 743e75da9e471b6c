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

/** The days (of UTC) that a window touches, whole. */
export function wholeDays({ start, end }: Window): Window {
  return { start: Math.floor(start / DAY_MS) * DAY_MS, end: Math.ceil(end / DAY_MS) * DAY_MS }
}

/** Up to where a bill is whole: what was used today and yesterday may come to it later. */
export function billedUpTo(now: number): number {
  return (Math.floor(now / DAY_MS) - 1) * DAY_MS
}

/** What time is divided into, the finest first. */
export const UNITS = ['hour', 'day', 'week', 'month'] as const
export type Unit = (typeof UNITS)[number]

/** What the series of a window as long as this is told by: the hour up to seven days, then the day. */
export function unitOf(lengthMs: number): 'hour' | 'day' {
  return lengthMs <= HOURLY_UP_TO_MS ? 'hour' : 'day'
}

/** What the rows of a window are told by: the hour also where hours or days are to be told apart. */
export function rowUnit(window: Window, by: readonly string[] = []): 'hour' | 'day' {
  return by.includes('hour') || by.includes('day') ? 'hour' : unitOf(window.end - window.start)
}

/** The starts of all slots of a window, counted from its start; the last one may be cut short by the window's end. */
export function slotStarts(window: Window, slotMs: number): number[] {
  const count = Math.ceil((window.end - window.start) / slotMs)
  return Array.from({ length: count }, (_, index) => window.start + index * slotMs)
}

/**
 * When a day written as `2026-11-23` begins in UTC, ms; NaN for one that the calendar does not have: `Date.parse` takes
 * 30 February for 2 March.
 */
export function midnightOf(day: string): number {
  const time = Date.parse(`${day}T00:00:00Z`)
  const exists = day.length === 10 && !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
  return exists ? time : Number.NaN
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
