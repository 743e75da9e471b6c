import { addUp, type PricedTally, type Sums } from '../add-up.ts'
import { boundsOf } from '../calendar.ts'
import { CHARGE_KINDS } from '../charges.ts'
import { timeKey } from '../grouping.ts'
import type { Counter, Reading, Usage, Window } from '../model.ts'
import { type NanoUsd, scale, toNano, toUsd } from '../money.ts'
import type { PriceBook } from '../prices/book.ts'
import { isUntold } from '../spending.ts'
import type { Projection } from '../view.ts'
import { billedUpTo, DAY_MS, HOUR_MS, isoTime, wallTime } from '../window.ts'

/** What was used on a full day, in any unit; days are counted, so that those a week apart are seven apart. */
export interface DayUse {
  day: number
  use: number
}

/** A day, or the rest of one (0 to 1), of which nothing is known yet. */
interface DayAhead {
  day: number
  part: number
}

export const LEVEL = 0.8
/** Of each weekday, so many: with fewer their spread is not known. */
const LEAST_OF_A_WEEKDAY = 3

/**
 * What the days ahead come to together, and a margin: the truth is within it as often as `LEVEL` says, as far as they are like those before.
 * Each weekday by its own mean, with one rate of growth for all of them, which is found by least squares on the days less these means. Each
 * weekday has its own spread, too: a quiet Sunday says nothing about Mondays. The variance of the sum is that of the days
 * themselves, of the means and of the growth; its quantile is Student's, with the degrees of freedom of Welch and Satterthwaite,
 * since there are few days of each weekday. Undefined where there are fewer than three of a weekday.
 */
export function outlook(days: readonly DayUse[], ahead: readonly DayAhead[]) {
  const weekdays = Array.from({ length: 7 }, (_, weekday) =>
    ofWeekday(days.filter(({ day }) => weekdayOf(day) === weekday)),
  )
  if (weekdays.some(({ count }) => count < LEAST_OF_A_WEEKDAY)) return undefined
  const weight = sum(weekdays.map(({ mean, spread }) => mean * mean * spread))
  const growth = weight === 0 ? 0 : sum(weekdays.map(({ mean, slope }) => mean * slope)) / weight
  let [expected, reach] = [0, 0]
  const parts = weekdays.map(() => ({ squares: 0, all: 0 }))
  for (const { day, part } of ahead) {
    const [own, ofWeekday] = [parts[weekdayOf(day)], weekdays[weekdayOf(day)]]
    if (!own || !ofWeekday) continue
    const { mean, middle } = ofWeekday
    expected += part * Math.max(0, mean * (1 + growth * (day - middle)))
    reach += part * mean * (day - middle)
    own.squares += part * part
    own.all += part
  }
  const variances = weekdays.map(({ days, count, mean, middle, spread }, weekday) => {
    const freedom = count - 1 - 1 / 7
    const rest = sum(days.map(({ day, use }) => (use - mean * (1 + growth * (day - middle))) ** 2))
    const { squares, all } = parts[weekday] ?? { squares: 0, all: 0 }
    const ofGrowth = weight === 0 ? 0 : (reach / weight) ** 2 * mean * mean * spread
    return { variance: (rest / freedom) * (squares + all ** 2 / count + ofGrowth), freedom }
  })
  const variance = sum(variances.map((one) => one.variance))
  if (variance === 0) return { expected, margin: 0 }
  const freedom = variance ** 2 / sum(variances.map((one) => one.variance ** 2 / one.freedom))
  return { expected, margin: quantile(freedom) * Math.sqrt(variance) }
}

function ofWeekday(days: readonly DayUse[]) {
  const count = days.length
  // The mean of the days' own numbers, and below of these the sum of squares around it, and of products with their use.
  const middle = sum(days.map(({ day }) => day)) / count
  return {
    days,
    count,
    mean: sum(days.map(({ use }) => use)) / count,
    middle,
    spread: sum(days.map(({ day }) => (day - middle) ** 2)),
    slope: sum(days.map(({ day, use }) => (day - middle) * use)),
  }
}

