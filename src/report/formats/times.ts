import { grouped } from '../../text/numbers.ts'
import type { Report, ReportView } from '../model.ts'
import { HOUR_MS } from '../window.ts'
import { wallTime } from '../window-zone.ts'

/** `2026-11-23 10:00` on the clocks of a zone. */
export function clockText(time: string, zone: string): string {
  return new Date(wallTime(Date.parse(time), zone)).toISOString().slice(0, 16).replace('T', ' ')
}

/** `2026-11-22 10:00 to 2026-11-23 10:00 UTC (24 h)` */
export function windowText({ report: { window }, timeZone }: ReportView): string {
  const hours = grouped(Number(window.hours.toFixed(1)))
  return `${clockText(window.start, timeZone)} to ${clockText(window.end, timeZone)} ${timeZone} (${hours} h)`
}

/** How long one step of the series is, ms; undefined where there are not two. */
export function slotOf({ series }: Report): number | undefined {
  const [first, second] = series
  return first && second && Date.parse(second.start) - Date.parse(first.start)
}

/** What one step of the series is. */
export function slotName(report: Report): string {
  const slot = slotOf(report)
  if (slot === undefined) return 'Course'
  return slot <= HOUR_MS ? 'By hour' : 'By day'
}
