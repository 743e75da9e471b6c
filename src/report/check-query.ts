import { usageError } from '../core/errors.ts'
import { SOURCES } from './model.ts'
import { HOUR_MS } from './window.ts'
import { isTimeZone } from './window-zone.ts'

/** What a program asks of the library, which no flags have been checked in. */
interface Query {
  source?: string
  window?: { hours: number } | { start: Date; end: Date }
  timeZone?: string
}

/** Throws a usage error for what AWS would answer with an error of its own, or with no sense. */
export function checkQuery({ source, window, timeZone }: Query): void {
  if (source !== undefined && !(SOURCES as readonly string[]).includes(source)) {
    throw usageError(`source is '${source}'`, `it is one of ${SOURCES.join(', ')}`)
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw usageError(`timeZone is '${timeZone}': no time zone`, 'it is UTC or a name such as Europe/Berlin')
  }
  if (window === undefined) return
  const hours = 'start' in window ? (window.end.getTime() - window.start.getTime()) / HOUR_MS : window.hours
  if (!(Number.isFinite(hours) && hours > 0)) {
    throw usageError(
      `window is of ${hours} hours`,
      'it is { hours } of more than 0, or { start, end } as two dates in order',
    )
  }
}