function weekdayOf(day: number): number {
  return ((day % 7) + 7) % 7
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** The normal quantile of both tails of `LEVEL` together. */
const Z = 1.2815515655446004

/** Student's quantile at the same level, by the expansion of Cornish and Fisher: off by less than 1 % from two degrees of freedom on. */
function quantile(freedom: number): number {
  const terms = [
    (Z ** 3 + Z) / 4,
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96,
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384,
  ]
  return terms.reduce((total, term, index) => total + term / freedom ** (index + 1), Z)
}

const PROJECTION_DAYS = 30
/** Less is no rate: the first calls of a day would be projected as if they went on. */
const LEAST_BASIS_HOURS = 3
/** A forecast rests on at most so many full days: what was before says little of how it grows now. */
const MOST_DAYS = 42
const LEAST_DAYS = 21
/** What ended longer ago is no present; a bill is late. */
const STILL_NOW_MS = HOUR_MS
const BILL_IS_LATE_MS = 4 * DAY_MS

/** What has to be read for a forecast of the month in which a window ends: its days, and the full days before that it rests on. */
export function forecastWindow({ end }: Window, zone: string): Window {
  const start = end - (MOST_DAYS + 1) * DAY_MS
  const [month = start] = boundsOf({ start: end, end: end + 1 }, 'month', zone)
  const [day = start] = boundsOf({ start, end: start + 1 }, 'day', zone)
  return { start: Math.min(month, day), end }
}

/** The span in which there was use, ms; undefined where there was none. */
function basisOf({ firstUse }: Pick<Sums, 'firstUse'>, reading: Reading, now: number): Window | undefined {
  const { window, began = firstUse } = reading
  if (firstUse === undefined || began === undefined) return undefined
  const start = Math.max(window.start, firstUse, began)
  return { start, end: Math.max(start, knownUpTo(reading, now)) }
}

function knownUpTo({ window, bill }: Reading, now: number): number {
  return Math.min(window.end, bill?.through === undefined ? now : Math.min(now, bill.through + DAY_MS))
}

/** By the rate since use began, so that the same use comes to the same, whatever window is looked at. */
export function runRate(total: Usage, cost: NanoUsd | null, of: Parameters<typeof basisOf>): Projection {
  const basis = basisOf(...of)
  const told = { days: PROJECTION_DAYS, costIsFloor: total.costIsFloor, method: 'run-rate' } as const
  const ms = basis ? basis.end - basis.start : 0
  if (!basis || ms < LEAST_BASIS_HOURS * HOUR_MS) {
    const reason = basis ? `less than ${LEAST_BASIS_HOURS} hours since use began` : 'nothing was used'
    return { ...told, invocations: null, inputTokens: null, outputTokens: null, costUsd: null, basis: null, reason }
  }
  const horizonMs = PROJECTION_DAYS * DAY_MS
  const rate = (value: number | null) => (value === null ? null : Math.round((value * horizonMs) / ms))
  return {
    ...told,
    invocations: rate(total.invocations),
    inputTokens: rate(total.inputTokens),
    outputTokens: rate(total.outputTokens),
    costUsd: cost === null ? null : toUsd(scale(cost, horizonMs, ms)),
    basis: { from: isoTime(basis.start), hours: Number((ms / HOUR_MS).toFixed(2)) },
  }
}

/** Sums by the day of a zone. The first day may be cut short at the start. */
type Daily = Pick<Sums, 'all' | 'slots' | 'firstUse'> & { start: number }

/** What was read for a forecast, by the day. */
export function dailyOf({ rows, window }: Reading, zone: string, book: PriceBook): Daily {
  const starts = boundsOf(window, 'day', zone).slice(0, -1)
  return { start: window.start, ...addUp(rows, { starts, by: [], zone }, book) }
}

/**
 * What the calendar month that is under way comes to: what was used of it, exactly, and of the rest what its weekdays lead to expect.
 * Undefined where what was read ended a while ago, does not go back to the month's beginning, or has fewer than three weeks of
 * full days since use began.
 */
export function monthForecast(
  { start, all, slots, firstUse }: Daily,
  reading: Reading,
  { zone, now }: { zone: string; now: number },
): Projection | undefined {
  const { bill, unread } = reading
  const end = Math.min(knownUpTo(reading, now), bill ? billedUpTo(now) : now)
  if (now - end > (bill ? BILL_IS_LATE_MS : STILL_NOW_MS)) return undefined
  const [from = end, to = end] = boundsOf({ start: end, end: end + 1 }, 'month', zone)
  const began = Math.max(firstUse ?? end, reading.began ?? start)
  if (start > from || end - began < LEAST_DAYS * DAY_MS) return undefined
  const bounds = boundsOf({ start, end: to }, 'day', zone)
  const days = bounds.slice(0, -1).map((bound, index) => {
    const stop = bounds[index + 1] ?? bound
    return { start: bound, stop, day: Math.round(wallTime(bound, zone) / DAY_MS), slot: slots[index] }
  })
  // The day on which use began is no full one, unless it began before all of this.
  const isOld = began < (bounds[start === bounds[0] ? 1 : 2] ?? end)
  const isFull = (day: (typeof days)[number]) => day.stop <= end && (isOld ? day.start >= start : day.start > began)
  const full = days.filter(isFull).slice(-MOST_DAYS)
  const ahead = days
    .filter(({ stop }) => stop > end)
    .map(({ day, start, stop }): DayAhead => ({ day, part: (stop - Math.max(start, end)) / (stop - start) }))
  const ofMonth = days.filter((day) => day.start >= from)
  const begun = ofMonth.filter((day) => day.start < end)
  const restOf = (of: (slot: PricedTally) => number) => {
    const uses = full.map(({ day, slot }) => ({ day, use: slot ? of(slot) : 0 }))
    return outlook(uses, ahead)
  }
  const rest = restOf((slot) => Number(toNano(costsOf(slot))))
  if (!rest) return undefined
  const spent = toNano(begun.reduce((sum, { slot }) => sum + (slot ? costsOf(slot) : 0n), 0n))
  const [expected, low, high] = [0, -rest.margin, rest.margin].map((off) =>
    BigInt(Math.round(Math.max(0, rest.expected + off))),
  )
  const usd = (nano = 0n) => (isUntold(all) ? null : toUsd(nano))
  const count = (measure: Counter) => {
    if (all.unknown?.has(measure)) return null
    const used = begun.reduce((sum, { slot }) => sum + (slot?.counters[measure] ?? 0), 0)
    return used + Math.round(restOf(({ counters }) => counters[measure])?.expected ?? 0)
  }
  const hours = full.reduce((sum, { start, stop }) => sum + stop - start, 0) / HOUR_MS
  return {
    days: ofMonth.length,
    invocations: count('invocations'),
    inputTokens: count('inputTokens'),
    outputTokens: count('outputTokens'),
    costUsd: usd(spent + (expected ?? 0n)),
    costIsFloor: all.lacks !== undefined || unread !== undefined,
    method: 'weekday',
    month: timeKey('month', from, zone),
    spentUsd: usd(spent),
    restUsd: usd(expected),
    lowUsd: usd(spent + (low ?? 0n)),
    highUsd: usd(spent + (high ?? 0n)),
    level: LEVEL,
    basis: { from: isoTime(full[0]?.start ?? from), hours, days: full.length },
  }
}

function costsOf({ costs }: PricedTally): bigint {
  return CHARGE_KINDS.reduce((sum, { name }) => sum + costs[name], 0n)
}
