import { DAY_MS, HOUR_MS, MINUTE_MS, type Unit } from './window.ts'

/** Wall-clock time of a zone, written as the ms since the epoch that it would be in UTC. */
export type WallTime = number

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
