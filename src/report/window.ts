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

/** Wall-clock time of a zone, written as the ms since the epoch that it would be in UTC. */
type WallTime = number

const formats = new Map<string, Intl.DateTimeFormat>()

/** True for `UTC`, the names of the IANA database (`Europe/Berlin`) and offsets (`+05:30`), as far as this Node knows them. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

export function wallTime(moment: number, zone: string): WallTime {
  // By far the most asked for; the first format that is made takes 15 ms.
  if (zone === 'UTC') return Math.floor(moment / 1000) * 1000
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

export function offsetAt(moment: number, zone: string): number {
  const second = Math.floor(moment / 1000) * 1000
  return wallTime(second, zone) - second
}

/**
 * The moment at which a zone's clocks show a time: the first where they show it twice (in autumn), and where they never do
 * (in spring) the moment as far past the gap as the time is into it. Midnight thus is the day's first moment, even where
 * the clocks are put forward at midnight.
 */
export function momentOf(wall: WallTime, zone: string): number {
  const before = offsetAt(wall - DAY_MS, zone)
  const after = offsetAt(wall + DAY_MS, zone)
  const shown = [wall - before, wall - after].filter((moment) => moment + offsetAt(moment, zone) === wall)
  return shown.length > 0 ? Math.min(...shown) : wall - before
}

/** Midnight at the beginning of a day, a week (from Monday on, ISO 8601) or a month, or of the one that comes `later` ones after. */
export function unitStart(unit: Exclude<Unit, 'hour'>, wall: WallTime, later = 0): WallTime {
  const day = Math.floor(wall / DAY_MS)
  if (unit === 'day') return (day + later) * DAY_MS
  // 1970 began with a Thursday.
  if (unit === 'week') return (day - ((day + 3) % 7) + 7 * later) * DAY_MS
  const date = new Date(wall)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1)
}

/** The beginning of the hour of a zone's clocks: not that of UTC where the offset has minutes, as in India. */
export function hourStart(moment: number, zone: string): number {
  const offset = offsetAt(moment, zone)
  return Math.floor((moment + offset) / HOUR_MS) * HOUR_MS - offset
}

/**
 * The longest slots, counted from the epoch, that never lie in two hours of a zone's clocks: an hour, or a quarter of one
 * where the clocks are some quarters apart from those of UTC, in winter or in summer.
 */
export function slotOfClocks(zone: string, now: number): number {
  const offsets = [now, now - 182 * DAY_MS].map((moment) => offsetAt(moment, zone))
  return offsets.every((offset) => offset % HOUR_MS === 0) ? HOUR_MS : HOUR_MS / 4
}

/** `+05:30`; `Z` for none. */
export function offsetText(offset: number): string {
  if (offset === 0) return 'Z'
  const minutes = Math.round(Math.abs(offset) / MINUTE_MS)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const numeric = 'numeric'
  const format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
    timeZone: zone,
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  })
  formats.set(zone, format)
  return format
}
