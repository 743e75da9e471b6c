import { grouped } from '../../text/numbers.ts'
import { timeKey } from '../grouping.ts'
import type { Report, ReportView } from '../view.ts'
import { HOUR_MS } from '../window.ts'
import { wallTime } from '../window-zone.ts'

/** `2026-11-23 10:00` on the clocks of a zone. */
export function clockText(time: string, zone: string): string {
  return new Date(wallTime(Date.parse(time), zone)).toISOString().slice(0, 16).replace('T', ' ')
}

/** `2026-11-22 10:00 to 2026-11-23 10:00 UTC` */
export function windowText({ report: { window }, timeZone }: ReportView): string {
  return `${clockText(window.start, timeZone)} to ${clockText(window.end, timeZone)} ${timeZone}`
}

/** "last hour", "last 24 h", "last 7 days"; without "last" where the window has ended a while ago. */
export function spanText({ window: { end, hours }, generatedAt }: Report): string {
  const length = hours < 48 ? `${grouped(hours, 1)} h` : `${grouped(hours / 24, 1)} days`
  return Date.parse(generatedAt) - Date.parse(end) < HOUR_MS ? `last ${hours === 1 ? 'hour' : length}` : length
}

/** `2026-11` → "November", whatever the year: it is the one under way. */
export function monthName(month: string): string {
  return new Date(`${month}-01`).toLocaleDateString('en-GB', { month: 'long', timeZone: 'UTC' })
}

/** Whether the series is by the day: of its first slot only a part may be in the window. */
export function isByDay({ series }: Report): boolean {
  const [first, second, third = second] = series.map(({ start }) => Date.parse(start))
  return (third ?? 0) - ((third === second ? first : second) ?? 0) > HOUR_MS
}

/** What one step of the series is. */
export function slotName(report: Report): string {
  if (report.series.length < 2) return 'Over time'
  return isByDay(report) ? 'By day' : 'By hour'
}

/** "from 14:00", "until 10:23": how much of an hour or a day is in the window, which begins or ends within it; of a week or a month the first and the last day. */
export function partText({ report: { window }, timeZone }: ReportView, unit: string, key: string): string {
  const [first, last] = [Date.parse(window.start), Date.parse(window.end) - 1].map((at) => timeKey(unit, at, timeZone))
  const isLong = unit === 'week' || unit === 'month'
  const end = isLong ? new Date(Date.parse(window.end) - 1).toISOString() : window.end
  const [from = '', until = ''] = [window.start, end].map((time) => {
    const text = clockText(time, timeZone)
    return isLong ? text.slice(0, 10) : text.slice(11)
  })
  if (key === first && key === last) return `${from} to ${until}`
  return key === last ? `until ${until}` : `from ${from}`
}
