import type { GroupKey, Row } from './model.ts'
import { HOUR_MS } from './window.ts'
import { hourStart, offsetAt, offsetText, wallTime } from './window-zone.ts'

/** What `--by` takes, besides `metadata:KEY`. */
export const GROUPINGS = ['model', 'region', 'identity', 'operation', 'profile', 'hour', 'day'] as const

/** Those that come from the time of a row; all others are dimensions that the source has to tell. */
const OF_TIME = ['hour', 'day']

export function isGrouping(name: string): boolean {
  return (GROUPINGS as readonly string[]).includes(name) || /^metadata:./su.test(name)
}

export function isTimeGrouping(name: string): boolean {
  return OF_TIME.includes(name)
}

/** The groupings that a source has to know as dimensions of its rows. */
export function dimensionsOf(by: readonly string[]): string[] {
  return by.filter((name) => !isTimeGrouping(name))
}

/** Tells the key of a row's group, with '' where the source does not tell. The times of a zone are looked up once each. */
export function groupKeys(by: readonly string[], zone: string): (row: Pick<Row, 'dimensions' | 'start'>) => GroupKey {
  const known = new Map<string, string>()
  const ofTime = (name: string, moment: number) => {
    const place = `${name} ${moment}`
    const key = known.get(place) ?? timeKey(name, moment, zone)
    known.set(place, key)
    return key
  }
  return ({ dimensions, start }) =>
    Object.fromEntries(by.map((name) => [name, isTimeGrouping(name) ? ofTime(name, start) : (dimensions[name] ?? '')]))
}

/** `2026-11-23` for a day, `2026-11-23T10:00+01:00` for an hour: with the offset, since one comes twice in autumn. */
export function timeKey(name: string, moment: number, zone: string): string {
  const shown = new Date(wallTime(moment, zone)).toISOString()
  return name === 'day' ? shown.slice(0, 10) : `${shown.slice(0, 13)}:00${offsetText(offsetAt(moment, zone))}`
}

/** True if a slot may hold calls of two hours of the zone's clocks, so that grouping by hour or day is off by a little. */
export function straddlesHours(starts: readonly number[], slotMs: number, zone: string): boolean {
  return slotMs > HOUR_MS || starts.some((start) => start - hourStart(start, zone) + slotMs > HOUR_MS)
}
