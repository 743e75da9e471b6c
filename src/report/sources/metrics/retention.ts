import type { Warning } from '../../../core/events.ts'
import type { Window } from '../../model.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../window.ts'

/** ListMetrics names only metrics with data in this span. */
const LISTED_FOR_MS = 14 * DAY_MS
const KEPT_FOR_MS = 455 * DAY_MS

/**
 * How finely CloudWatch still keeps the points of a time this long ago: by the minute for 15 days, by 5 minutes for 63, by
 * the hour for 455. A start is rounded down to it, and a period has to be a multiple of it. An hour's margin keeps a
 * window of exactly 15 days from falling between two answers.
 */
export function granularityMs(start: number, now: number): number {
  const age = now - start + HOUR_MS
  if (age <= 15 * DAY_MS) return MINUTE_MS
  return age <= 63 * DAY_MS ? 5 * MINUTE_MS : HOUR_MS
}

/** The window as CloudWatch will read it: its start rounded down to what is still kept. */
export function readableWindow(window: Window, now: number): Window {
  const step = granularityMs(window.start, now)
  return { start: Math.floor(window.start / step) * step, end: window.end }
}

/** The one period that spans a whole window, in seconds. It may reach past the end, where nothing is asked for. */
export function wholePeriodSeconds(window: Window, now: number): number {
  const step = granularityMs(window.start, now)
  return (Math.ceil((window.end - window.start) / step) * step) / 1000
}

export function isBeyond({ start }: Window, now: number): boolean {
  return now - start > KEPT_FOR_MS
}

export function ageWarnings(window: Window, now: number): Warning[] {
  const idle =
    'CloudWatch lists only models and service tiers that were used in the last two weeks; other models are missing, and other tiers are counted as standard'
  const gone = 'CloudWatch keeps metrics for 455 days; older use is missing'
  return [
    ...(now - window.start > LISTED_FOR_MS ? [{ code: 'idle-models', message: idle } as const] : []),
    ...(isBeyond(window, now) ? [{ code: 'retention', message: gone } as const] : []),
  ]
}
