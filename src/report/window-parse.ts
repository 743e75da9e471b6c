import { usageError } from '../core/errors.ts'
import { isTimeGrouping } from './grouping.ts'
import type { Window } from './model.ts'
import {
  billedUpTo,
  DAY_MS,
  HOUR_MS,
  hourStart,
  lastHours,
  midnightOf,
  momentOf,
  unitStart,
  wallTime,
  wholeDays,
} from './window.ts'

/** The flags that say which time is asked for, each checked by itself. */
export interface WindowFlags {
  length?: number | undefined
  since?: string | undefined
  until?: string | undefined
  /** For dates and for times without an offset. */
  timeZone: string
}

const DEFAULT_LENGTH = 24 * HOUR_MS
const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries<number>({ h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS, y: 365 * DAY_MS }),
)
/** Nobody has used Bedrock for longer, and a window is held in memory slot by slot. */
export const MOST_LAST = 10 * 365 * DAY_MS

/** `7d` in ms; undefined for what is none: whole hours, days, weeks or years (of 365 days), up to ten years. */
export function parseLast(text: string): number | undefined {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([hdwy])$/.exec(text) ?? []
  const length = Number(count) * (UNITS.get(unit) ?? 0)
  return length > 0 && length <= MOST_LAST ? length : undefined
}

const MONTH = /^\d{4}-\d{2}$/
const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?$/

/** What a month, a date or an ISO time means: the span of the month or day it names, or a moment, as a span of nothing. */
export function parseTime(text: string, zone: string): Window | undefined {
  if (MONTH.test(text)) {
    const first = parseDate(`${text}-01`)
    if (first === undefined) return undefined
    return { start: momentOf(first, zone), end: momentOf(unitStart('month', first, 1), zone) }
  }
  const day = parseDate(text)
  if (day !== undefined) return { start: momentOf(day, zone), end: momentOf(day + DAY_MS, zone) }
  const [, date = '', hour = '', minute = '', second = '0', fraction = '0', offset] = TIME.exec(text) ?? []
  const midnight = parseDate(date)
  if (midnight === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second)
  const wall = midnight + seconds * 1000 + Number(fraction.padEnd(3, '0'))
  const moment = offset === undefined ? momentOf(wall, zone) : wall - parseOffset(offset)
  return Number.isNaN(moment) ? undefined : { start: moment, end: moment }
}

/**
 * The window that is asked for: from `since` (or as long before the end as `length` says, a day by default) to `until`, or
 * to now. A date stands for its whole day, the last one included; the future is left out. Throws usage errors.
 */
export function resolveWindow({ length, since, until, timeZone }: WindowFlags, now: number): Window {
  if (length !== undefined && since !== undefined) {
    throw usageError(`--since ${since} and the length of the window contradict each other`, 'give --since and --until')
  }
  const present = lastHours(now, 0).end
  const end = Math.min(until === undefined ? present : read('--until', until, timeZone).end, present)
  const start = since === undefined ? end - (length ?? DEFAULT_LENGTH) : read('--since', since, timeZone).start
  if (!pastOf({ start, end }, now)) throw usageError(`--since ${since} is in the future`, 'give an earlier time')
  if (start >= end) throw usageError(`--since ${since} is not before --until ${until}`, 'give --since the earlier time')
  if (end - start > MOST_LAST) {
    const message = `--since ${since} is more than ten years before the end of the window`
    throw usageError(message, 'give --since a later time')
  }
  return { start, end }
}

/** The same of a bill, in whole days: without `until` it ends before the two days that are not whole on it yet. Throws usage errors. */
export function resolveBilled(flags: WindowFlags, now: number): Window {
  if (flags.until !== undefined) return wholeDays(resolveWindow(flags, now))
  const upTo = billedUpTo(now)
  const since = flags.since === undefined ? undefined : read('--since', flags.since, flags.timeZone)
  if (since && since.start >= upTo && pastOf(since, now)) {
    const message = `--since ${flags.since}: the bill of the last two days is not whole yet`
    throw usageError(message, 'pass --until, too, for what there is of them')
  }
  return wholeDays(resolveWindow(flags, upTo))
}

/** `2026-10-01..2026-10-31`: from one date, month or time to another. `2026-10`: that month; `2026-10-31`: that day. */
function parseSpan(text: string, zone: string): Window | undefined {
  const [from, to, ...more] = text.split('..').map((time) => parseTime(time, zone))
  if (!from || more.length > 0) return undefined
  if (!text.includes('..')) return from.start < from.end ? from : undefined
  return to && { start: from.start, end: to.end }
}

export function isCompare(text: string): boolean {
  return text === 'previous' || parseLast(text) !== undefined || parseSpan(text, 'UTC') !== undefined
}

/**
 * The window to compare with: as long a one right before that of the report (`previous`), one of another length there (`7d`), a
 * month, a day, or from one date or time to another, as `--since` and `--until` mean them.
 * @throws a usage error for one that has not come, or is none
 */
export function compareWindow(text: string, zone: string, now: number): (window: Window) => Window {
  const span = parseSpan(text, zone)
  if (!span) return ({ start, end }) => ({ start: start - (parseLast(text) ?? end - start), end: start })
  const past = pastOf(span, now)
  if (past && past.start < past.end && past.end - past.start <= MOST_LAST) return () => past
  throw usageError(
    `--compare ${text}: ${past ? 'it does not begin before it ends, or is longer than ten years' : 'it is in the future'}`,
    'give an earlier time first, such as 2026-10 or 2026-10-01..2026-10-31',
  )
}

export function pastOf({ start, end }: Window, now: number): Window | undefined {
  const present = lastHours(now, 0).end
  return start >= present ? undefined : { start, end: Math.min(end, present) }
}

/**
 * How much of a window is compared with another one: nothing to say where they are as long as each other, on the clocks of the zone, too,
 * where the day on which these are put back is one day like others. Else so many ms of so many.
 */
export function comparedPart(
  before: Window,
  now: Window,
  zone: string,
): readonly [of: number, all: number] | undefined {
  if (now.end - now.start === before.end - before.start) return undefined
  const [of, all] = [now, before].map(({ start, end }) => wallTime(end, zone) - wallTime(start, zone))
  return of === all || !of || !all ? undefined : [of, all]
}

/** Begins a window with an hour of the zone's clocks where hours or days are to be told apart, so that each slot is of one. */
export function alignWindow(window: Window, by: readonly string[], zone: string): Window {
  return by.some(isTimeGrouping) ? { start: hourStart(window.start, zone), end: window.end } : window
}

function read(flag: string, text: string, zone: string): Window {
  const time = parseTime(text, zone)
  if (time) return time
  throw usageError(
    `${flag} is '${text}': not a date or time`,
    'give 2026-11, 2026-11-23, 2026-11-23T10:00 or 2026-11-23T10:00:00Z',
  )
}

/** Midnight of a date of the calendar, as if in UTC. */
const parseDate = (text: string) => (midnightOf(text) >= 0 ? midnightOf(text) : undefined)

/** ms; NaN for no offset that any zone could have. */
function parseOffset(text: string): number {
  if (text === 'Z') return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(4))
  if (hours > 14 || minutes > 59) return Number.NaN
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
