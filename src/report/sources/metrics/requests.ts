import type { AwsContext } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import { boundsOf, runsOf, type TimeRun, within } from '../../calendar.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { Window } from '../../model.ts'
import { HOUR_MS, rowUnit, slotStarts } from '../../window.ts'
import type { Question } from '../source.ts'
import { type Answers, getData } from './get-data.ts'
import type { Query } from './names.ts'
import { granularityMs, readableWindow } from './retention.ts'
import { joined, NO_POINTS } from './series.ts'

/** How a window is asked for, so that each point is of one slot. */
export interface Requests {
  /** As CloudWatch reads it. */
  window: Window
  /** When the slots of the rows begin, ms since the epoch. */
  starts: readonly number[]
  /** A request, or as many as its queries take, for each. */
  runs: readonly TimeRun[]
  /** What CloudWatch still keeps is coarser than the hours of the zone's clocks begin. */
  isRounded: boolean
}

/**
 * Hours from the window's start, or of the zone's clocks where hours or days are told apart; past seven days the days of the
 * zone, in a request for each length that they have. Where only points by the hour are kept and these are not the zone's, what
 * was used in one counts where it begins. A slot in which a price changes is two, since a row has the price of its start.
 */
export function requestsOf({ window: asked, by, timeZone = 'UTC', changes = [] }: Question, now: number): Requests {
  const window = readableWindow(asked, now)
  const unit = rowUnit(asked, by)
  const cut = (bounds: readonly number[]) =>
    [...new Set([...bounds, ...changes.filter((day) => day > window.start && day < window.end)])].sort((a, b) => a - b)
  if (unit === 'hour' && !by.some(isTimeGrouping)) {
    const starts = cut(slotStarts(window, HOUR_MS))
    return { window, starts, runs: runsOf([...starts, window.end]), isRounded: false }
  }
  const step = granularityMs(window.start, now)
  const whole = boundsOf(asked, unit, timeZone)
  const isRounded = whole.some((bound) => bound % step !== 0)
  const bounds = cut(whole)
  const kept = bounds.map((bound) => Math.ceil(bound / step) * step).filter((bound) => bound < window.end)
  const isByTheHour = isRounded && unit === 'hour'
  return {
    window,
    starts: within(bounds, asked).slice(0, -1),
    runs: isByTheHour ? [{ window, slotMs: HOUR_MS }] : runsOf(within([...new Set(kept), window.end], window)),
    isRounded,
  }
}

export async function getRuns(cx: AwsContext, queries: readonly Query[], runs: readonly TimeRun[]): Promise<Answers> {
  const all = await Promise.all(runs.map(({ window, slotMs }) => getData(cx, queries, window, slotMs / 1000)))
  const [only, ...others] = all
  if (only && others.length === 0) return only
  return {
    points: (query) => all.flatMap((answers) => answers.points(query)),
    series: (query) => all.reduce((whole, answers) => joined(whole, answers.series(query), NO_POINTS), NO_POINTS),
    isMissing: (query) => all.some((answers) => answers.isMissing(query)),
    incomplete: all.some(({ incomplete }) => incomplete),
    warnings: all.flatMap(({ warnings }) => warnings),
  }
}

export function roundedWarnings({ isRounded }: Requests, zone: string): Warning[] {
  if (!isRounded) return []
  const message = `the source has full UTC hours; each counts in the hour of ${zone} in which it begins`
  return [{ code: 'hours-rounded', message }]
}
